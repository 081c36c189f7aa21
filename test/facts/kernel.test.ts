import { expect, test } from 'vitest'
import { bridgeLinks } from '#facts/bridge-links.ts'
import { devShm } from '#facts/dev-shm.ts'
import { type AnyFact, commandText, type Observation, type Run } from '#facts/fact.ts'
import { ipAddresses } from '#facts/ip-addresses.ts'
import { ipLinks } from '#facts/ip-links.ts'
import { ipNeighbours } from '#facts/ip-neighbours.ts'
import { ipRoutes } from '#facts/ip-routes.ts'
import { ipRules } from '#facts/ip-rules.ts'
import { nfnetlinkQueue } from '#facts/nfnetlink-queue.ts'
import { observeFact } from '#facts/read.ts'
import { sysctlCommand, sysctls } from '#facts/sysctls.ts'
import { bridgeFdb, sockets } from '#profiles/meridio/facts/transcripts.ts'
import { recordedPod } from '../terminal.ts'

const observe = (fact: AnyFact, run: Run): Promise<Observation> => observeFact(fact, {}, run, () => 0)

const healthy: [AnyFact, string, string[], number, object][] = [
  [ipLinks, 'lb-1', ['ip -j -d -s addr'], 5, { name: 'lo', ifindex: 1 }],
  [ipAddresses, 'lb-1', ['ip -j -d -s addr'], 14, { interface: 'lo', address: '127.0.0.1' }],
  [ipRules, 'lb-1', ['ip -j -4 rule', 'ip -j -6 rule'], 17, { family: 'IPv4', command: 'ip -j -4 rule', pointer: '/0', pref: 0 }],
  [ipRoutes, 'lb-1', ['ip -j -4 route show table all', 'ip -j -6 route show table all'], 58, { family: 'IPv4', command: 'ip -j -4 route show table all', pointer: '/0', table: '4096' }],
  [ipNeighbours, 'px-a', ['ip -j -d -s neigh'], 16, { address: '172.16.1.8', interface: 'bridge0' }],
  [bridgeLinks, 'px-a', ['bridge -j -d link'], 4, { port: 'load-balan-90c8' }],
  [bridgeFdb, 'px-a', ['bridge -j fdb show br bridge0'], 46, { mac: '33:33:00:00:00:01' }],
  [sysctls, 'tg-1', [commandText(sysctlCommand)], 38, { line: 1, key: 'net.ipv4.ip_forward', value: '0' }],
  [nfnetlinkQueue, 'lb-1', ['cat /proc/net/netfilter/nfnetlink_queue'], 4, { queue: 0, portId: 13494 }],
  [sockets, 'lb-1', ['ss -H -a -n -t -u -x -p'], 11, { path: '/run/bird/bird.ctl' }],
  [devShm, 'lb-1', ['ls -ln --time-style=+ /dev/shm'], 3, { name: 'ftshm' }],
]

test.each(healthy.map(([fact, pod, commands, rows, first]) => ({ fact, pod, commands, rows, first })))('$fact.id of a healthy $pod', async ({ fact, pod, commands, rows, first }) => {
  const seen = await observe(fact, recordedPod(`trench/healthy/${pod}`))
  expect(seen).toMatchObject({ fact: fact.id, version: 1, params: {}, commands })
  expect(seen).not.toHaveProperty('error')
  expect(seen.data).toHaveLength(rows)
  expect((seen.data as unknown[])[0]).toMatchObject(first)
})

test.each([ipRules, ipRoutes])('$id: an IPv6 row points into the IPv6 command', async fact => {
  const seen = await observe(fact, recordedPod('trench/healthy/lb-1'))
  const row = (seen.data as { family: string; command: string; pointer: string }[]).find(one => one.family === 'IPv6')
  expect(row).toMatchObject({ command: seen.commands[1], pointer: '/0' })
})

test('sysctls ask every key of the recording', async () => {
  const whole = await recordedPod('trench/healthy/lb-1')(['sysctl', '-e', '*'])
  const asked = await recordedPod('trench/healthy/lb-1')(sysctlCommand)
  const perInterface = /^net\.ipv[46]\.conf\.(?!all\.|default\.).+\.(arp_\w+|accept_dad|mtu) |\.(mtu|arp_notify) /
  const missing = whole.split('\n').filter(line => !asked.split('\n').includes(line) && !perInterface.test(line))
  expect(missing.map(line => line.split(' = ')[0])).toEqual(['net.ipv4.conf.default.arp_ignore', 'net.ipv4.conf.default.arp_announce'])
})

test('nothing bound to a queue is an empty table, not an error', async () => {
  const seen = await observe(nfnetlinkQueue, recordedPod('trench/healthy/lb-1', { overlay: 'trench/faults/f11-nfqlb-dead' }))
  expect(seen).toMatchObject({ data: [] })
})

test('what cannot be read is an error that quotes it', async () => {
  const seen = await observe(nfnetlinkQueue, recordedPod('trench/healthy/lb-1', { edit: { command: 'cat /proc/net/netfilter/nfnetlink_queue', from: /^.*\n/, to: 'garbage\n' } }))
  expect(seen.error).toEqual({ code: 'unreadable', message: 'not an NFQUEUE line: garbage' })
})

test('a program that is not there is an error', async () => {
  expect((await observe(devShm, recordedPod('trench/healthy/tg-1'))).error).toEqual({ code: 'not-found', message: 'ls -ln --time-style=+ /dev/shm was not recorded in trench/healthy/tg-1' })
})
