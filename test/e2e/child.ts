import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '../..')

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/** A real process of the project. */
export interface Child {
  readonly pid: number
  readonly ended: Promise<Ended>
  /** Resolves when a line that matches was written to either stream. @throws {Error} with all it said, when it ends before or says nothing of the kind within `timeoutMs` */
  said(pattern: RegExp, timeoutMs?: number): Promise<void>
  kill(signal: NodeJS.Signals): void
}

/** Starts processes that find each other, and only each other: rendezvous and lab are noted in a runtime directory of their own. `close` ends what still runs. */
export class Shell {
  readonly runtimeDir = mkdtempSync(join(tmpdir(), 'trenchscope-e2e-'))
  readonly #children: Child[] = []

  /** `argv[0]` is looked for as npx does it: in node_modules/.bin first. */
  start(argv: readonly string[], environment: Readonly<Record<string, string>> = {}): Child {
    const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => name !== 'KUBECONFIG' && !name.startsWith('TRENCHSCOPE_')))
    const path = [join(root, 'node_modules/.bin'), process.env['PATH']].join(delimiter)
    const child = spawn(argv[0] ?? '', argv.slice(1), { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], env: { ...inherited, PATH: path, XDG_RUNTIME_DIR: this.runtimeDir, NO_COLOR: '1', ...environment } })
    const text = { stdout: '', stderr: '' }
    const listeners = new Set<() => void>()
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream].setEncoding('utf8').on('data', (chunk: string) => {
        text[stream] += chunk
        for (const listener of listeners) listener()
      })
    }
    const ended = new Promise<Ended>((resolveEnd, reject) => {
      child.once('error', reject)
      child.once('close', (code, signal) => resolveEnd({ code, signal, ...text }))
    })
    const started: Child = {
      pid: child.pid ?? 0,
      ended,
      kill: signal => void child.kill(signal),
      said: (pattern, timeoutMs = 60_000) => new Promise((resolveSaid, reject) => {
        const look = () => {
          if (pattern.test(text.stdout) || pattern.test(text.stderr)) finish(resolveSaid)
        }
        const give = (why: string) => () => finish(() => reject(new Error(`${argv.join(' ')} ${why} before it said ${pattern}: ${text.stdout}${text.stderr}`)))
        const timer = setTimeout(give(`went on for ${timeoutMs} ms`), timeoutMs)
        const finish = (settle: () => void) => {
          clearTimeout(timer)
          listeners.delete(look)
          settle()
        }
        listeners.add(look)
        ended.then(give('ended'), give('failed'))
        look()
      }),
    }
    this.#children.push(started)
    return started
  }

  run(argv: readonly string[], environment?: Readonly<Record<string, string>>): Promise<Ended> {
    return this.start(argv, environment).ended
  }

  /** `trenchscope …`, as `npx trenchscope …` runs it. */
  trenchscope(...words: string[]): Promise<Ended> {
    return this.run(['bin/trenchscope', ...words])
  }

  async close(): Promise<void> {
    for (const child of this.#children) child.kill('SIGTERM')
    await Promise.allSettled(this.#children.map(({ ended }) => ended))
    rmSync(this.runtimeDir, { recursive: true, force: true })
  }
}
