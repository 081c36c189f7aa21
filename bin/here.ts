import { basename } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { runCommandLine } from '../controller/cli/command-line.ts'
import { checks } from '../controller/profiles/meridio/registry.gen.ts'
import { hasKubeconfig, meet } from '../controller/rendezvous.ts'

/** Runs this process's command line; what few commands need (a cluster, the controller, the lab) is loaded by those. `runLab`: the words after `lab`; resolves with the exit code. */
export async function runHere(runLab: (words: readonly string[], signal: AbortSignal) => Promise<number>): Promise<void> {
  const abort = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => abort.abort(new Error(signal)))
  let unwritten: Error | undefined
  // a reader who has left (`| head`) has seen what he wanted; nothing more is made for him
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') unwritten ??= error
    abort.abort(error)
  })
  process.stderr.on('error', () => undefined)
  const code = await runCommandLine({
    argv: process.argv.slice(2),
    environment: process.env,
    stdout: process.stdout,
    stderr: process.stderr,
    checks,
    meet,
    secured: async (url, ca) => (await import('../controller/server-door.ts')).openServerDoor(url, ca),
    door: async flags => (Object.keys(flags).length > 0 || hasKubeconfig() ? (await import('../controller/cluster-door.ts')).openClusterDoor(flags) : undefined),
    name: [process.title, process.argv0].some(name => basename(name).startsWith('kubectl-')) ? 'kubectl trenchscope' : 'trenchscope',
    self: [process.execPath, process.argv[1] ?? ''],
    laptop: async flags => (await import('../controller/laptop.ts')).openLaptop(flags, process.env, abort.signal),
    runController: async flags => (await import('../controller/main.ts')).runController(flags, process.env, abort.signal),
    runLab: words => runLab(words, abort.signal),
    signal: abort.signal,
  })
  // what the system says of the last write comes a moment later
  await setImmediate()
  if (unwritten) process.stderr.write(`trenchscope: the output could not be written: ${unwritten.message}\n`)
  process.exitCode = unwritten ? 2 : code
}
