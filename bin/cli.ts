import { runHere } from './here.ts'

await runHere(async (words, signal) => (await import('../test/lab/cli.ts')).runLab(words, { stdout: process.stdout, stderr: process.stderr, signal }))
