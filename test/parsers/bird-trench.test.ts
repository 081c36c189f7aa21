import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parseBirdBfd } from '#parsers/bird-bfd.ts'
import { parseBirdProtocols } from '#parsers/bird-protocols.ts'
import { BirdError } from '#parsers/bird-reply.ts'
import { parseBirdRouteCount } from '#parsers/bird-route-count.ts'
import { parseBirdRoutes } from '#parsers/bird-routes.ts'
import { parseBirdStatus } from '#parsers/bird-status.ts'
import { fixture } from '../fixture.ts'

const parsers: Readonly<Record<string, (text: string) => unknown>> = {
  'birdc-status.txt': parseBirdStatus,
  'birdc-protocols.txt': parseBirdProtocols,
  'birdc-protocols-all.txt': parseBirdProtocols,
  'birdc-protocols-all-NBR.txt': parseBirdProtocols,
  'birdc-bfd-sessions.txt': parseBirdBfd,
  'birdc-bfd-sessions-NBR-BFD.txt': parseBirdBfd,
  'birdc-route-all.txt': parseBirdRoutes,
  'birdc-route-table-all.txt': parseBirdRoutes,
  'birdc-route-count.txt': parseBirdRouteCount,
}

const files = readdirSync(join(import.meta.dirname, '../fixtures/trench'), { recursive: true, encoding: 'utf8' }).filter(file => /(?:^|\/)birdc-[^/]+$/.test(file)).sort()

test('every answer of BIRD in the recorded trenches is read, but where no BIRD was', () => {
  const read = files.flatMap(file => {
    const name = file.split('/').at(-1) ?? ''
    const parse = parsers[name]
    return parse ? [{ file, name, seen: outcome(parse, fixture(join('trench', file))) }] : []
  })
  const counts = [...Map.groupBy(read, ({ name }) => name)].map(([name, all]) => `${name}: ${all.length}`)
  expect(counts.sort().join('\n')).toMatchInlineSnapshot(`
    "birdc-bfd-sessions-NBR-BFD.txt: 6
    birdc-bfd-sessions.txt: 9
    birdc-protocols-all-NBR.txt: 11
    birdc-protocols-all.txt: 11
    birdc-protocols.txt: 11
    birdc-route-all.txt: 6
    birdc-route-count.txt: 6
    birdc-route-table-all.txt: 11
    birdc-status.txt: 6"
  `)
  expect(read.filter(({ seen }) => seen instanceof BirdError).map(({ file, seen }) => `${file}: ${(seen as BirdError).message}`)).toMatchInlineSnapshot(`
    [
      "faults/f37-bird-killed/lb-1/birdc-bfd-sessions.txt: Unable to connect to server control socket (/run/bird/bird.ctl): Connection refused",
      "faults/f37-bird-killed/lb-1/birdc-protocols-all-NBR.txt: Unable to connect to server control socket (/run/bird/bird.ctl): Connection refused",
      "faults/f37-bird-killed/lb-1/birdc-protocols-all.txt: Unable to connect to server control socket (/run/bird/bird.ctl): Connection refused",
      "faults/f37-bird-killed/lb-1/birdc-protocols.txt: Unable to connect to server control socket (/run/bird/bird.ctl): Connection refused",
      "faults/f37-bird-killed/lb-1/birdc-route-table-all.txt: Unable to connect to server control socket (/run/bird/bird.ctl): Connection refused",
    ]
  `)
  // no fact asks for these
  expect([...new Set(files.map(file => file.split('/').at(-1) ?? '').filter(name => !parsers[name]))]).toEqual(['birdc-interfaces-summary.txt', 'birdc-interfaces.txt', 'birdc-memory.txt', 'birdc-symbols.txt'])
})

test('a gateway that went away, as each BIRD tells it', () => {
  const gateways = files.filter(file => file.endsWith('gateway-down/lb-1/birdc-protocols-all.txt') || file.includes('f14') && file.endsWith('lb-1/birdc-protocols-all.txt')).map(file => {
    const found = parseBirdProtocols(fixture(join('trench', file))).filter(({ proto }) => proto === 'BGP')
    return [file.split('/')[1], ...found.map(({ name, state, bgp }) => `${name} ${state} ${bgp?.state} ${bgp?.lastError?.text ?? '-'}`)].join(' | ')
  })
  expect(gateways.join('\n')).toMatchInlineSnapshot(`
    "f14-gateway-down | NBR-gateway1 start Idle Error: BFD session down | NBR-gateway2 start Idle Error: BFD session down
    bird-2.0.8-gateway-down | NBR-gateway1 start Idle Error: BFD session down | NBR-gateway2 start Idle Error: BFD session down
    bird-3.1.4-gateway-down | NBR-gateway1 start Idle Error: BFD session down | NBR-gateway2 start Idle Error: BFD session down"
  `)
})

function outcome(parse: (text: string) => unknown, text: string): unknown {
  try {
    return parse(text)
  } catch (error) {
    if (error instanceof BirdError) return error
    throw error
  }
}
