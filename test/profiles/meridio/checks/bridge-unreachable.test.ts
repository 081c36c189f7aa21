import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/bridge-unreachable.ts'
import { noWayTo, pings, say } from '../recorded-trench.ts'
import { edit, idle, without } from './edits.ts'
import { kube, twoTrenches } from './kube.ts'

test('the bridge answers every target', async () => {
  expect(await say(check, { synthetic: pings() })).toEqual([])
})

test('the bridge of px-a does not answer in IPv4', async () => {
  expect(await say(check, { synthetic: pings(['172.16.1.1']) })).toEqual([1, 2].map(number => `tg-${number}: the proxy's bridge 172.16.1.1 does not answer on nsm-0`))
})

test('the bridge of px-b does not answer in IPv6', async () => {
  expect(await say(check, { synthetic: pings(['fd00::ac10:201']) })).toEqual([3, 4].map(number => `tg-${number}: the proxy's bridge fd00::ac10:201 does not answer on nsm-0`))
})

test('the kernel says why', async () => {
  const synthetic = (_: string, argv: readonly string[]) => (argv[0] !== 'fping' ? undefined : noWayTo(argv.at(-1) ?? ''))
  expect((await say(check, { synthetic }))[0]).toBe(`tg-1: the proxy's bridge 172.16.1.1 does not answer on nsm-0 (Network is unreachable)`)
})

test('a failed neighbour speaks where no ping was seen, an answered ping speaks louder', async () => {
  expect((await say(check, { fault: 'f39-bridge-ip-missing' }))[0]).toBe(`tg-1: the proxy's bridge 172.16.1.1 does not answer on nsm-0: neighbour FAILED`)
  expect(await say(check, { fault: 'f39-bridge-ip-missing', synthetic: pings() })).toEqual([])
})

test('the next hops of a multipath route are asked, each once', async () => {
  const multipath = edit('tg-1', 'routes4', /\{"dst":"default","gateway":"172.16.1.1","dev":"nsm-0",[^{}]*\}/, '{"dst":"default","table":"1","flags":[],"nexthops":[{"gateway":"172.16.1.1","dev":"nsm-0","weight":1,"flags":[]},{"gateway":"172.16.1.254","dev":"nsm-0","weight":1,"flags":[]},{"gateway":"172.16.1.1","dev":"nsm-0","weight":1,"flags":[]}]}')
  expect(await say(check, { edit: multipath, synthetic: pings(['172.16.1.254', '172.16.1.1']) })).toEqual(['tg-1: the proxy\'s bridge 172.16.1.1 does not answer on nsm-0', 'tg-1: the proxy\'s bridge 172.16.1.254 does not answer on nsm-0', 'tg-2: the proxy\'s bridge 172.16.1.1 does not answer on nsm-0'])
})

test('a route over the primary network leads to no bridge', async () => {
  expect(await say(check, { synthetic: pings(['10.244.1.1', '10.244.2.1', 'fd00:10:244::1']) })).toEqual([])
})

test('without a route there is no bridge to ask', async () => {
  expect(await say(check, { edit: [without('tg-1', 'routes4', '"table":"1"'), without('tg-1', 'routes6', '"table":"2"')], synthetic: pings() })).toEqual(['tg-1: not-applicable: no route leads to a bridge'])
})

test('an idle application has no bridge, nor has one of another trench', async () => {
  const foreign = [edit('tg-2', 'addresses', '"local":"10.0.0.1"', '"local":"10.9.9.9"'), edit('tg-2', 'addresses', '"local":"1000::1:a00:1"', '"local":"1000::9"')]
  expect(await say(check, { ...kube(twoTrenches), edit: [idle('tg-1'), ...foreign], synthetic: pings(['172.16.1.1']) })).toEqual(['tg-1: not-applicable: no stream is open: the pod has no nsm interface', 'tg-2: not-applicable: its nsm interfaces belong to another trench'])
})

test('a bridge nobody could ask leaves ok open', async () => {
  expect((await say(check))[0]).toBe('tg-1: unknown: 2 not seen: red/tg-1: ping 172.16.1.1 nsm-0: ping -n -c 1 -W 1 -I nsm-0 172.16.1.1 was not recorded in trench/healthy/tg-1; red/tg-1: ping fd00::ac10:101 nsm-0: ping -n -c 1 -W 1 -I nsm-0 fd00::ac10:101 was not recorded in trench/healthy/tg-1')
})

test('a target that no probe could enter is unknown', async () => {
  expect(await say(check, { gone: ['tg-1'], synthetic: pings() })).toEqual([expect.stringMatching(/^tg-1: unknown: ip-links: no probe: ErrImageNeverPull; ip-addresses: no probe: /)])
})
