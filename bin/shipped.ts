// The command line as the controller's image ships it: everything but the lab, which needs this repository.
import { basename } from 'node:path'
import { runCommandLine } from '../controller/cli/command-line.ts'
import { hasKubeconfig, openClusterDoor } from '../controller/cluster-door.ts'
import { checks } from '../controller/profiles/meridio/registry.gen.ts'
import { meet } from '../controller/rendezvous.ts'
import { openServerDoor } from '../controller/server-door.ts'

const abort = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => abort.abort(new Error(signal)))

process.exitCode = await runCommandLine({
  argv: process.argv.slice(2),
  environment: process.env,
  stdout: process.stdout,
  stderr: process.stderr,
  checks,
  meet,
  secured: openServerDoor,
  door: flags => (Object.keys(flags).length > 0 || hasKubeconfig() ? openClusterDoor(flags) : undefined),
  name: [process.argv0, process.argv[1] ?? ''].some(name => basename(name).startsWith('kubectl-')) ? 'kubectl trenchscope' : 'trenchscope',
  laptop: async flags => (await import('../controller/laptop.ts')).openLaptop(flags, process.env, abort.signal),
  runController: async flags => (await import('../controller/main.ts')).runController(flags, process.env, abort.signal),
  runLab: async () => {
    process.stderr.write('trenchscope: the lab is not in this image; clone the repository and run npm start\n')
    return 69
  },
  signal: abort.signal,
})
