import { randomUUID } from 'node:crypto'
import type { CaptureRef, Finding, Verdict } from '#judge/finding.ts'
import type { Trench } from '#judge/subject.ts'
import type { Store } from '../store/store.ts'
import { Red } from './red.ts'
import { TraceError, defaults } from './request.ts'
import { Ring } from './ring.ts'
import { RingFiles } from './ring-files.ts'
import { ringDefaults, type RingRecord, type RingRequest } from './ring-record.ts'
import { type SightOptions, sightOf } from './sight.ts'

export interface RingsOptions extends SightOptions {
  /** where records and frozen captures are kept */
  readonly dir: string
  /** what is red already */
  readonly store: Pick<Store, 'listFindings'>
}

/** What of a report a ring looks at. */
interface Judged { readonly trench: { readonly id: string }; readonly startedAt: number; readonly findings: readonly Finding[]; readonly verdicts: readonly Verdict[] }
interface Known { record: RingRecord; readonly ring?: Ring; readonly red?: Red; freezing?: Promise<void> }

/** Rings of all trenches: armed ones, and what became of others. What is armed is in the probes alone, and forgotten at a restart of the controller. */
export class Rings {
  readonly #options: RingsOptions
  readonly #files: RingFiles
  readonly #known = new Map<string, Known>()
  #arming = 0
  #closed = false

  constructor(options: RingsOptions) {
    this.#options = options
    this.#files = new RingFiles(options.dir)
    for (const record of this.#files.load()) {
      const known = { record }
      this.#known.set(record.id, known)
      if (record.state !== 'armed' && record.state !== 'freezing') continue
      options.log.warn({ ring: record.id, trench: record.trench }, 'ring forgotten')
      this.#note(known, { state: 'forgotten', reason: 'the controller was restarted: what probes kept is gone' })
    }
  }

  /** Resolves when every interface is kept that can be. @throws {TraceError} when none can, for a filter that is none, and beyond what rings may take */
  async arm(trench: Trench, request: RingRequest, by: string, signal: AbortSignal): Promise<RingRecord> {
    const armed = [...this.#known.values()].filter(({ record }) => record.state === 'armed').length
    if (armed + this.#arming >= maxArmed) throw new TraceError('too-many-traces', `${maxArmed} rings are armed at once, no more`)
    this.#arming += 1
    try {
      return await this.#arm(trench, request, by, signal)
    } finally {
      this.#arming -= 1
    }
  }

  list(): readonly RingRecord[] {
    return [...this.#known.values()].map(viewOf)
  }

  find(id: string): RingRecord | undefined {
    const known = this.#known.get(id)
    return known && viewOf(known)
  }

  /** Resolves when what was kept is a file, or no file came of it. @throws {TraceError} `ring-over` when it is not armed */
  async freeze(id: string, reason: string): Promise<RingRecord> {
    const known = this.#known.get(id)
    if (!known || (known.record.state !== 'armed' && !known.freezing)) throw new TraceError('ring-over', `ring ${id} is ${known ? `${known.record.state}: ${known.record.reason}` : 'not known'}`)
    await this.#freeze(known, reason)
    return viewOf(known)
  }

  /** Disarms it, or removes what is kept of it; resolves when nothing of it is left. */
  async remove(id: string): Promise<void> {
    const known = this.#known.get(id)
    if (!known) return
    await known.freezing
    this.#known.delete(id)
    await known.ring?.disarm()
    this.#files.remove(id)
  }

  /** Freezes the rings that wait for what a report says, and attaches the captures to its findings: those of now, and those frozen before. */
  attach<R extends Judged>(report: R): R {
    const refs = new Map<string, CaptureRef[]>()
    for (const known of this.#known.values()) {
      if (known.record.trenchId !== report.trench.id) continue
      const turned = known.red?.turned(report) ?? []
      if (known.record.state === 'armed' && turned.length > 0 && report.startedAt >= known.record.armedAt) {
        this.#note(known, { findings: turned.map(({ key }) => key) })
        void this.#freeze(known, `${[...new Set(turned.map(({ check }) => check))].join(', ')} turned red`)
      }
      const { id, findings, frozenAt } = known.record
      if (frozenAt !== undefined) for (const key of findings) refs.set(key, [...(refs.get(key) ?? []), { ring: id, frozenAt }])
    }
    if (refs.size === 0) return report
    const attached = (finding: Finding): Finding => (refs.has(finding.key) ? { ...finding, captures: refs.get(finding.key)! } : finding)
    return { ...report, findings: report.findings.map(attached), verdicts: report.verdicts.map(verdict => ({ ...verdict, findings: verdict.findings.map(attached) })) }
  }

  /** The files of a frozen ring. */
  files(id: string): { readonly packets: string; readonly events: string } {
    return this.#files.of(id)
  }

  /** What is being frozen is waited for; what is armed is dropped, and forgotten by the next controller. */
  async close(): Promise<void> {
    this.#closed = true
    await Promise.all([...this.#known.values()].map(async ({ ring, freezing }) => (freezing ? freezing : ring?.disarm())))
  }

  async #arm(trench: Trench, request: RingRequest, by: string, signal: AbortSignal): Promise<RingRecord> {
    const { keepSeconds = ringDefaults.keepSeconds, bytes = ringDefaults.bytes, seconds = ringDefaults.seconds, snaplen = defaults.snaplen, freezeOn = [] } = request
    const red = new Red(freezeOn, freezeOn.length > 0 ? await this.#redNow(trench) : [])
    const sight = await sightOf(trench, request, this.#options, { tapsPerPod, signal })
    const pods = new Set(sight.taps.map(({ pod }) => pod)).size
    if (pods * bytes > mostBytes) throw new TraceError('trace-refused', `${pods} pods of ${bytes} bytes each are more than ${mostBytes}, what a frozen ring may take here; at most ${Math.floor(mostBytes / pods)} bytes a pod`)
    const id = randomUUID()
    const ring = new Ring({ sight, sightOptions: this.#options, snaplen, seconds, keepSeconds, bytes, onOver: reason => this.#over(id, reason) })
    const leave = (): void => void ring.disarm()
    signal.addEventListener('abort', leave, { once: true })
    await ring.listening().finally(() => signal.removeEventListener('abort', leave))
    const armedAt = Date.now()
    const record: RingRecord = {
      id, state: 'armed', trench: `${trench.namespace}/${trench.name}`, trenchId: trench.id, namespaces: [...new Set([trench.namespace, ...trench.namespaces])], filter: sight.filter, snaplen, keepSeconds, bytes, freezeOn,
      armedBy: by, armedAt, until: armedAt + seconds * 1000, taps: ring.view(), unseen: sight.unseen, findings: [],
    }
    if (signal.aborted || this.#closed) {
      await ring.disarm()
      throw new TraceError('trace-failed', 'the caller left before it was armed')
    }
    const known: Known = { record, ring, red }
    this.#known.set(id, known)
    this.#note(known, {})
    this.#options.log.info({ ring: id, trench: record.trench, taps: record.taps.length }, 'ring armed')
    return record
  }

  async #redNow(trench: Trench): Promise<readonly Finding[]> {
    const { items } = await this.#options.store.listFindings({ trench: trench.id, states: ['open', 'flapping'], limit: mostFindings })
    return items.map(({ finding }) => finding)
  }

  #freeze(known: Known, reason: string): Promise<void> {
    const { ring, record: { id, trench } } = known
    known.freezing ??= (async () => {
      this.#note(known, { state: 'freezing', reason, frozenAt: Date.now() })
      try {
        const capture = await ring!.freeze(this.#files.of(id))
        this.#note(known, { state: 'frozen', taps: ring!.view(), capture })
        this.#options.log.info({ ring: id, trench, packets: capture.packets }, 'ring frozen')
      } catch (error) {
        await ring!.disarm()
        this.#note(known, { state: 'failed', reason: `${reason}; ${(error as Error).message}` })
        this.#options.log.error({ err: error, ring: id, trench }, 'ring not frozen')
      }
      this.#forgetOld()
    })()
    return known.freezing
  }

  #over(id: string, reason: string): void {
    const known = this.#known.get(id)
    if (!known || this.#closed) return
    this.#note(known, { state: 'ended', reason, taps: known.ring!.view() })
    this.#forgetOld()
  }

  #note(known: Known, change: Partial<RingRecord>): void {
    known.record = { ...known.record, ...change }
    try {
      this.#files.save(known.record)
    } catch (error) {
      // packets are kept all the same; only a restart would not know of it
      this.#options.log.error({ err: error, ring: known.record.id }, 'ring not noted')
    }
  }

  #forgetOld(): void {
    const done = [...this.#known.values()].filter(({ record }) => record.state !== 'armed' && record.state !== 'freezing')
    let bytes = 0
    for (const [index, { record }] of done.toReversed().entries()) {
      bytes += record.capture?.bytes ?? 0
      if (index >= mostKept || (index > 0 && bytes > mostKeptBytes)) void this.remove(record.id)
    }
  }
}

function viewOf({ record, ring }: Known): RingRecord {
  return record.state === 'armed' && ring ? { ...record, taps: ring.view() } : record
}

/** half of a probe's slots: a trace finds the others free (agent/captures/capture.ts) */
const tapsPerPod = 8
const maxArmed = 4
const mostBytes = 128 << 20
const mostFindings = 10_000
/** rings that are over, with their files; the oldest go */
const mostKept = 50
const mostKeptBytes = 1 << 30
