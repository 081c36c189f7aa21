import type { PodEdit, World } from '../recorded-trench.ts'

/** One change of what lb-1 recorded. */
export const shown = (from: RegExp | string, to: string): PodEdit => ({ pod: 'lb-1', command: 'nfqlb show --shm=tshm-stream1', from, to })
export const rule = (family: 4 | 6, from: RegExp | string, to: string): PodEdit => ({ pod: 'lb-1', command: `ip -j -${family} rule`, from, to })
export const route = (family: 4 | 6, from: RegExp | string, to: string): PodEdit => ({ pod: 'lb-1', command: `ip -j -${family} route show table all`, from, to })
export const neighbour = (from: RegExp | string, to: string): PodEdit => ({ pod: 'lb-1', command: 'ip -j -s neigh', from, to })

/** The rule of a mark, and the default route of a table. */
export const ruleOf = (mark: number) => new RegExp(`\\{[^{}]*"fwmark":"0x${mark.toString(16)}"[^{}]*\\},`)
export const routeOf = (table: number) => new RegExp(`\\{[^{}]*"table":"${table}"[^{}]*\\},`)

/** The stream's memory cannot be read. */
export const unreadable = shown(/[^]*/, 'FAILED mapSharedData: tshm-stream1\n')
export const unreadableReason = 'stream stream1: nfqlb show --shm=tshm-stream1 ended with 1: FAILED mapSharedData: tshm-stream1'

/** Meridio up to v0.8: a target's mark and table are its identifier, `48(47)` instead of `5048(47)`. */
export const oldNumbers: readonly PodEdit[] = ['lb-1', 'lb-2'].flatMap(pod => [
  { pod, command: 'nfqlb show --shm=tshm-stream1', from: / 50(\d\d)\(/g, to: ' $1(' },
  ...[4, 6].flatMap(family => [
    ...[48, 58, 67, 90].map(mark => ({ pod, command: `ip -j -${family} rule`, from: `"fwmark":"0x${(5000 + mark).toString(16)}","table":"${5000 + mark}"`, to: `"fwmark":"0x${mark.toString(16)}","table":"${mark}"` })),
    { pod, command: `ip -j -${family} route show table all`, from: /"table":"50(\d\d)"/g, to: '"table":"$1"' },
  ]),
])

/**
 * Synthetic: a second stream on lb-1 with the marks of its own block (5100 and up), each with rule and route to a target of the first:
 * `secondStream('5101(0)', { 5101: ['172.16.1.6', 'fd00::ac10:106'] })`.
 */
export function secondStream(active: string, ways: Readonly<Record<number, readonly [string, string]>>): Pick<World, 'edit' | 'synthetic'> {
  const both = (make: (mark: string, address: string, index: 0 | 1) => PodEdit) => Object.entries(ways).flatMap(([mark, addresses]) => addresses.map((address, index) => make(mark, address, index as 0 | 1)))
  return {
    edit: [
      { pod: 'lb-1', command: 'ls -ln --time-style=+ /dev/shm', from: /(.*)tshm-stream1\n/, to: '$1tshm-stream1\n$1tshm-stream2\n' },
      ...both((mark, _, index) => rule(index === 0 ? 4 : 6, /^\[/, `[{"priority":90,"src":"all","fwmark":"${mark}","table":"${mark}"},`)),
      ...both((mark, address, index) => route(index === 0 ? 4 : 6, /^\[/, `[{"dst":"default","gateway":"${address}","dev":"load-balan-27${/\.1\.|:1..$/.test(address) ? 'a4' : '4a'}","table":"${mark}","flags":[]},`)),
    ],
    synthetic: (pod, argv) => (pod === 'lb-1' && argv.join(' ') === 'nfqlb show --shm=tshm-stream2' ? { stdout: `Shm: tshm-stream2\n  Fw: own=0\n  Maglev: M=9973, N=100\n   Lookup: 0 0 0...\n   Active: ${active}\n`, exitCode: 0 } : undefined),
  }
}
