import { commandText } from '#facts/fact.ts'
import type { BatchKind } from './batch.ts'
import { type Outcome, stopped } from './outcome.ts'

/** Pings with the same options as one process, which reads the addresses from its standard input. 200 that are all silent take 1.2 s, on a busy machine up to 2. */
export const fpingBatch: BatchKind = {
  takes: argv => argv[0] === 'fping',
  keyOf: argv => commandText(optionsOf(argv)),
  most: 200,
  together: argvs => ({ argv: optionsOf(argvs[0] ?? []), input: [...new Set(argvs.map(addressOf))].map(address => `${address}\n`).join('') }),
  split: (outcome, argvs) => {
    const { error } = outcome
    if (!error) return answersOf(outcome, argvs.map(addressOf))
    // what kept one process from its end would keep as many as there are addresses
    return argvs.map(argv => stopped(error.code, error.message.replace(commandText(optionsOf(argv)), commandText(argv))))
  },
}

/**
 * What each address came to, or undefined where a line is about none of them, or not one line tells whether it is alive (fping 5.1 prints the address
 * as it was asked). Alone, fping ends with 0 for a reply and with 1 for none.
 */
function answersOf({ exitCode, stdout, stderr }: Outcome, addresses: readonly string[]): Outcome[] | undefined {
  // an interface that is not there: it says so of none, and alone it says the same
  if (exitCode === 1 && stdout === '' && /^binding to specific interface .+\n$/.test(stderr)) return addresses.map(() => ({ exitCode, stdout, stderr }))
  const out = byAddress(stdout, /^(\S+) is (?:alive \(.+ ms\)|unreachable)\n$/)
  const err = byAddress(stderr, /^(?:ICMP .+ from \S+ for ICMP Echo sent to (\S+)|(\S+) : duplicate for .+|(\S+): error while sending ping: .+)\n$/)
  const asked = new Set(addresses)
  if (!out || !err || exitCode === null || exitCode > 1 || out.size !== asked.size || [...out.keys(), ...err.keys()].some(address => !asked.has(address)) || [...out.values()].some(({ length }) => length > 1)) return undefined
  return addresses.map(address => {
    const [line = ''] = out.get(address) ?? []
    return { exitCode: line.includes(' is alive ') ? 0 : 1, stdout: line, stderr: (err.get(address) ?? []).join('') }
  })
}

/** Lines, with their ends, by the address that `pattern` finds in each; undefined when it finds none in one of them. */
function byAddress(text: string, pattern: RegExp): Map<string, string[]> | undefined {
  const lines = text.match(/.+\n?/g) ?? []
  if (!lines.every(line => pattern.test(line))) return undefined
  return Map.groupBy(lines, line => pattern.exec(line)?.slice(1).find(Boolean) ?? '')
}

function optionsOf(argv: readonly string[]): readonly string[] {
  return argv.slice(0, -1)
}

function addressOf(argv: readonly string[]): string {
  return argv.at(-1) ?? ''
}
