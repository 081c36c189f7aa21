import { expect, test } from 'vitest'
import { type CommandRecord, commandText, type Params } from '#facts/fact.ts'
import { ping as probePing } from '#facts/ping.ts'
import { observeFact, replay } from '#facts/read.ts'
import { routeGet } from '#facts/route-get.ts'
import { ping } from '#profiles/meridio/facts/transcripts.ts'
import { fpingRecording } from '../fping-recordings.ts'
import { fixture } from '../fixture.ts'
import { recordedPod } from '../terminal.ts'

/** A terminal that answers one command with a recorded file: on stderr when it failed. */
function answering(command: string, exitCode: number, file: string) {
  const text = fixture(`kernel/${file}`)
  const fromStderr = !text.startsWith('PING')
  const record: CommandRecord = { argv: command.split(' '), exitCode, stdout: fromStderr ? '' : text, stderr: fromStderr ? text : '', startedAt: 0, ms: 0 }
  return replay([record])
}

test.each<[Params, string, number, string, object]>([
  [{ address: '127.0.0.1' }, 'ping -n -c 1 -W 1 127.0.0.1', 0, 'ping-reply4.txt', { line: 5, sent: 1, received: 1, rttMs: 0.06 }],
  [{ address: '192.0.2.1', interface: 'a0' }, 'ping -n -c 1 -W 1 -I a0 192.0.2.1', 0, 'ping-reply-interface.txt', { line: 5, sent: 1, received: 1, rttMs: 0.086 }],
  [{ address: '127.0.0.1', mark: 5048 }, 'ping -n -c 1 -W 1 -m 5048 127.0.0.1', 0, 'ping-reply-mark.txt', { line: 5, sent: 1, received: 1, rttMs: 0.015 }],
  [{ address: '2001:db8::10' }, 'ping -n -c 1 -W 1 2001:db8::10', 1, 'ping-no-reply6.txt', { line: 4, sent: 1, received: 0 }],
  [{ address: '198.51.100.1' }, 'ping -n -c 1 -W 1 198.51.100.1', 2, 'ping-network-unreachable4.txt', { line: 1, sent: 0, received: 0, error: 'connect: Network is unreachable' }],
])('where there is no fping, or for a mark, ping is asked: %j', async (params, command, exitCode, file, data) => {
  const seen = await observeFact(ping, params, answering(command, exitCode, file), () => 0)
  const first = command.includes(' -m ') ? [] : [command.replace('ping -n -c 1 -W 1', 'fping -r 0 -e -t 1000 -i 1')]
  expect(seen).toEqual({ fact: 'ping', version: 1, params, startedAt: 0, ms: 0, commands: [...first, command], data: { ...data, command } })
})

test.each<[Params, string, object]>([
  [{ address: '2001:db8::2' }, 'reply6', { line: 1, sent: 1, received: 1, rttMs: expect.any(Number) }],
  [{ address: '192.0.2.2', interface: 'a0' }, 'reply-interface', { line: 1, sent: 1, received: 1, rttMs: expect.any(Number) }],
  [{ address: '192.0.2.9' }, 'no-reply4', { line: 1, sent: 1, received: 0 }],
  [{ address: '198.19.0.1' }, 'no-route4', { line: 2, sent: 0, received: 0, error: 'Network is unreachable' }],
])('fping is asked, the probe only fetches, and the line is one of what it printed: %j', async (params, name, data) => {
  const { argv, exitCode, stdout, stderr } = fpingRecording(name)
  const recorded = replay([{ argv, exitCode, stdout, stderr, startedAt: 0, ms: 0 }])
  const seen = { fact: 'ping', params, startedAt: 0, ms: 0, commands: [commandText(argv)] }
  expect(await observeFact(probePing, params, recorded, () => 0)).toEqual({ ...seen, version: 0, data: null })
  expect(await observeFact(ping, params, recorded, () => 0)).toEqual({ ...seen, version: 1, data: { ...data, command: commandText(argv) } })
})

test('an fping that could not look is an error, and ping is not asked in its place', async () => {
  const { argv } = fpingRecording('no-reply4')
  const denied = replay([{ argv, exitCode: 4, stdout: '', stderr: 'fping: can\'t create socket (must run as root?)\n', startedAt: 0, ms: 0 }])
  expect(await observeFact(ping, { address: '192.0.2.9' }, denied, () => 0)).toMatchObject({ commands: [commandText(argv)], error: { code: 'failed', message: expect.stringMatching(/ ended with 4: fping: can't create socket/) } })
})

test('route-get: where a marked packet goes', async () => {
  const params = { to: '1000::1:a00:1', from: '2001:db8:c::10', iif: 'nsm-1', mark: 5090 }
  const seen = await observeFact(routeGet, params, recordedPod('trench/healthy/lb-1'), () => 0)
  expect(seen).toEqual({
    fact: 'route-get', version: 1, params, startedAt: 0, ms: 0,
    commands: ['ip -j route get 1000::1:a00:1 from 2001:db8:c::10 iif nsm-1 mark 5090'],
    data: { pointer: '/0', found: true, dst: '1000::1:a00:1', from: '2001:db8:c::10', type: 'unicast', gateway: 'fd00::ac10:208', dev: 'load-balan-274a', table: '5090' },
  })
})

test('route-get: a refusal of the kernel is data', async () => {
  const params = { to: '192.0.2.10', from: '10.0.0.1', iif: 'load-balan-27a4' }
  const seen = await observeFact(routeGet, params, recordedPod('trench/healthy/lb-1', { overlay: 'trench/faults/f14-gateway-down' }), () => 0)
  expect(seen.data).toEqual({ found: false, reason: 'invalid', said: 'Invalid argument' })
})

test('route-get: an interface that is not there is an error', async () => {
  const command = 'ip -j route get 192.0.2.9 iif nsm-9'
  const seen = await observeFact(routeGet, { to: '192.0.2.9', iif: 'nsm-9' }, answering(command, 1, 'route-get-unknown-interface.txt'), () => 0)
  expect(seen.error).toEqual({ code: 'failed', message: `${command} ended with 1: Cannot find device "nsm-9"` })
})

const refused: [typeof ping | typeof routeGet, Params, string][] = [
  [ping, {}, 'ping needs an address'],
  [ping, { address: '-f' }, 'address must be an IP address, got "-f"'],
  [ping, { address: 'example.org' }, 'address must be an IP address, got "example.org"'],
  [ping, { address: '010.0.0.1' }, 'address must be an IP address, got "010.0.0.1"'],
  [ping, { address: 'fe80::1%eth0' }, 'address must be an IP address, got "fe80::1%eth0"'],
  [ping, { address: '10.0.0.1 -f' }, 'address must be an IP address, got "10.0.0.1 -f"'],
  [ping, { address: ['10.0.0.1'] }, 'address must be an IP address, got ["10.0.0.1"]'],
  [ping, { address: '10.0.0.1', interface: '-f' }, 'interface must be an interface name, got "-f"'],
  [ping, { address: '10.0.0.1', interface: 'a name' }, 'interface must be an interface name, got "a name"'],
  [ping, { address: '10.0.0.1', interface: 'sixteen-letters-' }, 'interface must be an interface name, got "sixteen-letters-"'],
  [ping, { address: '10.0.0.1', interface: 'eth0\n' }, 'interface must be an interface name, got "eth0\\n"'],
  [ping, { address: '10.0.0.1', mark: -1 }, 'mark must be a mark, got -1'],
  [ping, { address: '10.0.0.1', mark: '7' }, 'mark must be a mark, got "7"'],
  [ping, { address: '10.0.0.1', mark: 2 ** 32 }, 'mark must be a mark, got 4294967296'],
  [ping, { address: '10.0.0.1', count: 1000 }, 'ping does not know the parameters count'],
  [routeGet, {}, 'route-get needs an address `to`'],
  [routeGet, { to: 'default' }, 'to must be an IP address, got "default"'],
  [routeGet, { to: '10.0.0.0/24' }, 'to must be an IP address, got "10.0.0.0/24"'],
  [routeGet, { to: '10.0.0.1', from: 'all' }, 'from must be an IP address, got "all"'],
  [routeGet, { to: '10.0.0.1', from: '1000::1' }, '1000::1 and 10.0.0.1 are of different families'],
  [routeGet, { to: '10.0.0.1', iif: '-4' }, 'iif must be an interface name, got "-4"'],
  [routeGet, { to: '10.0.0.1', oif: 'eth0' }, 'route-get does not know the parameters oif'],
]

test.each(refused.map(([fact, params, message]) => ({ fact, params, message })))('$fact.id refuses before anything runs: $message', async ({ fact, params, message }) => {
  const seen = await observeFact(fact, params, replay([]), () => 0)
  expect(seen).toEqual({ fact: fact.id, version: 1, params, startedAt: 0, ms: 0, commands: [], error: { code: 'refused', message } })
})

test('canonical parameters are in one order, whatever the order they came in', () => {
  expect(Object.keys(ping.params?.({ mark: 7, interface: 'nsm-1', address: '10.0.0.1' }) ?? {})).toEqual(['address', 'interface', 'mark'])
  expect(commandText(['ping', '-I', 'proxy.load-1f0a', '1000::1'])).toBe('ping -I proxy.load-1f0a 1000::1')
})
