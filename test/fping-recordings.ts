import type { CommandRecord } from '../agent/facts/fact.ts'
import { fixture } from './fixture.ts'

/** One run of fping (test/fixtures/fping/README.md). */
export type FpingRecording = Pick<CommandRecord, 'argv' | 'exitCode' | 'stdout' | 'stderr'> & { readonly name: string; readonly input?: string }

export const fpingRecordings: readonly FpingRecording[] = JSON.parse(fixture('fping/recordings.json'))

export function fpingRecording(name: string): FpingRecording {
  const found = fpingRecordings.find(recording => recording.name === name)
  if (!found) throw new Error(`fping ${name} was not recorded`)
  return found
}
