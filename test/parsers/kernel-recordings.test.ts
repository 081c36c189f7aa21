import { describe, expect, test } from 'vitest'
import { parseBridgeFdb } from '#parsers/bridge-fdb.ts'
import { parseBridgeLinks } from '#parsers/bridge-links.ts'
import { parseDevShm } from '#parsers/dev-shm.ts'
import { parseIpAddresses } from '#parsers/ip-addresses.ts'
import { parseIpLinks } from '#parsers/ip-links.ts'
import { parseIpNeighbours } from '#parsers/ip-neighbours.ts'
import { parseIpRoutes } from '#parsers/ip-routes.ts'
import { parseIpRules } from '#parsers/ip-rules.ts'
import { parseNfnetlinkQueue } from '#parsers/nfnetlink-queue.ts'
import { parseRouteGet } from '#parsers/route-get.ts'
import { parseSockets } from '#parsers/sockets.ts'
import { parseSysctls } from '#parsers/sysctls.ts'
import { fixture, fixturesNamed } from '../fixture.ts'

const elements = (text: string): number => JSON.parse(text).length
const lines = (text: string): number => text.split('\n').filter(line => line !== '').length

/** file, its parser, and how many rows the text must give, counted another way */
const formats: [string, (text: string) => unknown[], (text: string) => number][] = [
  ['ip-link.json', parseIpLinks, elements],
  ['ip-addr.json', parseIpAddresses, text => JSON.parse(text).flatMap((link: { addr_info: unknown[] }) => link.addr_info).length],
  ['ip-rule4.json', parseIpRules, elements],
  ['ip-rule6.json', parseIpRules, elements],
  ['ip-route4.json', parseIpRoutes, elements],
  ['ip-route6.json', parseIpRoutes, elements],
  ['ip-neigh.json', parseIpNeighbours, elements],
  ['bridge-link.json', parseBridgeLinks, elements],
  ['bridge-fdb.json', parseBridgeFdb, elements],
  ['sysctl.txt', parseSysctls, lines],
  ['sysctl-per-if.txt', parseSysctls, lines],
  ['proc-net-netfilter-nfnetlink_queue.txt', parseNfnetlinkQueue, lines],
  ['ss.txt', parseSockets, lines],
  ['dev-shm.txt', parseDevShm, text => lines(text) - 1],
  ['route-get-forward.txt', eachRouteGet, text => lines(text) - text.split('# mark').length + 1],
  ['route-get-return.txt', eachRouteGet, lines],
]

describe.each(formats)('%s', (name, parse, count) => {
  test.each(fixturesNamed('trench', name))('%s is read whole', file => {
    const text = fixture(file)
    expect(parse(text)).toHaveLength(count(text))
  })

  test('was recorded', () => {
    expect(fixturesNamed('trench', name)).not.toEqual([])
  })
})

/** These files hold the answers of several commands, one a line. */
function eachRouteGet(text: string): unknown[] {
  return text.split('\n').filter(line => line !== '' && !line.startsWith('#')).map(parseRouteGet)
}
