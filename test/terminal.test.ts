import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { FactError } from '../agent/facts/fact.ts'
import { fixture } from './fixture.ts'
import { recordedPod, recordedRecords } from './terminal.ts'

test('a recorded command is answered with its file', async () => {
  const run = recordedPod('trench/healthy/lb-1')
  expect(await run(['birdc', 'show', 'protocols', 'all'])).toBe(fixture('trench/healthy/lb-1/birdc-protocols-all.txt'))
  expect(await run(['nfqlb', 'show', '--shm=tshm-stream1'])).toBe(fixture('trench/healthy/lb-1/nfqlb-show-tshm-stream1.txt'))
  expect(await run(['cat', '/proc/net/netfilter/nfnetlink_queue'])).toBe(fixture('trench/healthy/lb-1/proc-net-netfilter-nfnetlink_queue.txt'))
})

test('what was not recorded is not found', async () => {
  await expect(recordedPod('trench/healthy/tg-1')(['nfqlb', 'flow-list'])).rejects.toThrow(new FactError('not-found', 'nfqlb flow-list was not recorded in trench/healthy/tg-1'))
})

test('a fault replaces what differs, the rest is healthy', async () => {
  const run = recordedPod('trench/healthy/lb-1', { overlay: 'trench/faults/f03-fwmark-rule-missing' })
  expect(await run(['ip', '-j', '-4', 'rule'])).toBe(fixture('trench/faults/f03-fwmark-rule-missing/lb-1/ip-rule4.json'))
  expect(await run(['ip', '-j', '-6', 'rule'])).toBe(fixture('trench/healthy/lb-1/ip-rule6.json'))
})

test('a pod the fault did not touch is healthy', async () => {
  const run = recordedPod('trench/healthy/px-b', { overlay: 'trench/faults/f03-fwmark-rule-missing' })
  expect(await run(['ip', '-j', '-4', 'rule'])).toBe(fixture('trench/healthy/px-b/ip-rule4.json'))
})

test.each([
  ['f11-nfqlb-dead', ['nfqlb', 'flow-list'], 'failed', 'nfqlb flow-list ended with 1: Connect failed. Connection refused'],
  ['f12-nfqlb-stalled', ['nfqlb', 'flow-list'], 'timeout', 'nfqlb flow-list did not end within 5000 ms'],
  ['f37-bird-killed', ['birdc', 'show', 'status'], 'refused', 'birdc show status: Unable to connect to server control socket (/run/bird/bird.ctl): Connection refused'],
] as const)('%s: %j fails as it did', async (fault, argv, code, message) => {
  await expect(recordedPod('trench/healthy/lb-1', { overlay: `trench/faults/${fault}` })(argv)).rejects.toThrow(new FactError(code, message))
})

test('sysctl answers any keys, in the order asked, each once', async () => {
  const run = recordedPod('trench/healthy/tg-1', { overlay: 'trench/faults/f26-mtu-mixed' })
  expect(await run(['sysctl', '-e', 'net.ipv6.conf.*.disable_ipv6', 'net.ipv4.ip_forward', 'net.ipv6.conf.all.disable_ipv6', 'net.no.such.key'])).toBe([
    'net.ipv6.conf.all.disable_ipv6 = 0',
    'net.ipv6.conf.default.disable_ipv6 = 0',
    'net.ipv6.conf.eth0.disable_ipv6 = 0',
    'net.ipv6.conf.lo.disable_ipv6 = 0',
    'net.ipv6.conf.nsm-0.disable_ipv6 = 0',
    'net.ipv4.ip_forward = 0',
    '',
  ].join('\n'))
})

test('route get: forward by mark, back by interface, and a refusal on stderr with 2', async () => {
  const back = ['ip', '-j', 'route', 'get', '192.0.2.10', 'from', '10.0.0.1', 'iif', 'load-balan-27a4']
  const healthy = recordedPod('trench/healthy/lb-1')
  expect(await healthy(['ip', '-j', 'route', 'get', '1000::1:a00:1', 'from', '2001:db8:c::10', 'iif', 'nsm-1', 'mark', '5067'])).toContain('"gateway":"fd00::ac10:206"')
  expect(await healthy(back)).toContain('"table":"4096"')
  const down = recordedPod('trench/healthy/lb-1', { overlay: 'trench/faults/f14-gateway-down' })
  expect(await down(back, { exitCodes: [0, 2], output: 'all' })).toBe('RTNETLINK answers: Invalid argument\n')
})

test('the default of one BIRD table is cut from all of them', async () => {
  const ask = ['birdc', 'show', 'route', 'table', 'master6', 'where', 'net', '=', '::/0', 'all']
  expect(await recordedPod('trench/healthy/lb-1')(ask)).toBe([
    'BIRD 2.14 ready.',
    'Table master6:',
    '::/0                 unicast [NBR-gateway2 03:26:25.046] * (100) [AS4248829953i]',
    '\tvia 1000::1:a9fe:65fe on nsm-1',
    '\tType: BGP univ',
    '\tBGP.origin: IGP',
    '\tBGP.as_path: 4248829953',
    '\tBGP.next_hop: 1000::1:a9fe:65fe fe80::fe:c2ff:fe9e:cf3d',
    '\tBGP.local_pref: 100',
    '',
  ].join('\n'))
  expect(await recordedPod('trench/healthy/lb-1', { overlay: 'trench/faults/f14-gateway-down' })(ask)).toBe('BIRD 2.14 ready.\n')
})

test('an edit changes one output; several follow each other', async () => {
  const run = recordedPod('trench/healthy/lb-1', {
    edit: [
      { command: 'ip -j -4 rule', from: '"5090"', to: '"5091"' },
      { command: 'sysctl', from: /(conf\.nsm-1\.rp_filter) = 0/, to: '$1 = 1' },
    ],
  })
  expect(await run(['ip', '-j', '-4', 'rule'])).toBe(fixture('trench/healthy/lb-1/ip-rule4.json').replace('"5090"', '"5091"'))
  expect(await run(['sysctl', '-e', 'net.ipv4.conf.nsm-1.rp_filter'])).toBe('net.ipv4.conf.nsm-1.rp_filter = 1\n')
})

test.each([
  [{ command: 'ip -j -4 rule', from: '"4711"', to: '' }, 'edit: "4711" changes nothing in the output of ip -j -4 rule in trench/healthy/lb-1'],
  [{ command: 'ip rule', from: 'a', to: 'b' }, 'edit: ip rule was not recorded in trench/healthy/lb-1'],
])('an edit that does not match is a mistake in the test: %j', (edit, message) => {
  expect(() => recordedPod('trench/healthy/lb-1', { edit })).toThrow(message)
})

test('an overlay that does not exist is a mistake in the test', () => {
  expect(() => recordedPod('trench/healthy/lb-1', { overlay: 'trench/faults/f99' })).toThrow('no recording trench/faults/f99')
})

test.each(readdirSync(join(import.meta.dirname, 'fixtures/trench/healthy')).filter(name => !name.includes('.')))('%s has a record for each command, all of them answers', pod => {
  const records = recordedRecords(`trench/healthy/${pod}`)
  expect(records.filter(record => record.exitCode !== 0)).toEqual([])
  expect(new Set(records.map(record => record.argv.join(' '))).size).toBe(records.length)
  expect(records.length).toBeGreaterThan(10)
})
