import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { parseBirdBfd } from '#parsers/bird-bfd.ts'
import { parseBirdProtocols } from '#parsers/bird-protocols.ts'
import { parseBirdRouteCount } from '#parsers/bird-route-count.ts'
import { parseBirdRoutes } from '#parsers/bird-routes.ts'
import { parseBirdStatic } from '#parsers/bird-static.ts'
import { parseBirdStatus } from '#parsers/bird-status.ts'
import { fixture } from '../fixture.ts'

/** One command and what came back: from the control socket (`code`), or as `birdc` printed it. */
export interface Said {
  situation: string
  command: string
  /** of the last line; null where the recorder asked nothing */
  code?: number | null
  text: string
}

export interface Recording {
  situation: string
  raw: Said[]
  birdc: Said[]
}

const folder = join(import.meta.dirname, '../fixtures/bird')

/** Versions of BIRD that were recorded. */
export const birdVersions = readdirSync(folder, { withFileTypes: true }).filter(entry => entry.isDirectory()).map(entry => entry.name).sort()

/** Every situation recorded with one version. */
export function recordingsOf(version: string): Recording[] {
  return readdirSync(join(folder, version)).sort().map(situation => recordingOf(version, situation))
}

export function recordingOf(version: string, situation: string): Recording {
  const record: { raw?: { command: string; code: number | null; reply: string }[]; birdc: { command: string; output: string }[] } = JSON.parse(fixture(`bird/${version}/${situation}/record.json`))
  return {
    situation,
    raw: (record.raw ?? []).map(({ command, code, reply }) => ({ situation, command, code, text: reply })),
    birdc: record.birdc.map(({ command, output }) => ({ situation, command: command.replace('birdc -s /var/run/bird/bird.ctl ', ''), text: output })),
  }
}

/** What the control socket answered; the bytes of one command. */
export function rawReply(version: string, situation: string, command: string): string {
  const found = recordingOf(version, situation).raw.find(said => said.command === command)
  if (!found) throw new Error(`${command} was not recorded with ${version} in ${situation}`)
  return found.text
}

/** Which parser reads the answer to a command, and what it is called; undefined for commands no fact asks. */
export function readerOf(command: string): { name: string; parse: (text: string) => unknown } | undefined {
  return readers.find(({ commands }) => commands.test(command))
}

const readers: readonly { name: string; commands: RegExp; parse: (text: string) => unknown }[] = [
  { name: 'protocols', commands: /^show protocols( all)?( "[^"]+")?$/, parse: parseBirdProtocols },
  { name: 'bfd', commands: /^show bfd sessions?( all| '[^']+')?$/, parse: parseBirdBfd },
  { name: 'status', commands: /^show status$/, parse: parseBirdStatus },
  { name: 'count', commands: /^show route count$/, parse: parseBirdRouteCount },
  { name: 'routes', commands: /^show route(?! count| stats)/, parse: parseBirdRoutes },
  { name: 'static', commands: /^show static/, parse: parseBirdStatic },
]
