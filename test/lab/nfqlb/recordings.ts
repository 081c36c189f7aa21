import { readFileSync } from 'node:fs'

export interface Recording { file: string; stderrFile: string | null; version: string; command: string; situation: string; exitCode: number | null; endedBySignal?: string; while?: string[] }

const root = new URL('../../fixtures/nfqlb/', import.meta.url)

export const recordings = JSON.parse(readFileSync(new URL('index.json', root), 'utf8')) as Recording[]

/** A file of the recordings, one latin1 character per byte. */
export function recorded(file: string): string {
  return readFileSync(new URL(file, root), 'latin1')
}

/** The recording `NAME` of a version, e.g. `healthy-show` of `1.2.0`. */
export function find(version: string, name: string): Recording | undefined {
  return recordings.find(recording => recording.file === `${version}/${name}.stdout`)
}

/** Words of a recorded command line without the program; single quotes keep a word together. */
export function wordsOf(command: string): string[] {
  return [...command.matchAll(/(?:'[^']*'|[^\s'])+/g)].map(word => word[0].replaceAll("'", '')).slice(1)
}
