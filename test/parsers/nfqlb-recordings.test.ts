import { expect, test } from 'vitest'
import { parseNfqlbFlows } from '#parsers/nfqlb-flows.ts'
import { parseNfqlbShow } from '#parsers/nfqlb-show.ts'
import { parseNfqlbStats } from '#parsers/nfqlb-stats.ts'
import { parseNfqlbVersion } from '#parsers/nfqlb-version.ts'
import { fixture, fixturesNamed } from '../fixture.ts'

/** Listings of nfqlb as `index.json` names them; help, one flow by name, and failures are no listings. */
const index: readonly { file: string; command: string; exitCode: number | null; stdoutBytes: number }[] = JSON.parse(fixture('nfqlb/index.json'))
const readers = [
  { name: 'flows', commands: /^nfqlb (?:trace-)?flow-list(?: extra words)?$/, parse: parseNfqlbFlows },
  { name: 'show', commands: /^nfqlb show --shm=\S+$/, parse: parseNfqlbShow },
  { name: 'stats', commands: /^nfqlb stats$/, parse: parseNfqlbStats },
  { name: 'version', commands: /^nfqlb version$/, parse: parseNfqlbVersion },
]

test('every recorded listing of both versions is read', () => {
  const read = index.filter(({ exitCode }) => exitCode === 0).flatMap(({ file, command }) => {
    const reader = readers.find(({ commands }) => commands.test(command))
    return reader ? [{ name: reader.name, data: reader.parse(fixture(`nfqlb/${file}`)) }] : []
  })
  const counts = [...Map.groupBy(read, ({ name }) => name)].map(([name, all]) => `${name}: ${all.length} listings, ${all.reduce((sum, { data }) => sum + (Array.isArray(data) ? data.length : 1), 0)} rows`)
  expect(counts.sort()).toMatchInlineSnapshot(`
    [
      "flows: 23 listings, 58 rows",
      "show: 21 listings, 21 rows",
      "stats: 3 listings, 3 rows",
      "version: 2 listings, 2 rows",
    ]
  `)
})

test('flows are what JSON says where nfqlb prints JSON', () => {
  const listings = index.filter(({ command, exitCode, file }) => exitCode === 0 && /^nfqlb (?:trace-)?flow-list$/.test(command) && !file.includes('odd-names'))
  const files = [...listings.map(({ file }) => `nfqlb/${file}`), ...fixturesNamed('trench', 'nfqlb-flow-list.json').filter(file => fixture(file).startsWith('['))]
  expect(files.length).toBe(25)
  for (const file of files) {
    const text = fixture(file)
    const said: readonly Record<string, unknown>[] = JSON.parse(text)
    const read = parseNfqlbFlows(text).map(({ name, protocols, match, matches, userRef, udpencap, dests, dports, srcs, sports }) => ({ name, protocols, match, matches, userRef, udpencap, dests: dests?.length, dports: dports?.length, srcs: srcs?.length, sports: sports?.length }))
    const length = (value: unknown): number | undefined => (Array.isArray(value) ? value.length : undefined)
    expect(read).toEqual(said.map(flow => ({
      name: flow['name'], protocols: flow['protocols'], match: flow['match'], matches: flow['matches_count'], udpencap: flow['udpencap'],
      userRef: flow['user_ref'] === 'NULL' ? undefined : flow['user_ref'],
      dests: length(flow['dests']), dports: length(flow['dports']), srcs: length(flow['srcs']), sports: length(flow['sports']),
    })))
    expect(parseNfqlbFlows(text).map(({ line }) => text.split('\n')[line]), file).toEqual(said.map(flow => `  "name": "${flow['name']}",`))
  }
})

test('streams and statistics of the recorded trenches are read', () => {
  const shows = fixturesNamed('trench', 'nfqlb-show-tshm-stream1.txt').map(file => `${file.split('/').slice(1, -1).join('/')}: ${parseNfqlbShow(fixture(file)).active.map(({ fwmark }) => fwmark).join(' ')}`)
  expect(shows).toMatchInlineSnapshot(`
    [
      "faults/f07-target-not-activated/lb-1: 5048 5067 5090",
      "faults/f46-stale-shm-mapping/lb-1: ",
      "faults/f47-no-active-target-announced/lb-1: ",
      "healthy/lb-1: 5048 5058 5067 5090",
      "healthy/lb-2: 5048 5058 5067 5090",
    ]
  `)
  expect(fixturesNamed('trench', 'nfqlb-stats.txt').map(file => parseNfqlbStats(fixture(file)).bucketsMax)).toEqual([500, 500])
})
