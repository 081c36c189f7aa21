import { createHash } from 'node:crypto'
import { deflateSync, inflateSync } from 'node:zlib'
import type { CommandRecord, Observation } from '#facts/fact.ts'
import type { Sight, Snapshot } from '#judge/snapshot.ts'
import { all, change, type Database, first, pack, unpack } from './database.ts'

/** Shorter texts stand in the snapshot itself. */
const leastShared = 200

interface PackedRecord extends Omit<CommandRecord, 'stdout' | 'stderr'> { readonly stdout?: string; readonly stderr?: string; readonly stdoutText?: number; readonly stderrText?: number }
interface PackedObservation extends Omit<Observation, 'data'> { readonly data?: unknown; readonly dataText?: number }
interface PackedSnapshot extends Omit<Snapshot, 'sights'> {
  readonly sights: readonly (Omit<Sight, 'observations' | 'records'> & { readonly observations: readonly PackedObservation[]; readonly records: readonly PackedRecord[] })[]
}

/** Keeps the looks of a report. What a trench shows changes little from sweep to sweep: outputs and data are kept once, by their hash. */
export function keepSnapshots(database: Database, report: number, snapshots: readonly Snapshot[]): void {
  snapshots.forEach((snapshot, look) => {
    const texts = new Set<number>()
    const share = (text: string): number => {
      const seq = keepText(database, text)
      texts.add(seq)
      return seq
    }
    const packed = { ...snapshot, sights: snapshot.sights.map(sight => ({ ...sight, observations: sight.observations.map(seen => packObservation(seen, share)), records: sight.records.map(record => packRecord(record, share)) })) }
    const { seq } = change(database, 'INSERT INTO snapshots (report, look, body) VALUES (?, ?, ?)', report, look, pack(packed))
    const insert = database.prepare('INSERT INTO snapshot_texts (snapshot, text) VALUES (?, ?)')
    for (const text of texts) insert.run(seq, text)
  })
}

/** Exactly as they were kept. */
export function snapshotsOf(database: Database, report: string): readonly Snapshot[] {
  const rows = all(database, 'SELECT snapshots.seq, snapshots.body FROM snapshots JOIN reports ON reports.seq = snapshots.report WHERE reports.id = ? ORDER BY look', report)
  return rows.map(row => {
    const texts = new Map(all(database, 'SELECT texts.seq, texts.body FROM snapshot_texts JOIN texts ON texts.seq = snapshot_texts.text WHERE snapshot = ?', row['seq'] as number)
      .map(text => [text['seq'] as number, inflateSync(text['body'] as Uint8Array).toString()]))
    const textOf = (seq: number): string => texts.get(seq) ?? ''
    const { sights, ...rest } = unpack<PackedSnapshot>(row['body'])
    return { ...rest, sights: sights.map(({ observations, records, ...sight }) => ({ ...sight, observations: observations.map(seen => unpackObservation(seen, textOf)), records: records.map(record => unpackRecord(record, textOf)) })) }
  })
}

/** Texts no snapshot points to any more. */
export function dropLooseTexts(database: Database): void {
  change(database, 'DELETE FROM texts WHERE NOT EXISTS (SELECT 1 FROM snapshot_texts WHERE text = texts.seq)')
}

function keepText(database: Database, text: string): number {
  const hash = createHash('sha256').update(text).digest()
  const known = first(database, 'SELECT seq FROM texts WHERE hash = ?', hash)
  return known ? (known['seq'] as number) : change(database, 'INSERT INTO texts (hash, body) VALUES (?, ?)', hash, deflateSync(text)).seq
}

function packRecord({ stdout, stderr, ...record }: CommandRecord, share: (text: string) => number): PackedRecord {
  return { ...record, ...(stdout.length < leastShared ? { stdout } : { stdoutText: share(stdout) }), ...(stderr.length < leastShared ? { stderr } : { stderrText: share(stderr) }) }
}

function unpackRecord({ stdoutText, stderrText, ...record }: PackedRecord, textOf: (seq: number) => string): CommandRecord {
  return { ...record, stdout: stdoutText === undefined ? (record.stdout ?? '') : textOf(stdoutText), stderr: stderrText === undefined ? (record.stderr ?? '') : textOf(stderrText) }
}

function packObservation(observation: Observation, share: (text: string) => number): PackedObservation {
  const { data, ...rest } = observation
  if (data === undefined) return rest
  const text = JSON.stringify(data)
  return text.length < leastShared ? observation : { ...rest, dataText: share(text) }
}

function unpackObservation({ dataText, ...observation }: PackedObservation, textOf: (seq: number) => string): Observation {
  return dataText === undefined ? observation : { ...observation, data: JSON.parse(textOf(dataText)) as unknown }
}
