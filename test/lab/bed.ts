import { join } from 'node:path'
import { type Controller, startController } from '../../controller/main.ts'
import type { SweepEvent, SweepReport } from '../../controller/sweep/report.ts'
import { type Lab, type LabOptions, startLab } from './lab.ts'
import { knownPods } from './trench/shapes.ts'

/** A lab with a controller beside it, in this process: what end-to-end tests and the long runs stand on. */
export interface Bed {
  readonly lab: Lab
  controller: Controller
  /** of trench `red`, or another one of the lab */
  sweep(onEvent?: (event: SweepEvent) => void, signal?: AbortSignal, trench?: string): Promise<SweepReport>
  /** a new controller on the same data, after `controller.close()` */
  restartController(): Promise<void>
  close(): Promise<void>
}

export interface BedOptions extends LabOptions {
  readonly lookAgainMs?: number
  readonly askTimeoutMs?: number
  readonly reachTimeoutMs?: number
  readonly logLevel?: string
  /** ids; default all */
  readonly checks?: readonly string[]
}

/** Starts both and waits until traffic flows. @throws {Error} with nothing left behind */
export async function startBed(options: BedOptions = {}): Promise<Bed> {
  const lab = await startLab(options)
  const start = () => startController({
    kubeconfig: lab.kubeconfig, linkListen: lab.linkListen, linkAdvertise: lab.linkAdvertise, dataDir: join(lab.trench.dir, 'controller'), apiListen: '127.0.0.1:0', logLevel: options.logLevel ?? 'silent',
    ...(options.lookAgainMs !== undefined && { lookAgainMs: String(options.lookAgainMs) }),
    ...(options.askTimeoutMs !== undefined && { askTimeoutMs: String(options.askTimeoutMs) }),
    ...(options.reachTimeoutMs !== undefined && { reachTimeoutMs: String(options.reachTimeoutMs) }),
  }, {}, { announce: false, ...(options.checks && { checks: options.checks }) })
  try {
    const [controller] = await Promise.all([start(), lab.trench.waitHealthy({ timeoutMs: 60_000 })])
    const bed: Bed = {
      lab, controller,
      sweep: async (onEvent = () => {}, signal = new AbortController().signal, trench = 'red') => {
        const [report] = await bed.controller.backend.sweep({ trench }, { signal, onEvent })
        if (!report) throw new Error(`no report of trench ${trench}`)
        return report
      },
      restartController: async () => {
        bed.controller = await start()
      },
      close: async () => {
        await bed.controller.close()
        await lab.close()
      },
    }
    return bed
  } catch (error) {
    await lab.close()
    throw error
  }
}

/** Pods by their lab names: `lb-1: text` per finding, roots only unless `all`; unknown verdicts by reason. */
export function said(report: SweepReport, { all = false } = {}): string[] {
  const short = (name: string) => knownPods.find(pod => pod.podName === name)?.name ?? name
  const shorten = (text: string) => knownPods.reduce((done, pod) => done.replaceAll(pod.podName, pod.name), text)
  return report.findings.filter(finding => all || finding.explainedBy === undefined).map(finding => `${short(finding.subject.name)} ${finding.check}: ${shorten(finding.text)}`)
}

/** Why verdicts are unknown, each reason once. */
export function unknowns(report: SweepReport): string[] {
  return [...new Set(report.verdicts.filter(verdict => verdict.verdict === 'unknown').map(verdict => `${verdict.check}: ${verdict.reason}`))]
}
