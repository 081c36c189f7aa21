import { runCommandLine } from '../controller/cli/command-line.ts'
import { runController } from '../controller/main.ts'
import { checks } from '../controller/profiles/meridio/registry.gen.ts'
import { meet } from '../controller/rendezvous.ts'
import { runLab } from '../test/lab/cli.ts'

const abort = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => abort.abort(new Error(signal)))

process.exitCode = await runCommandLine({
  argv: process.argv.slice(2),
  environment: process.env,
  stdout: process.stdout,
  stderr: process.stderr,
  checks,
  meet,
  runController: flags => runController(flags, process.env, abort.signal),
  runLab: args => runLab(args, { stdout: process.stdout, stderr: process.stderr, signal: abort.signal }),
  signal: abort.signal,
})
