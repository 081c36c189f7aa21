import type { BatchKind } from './batch.ts'
import type { Outcome } from './outcome.ts'

/** `ip` reads that print one line of JSON, `ip -j … OBJECT …`, as one process: `ip OPTIONS -force -batch -`. */
export const ipBatch: BatchKind = {
  takes: argv => argv[0] === 'ip' && argv[1] === '-j' && argv.slice(1).every(word => /^[\w.:@-]+$/.test(word)),
  keyOf: argv => optionsOf(argv).join(' '),
  most: Infinity,
  together: argvs => {
    const options = optionsOf(argvs[0] ?? [])
    return { argv: ['ip', ...options, '-force', '-batch', '-'], input: argvs.map(argv => `${argv.slice(1 + options.length).join(' ')}\n`).join('') }
  },
  split: (outcome, argvs) => answersOf(outcome, argvs.length),
}

/**
 * What each of `count` commands came to, or undefined where the batch says anything but one JSON line, or the kernel's no, per command. With `-force`
 * a command that the kernel refuses leaves two lines on stderr, `RTNETLINK answers: …` and `Command failed -:LINE`, and the rest go on (iproute2 6.1);
 * alone it would end with 2.
 */
function answersOf({ exitCode, stdout, stderr, error }: Outcome, count: number): Outcome[] | undefined {
  if (error || exitCode === null || exitCode > 1) return undefined
  const refusals = [...stderr.matchAll(/^(RTNETLINK answers: .+\n)Command failed -:(\d+)\n/gm)]
  const refused = new Map(refusals.map(([, said = '', line]) => [Number(line), said]))
  const printed = stdout.split('\n').slice(0, -1)
  if (printed.length + refused.size !== count || refusals.map(([whole]) => whole).join('') !== stderr) return undefined
  return Array.from({ length: count }, (_, index) => {
    const said = refused.get(index + 1)
    return said === undefined ? { exitCode: 0, stdout: `${printed.shift()}\n`, stderr: '' } : { exitCode: 2, stdout: '', stderr: said }
  })
}

/** The options between `ip` and its object. */
function optionsOf(argv: readonly string[]): readonly string[] {
  const rest = argv.slice(1)
  return rest.slice(0, rest.findIndex(word => !word.startsWith('-')))
}
