import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import type { Expected } from '../../controller/link/sessions.ts'

const root = join(import.meta.dirname, '../..')

/** A probe's bundle in a folder of its own. `entry`: below the repository. */
export async function bundle(entry: string): Promise<{ file: string; inputs: string[]; bytes: number; remove: () => void }> {
  const folder = mkdtempSync(join(tmpdir(), 'trenchscope-bundle-'))
  const remove = (): void => rmSync(folder, { recursive: true })
  const file = join(folder, 'agent.cjs')
  const building = build({ entryPoints: [join(root, entry)], outfile: file, bundle: true, platform: 'node', format: 'cjs', minify: true, target: 'node26', metafile: true, absWorkingDir: root, logLevel: 'error' })
  const { metafile } = await building.catch(error => {
    remove()
    throw error
  })
  return { file, inputs: Object.keys(metafile.inputs), bytes: Object.values(metafile.outputs)[0]!.bytes, remove }
}

/** A pod with an injected probe, as the controller expects it. */
export function someExpected(): Expected {
  const id = randomBytes(4).toString('hex')
  return { session: randomBytes(16).toString('base64url'), pod: `red/lb-${id}`, podUid: `uid-${id}`, container: 'trenchscope-0001' }
}

export interface RunningAgent {
  readonly child: ChildProcess
  /** what it has written so far */
  stdout(): string
  stderr(): string
  /** its first line, once it is there */
  readonly keyLine: Promise<{ trenchscope: number; key: string; session: string; version: string }>
  /** the exit code, or the signal */
  readonly ended: Promise<number | NodeJS.Signals>
}

/** Runs a bundle as the kubelet would. `environment` is added to, and wins over, what the injector gives. */
export function runAgent(file: string, { session, pod, podUid, container }: Expected, environment: Record<string, string>, options: readonly string[] = []): RunningAgent {
  const given = {
    TRENCHSCOPE_SESSION: session,
    TRENCHSCOPE_POD: pod,
    TRENCHSCOPE_POD_UID: podUid,
    TRENCHSCOPE_CONTAINER: container,
    TRENCHSCOPE_START_BY: String(Math.floor(Date.now() / 1000) + 600),
  }
  const child = spawn(process.execPath, [...options, file], { env: { PATH: process.env['PATH'], ...given, ...environment }, stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = new Promise<number | NodeJS.Signals>(resolve => child.once('close', (code, signal) => resolve(code ?? signal!)))
  let text = ''
  let complaints = ''
  child.stderr!.setEncoding('utf8').on('data', (chunk: string) => { complaints += chunk })
  const keyLine = new Promise<string>((resolve, reject) => {
    child.stdout!.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
      if (text.includes('\n')) resolve(text.slice(0, text.indexOf('\n')))
    })
    void ended.then(code => reject(new Error(`the agent ended with ${code} and no line: ${complaints}`)))
  }).then(line => JSON.parse(line))
  keyLine.catch(() => undefined)
  return { child, stdout: () => text, stderr: () => complaints, keyLine, ended }
}
