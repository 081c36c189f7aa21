import { expect, test } from 'vitest'
import { parseSockets } from '#parsers/sockets.ts'
import { fixture } from '../fixture.ts'

const idle = { receiveQueue: 0, sendQueue: 0 }

test('a load balancer: control sockets, BFD and BGP', () => {
  const rows = parseSockets(fixture('trench/healthy/lb-1/ss.txt'))
  expect([rows[0], rows[1], rows[5], rows[10]]).toEqual([
    { line: 1, protocol: 'unix', kind: 'stream', state: 'LISTEN', receiveQueue: 0, sendQueue: 8, path: '/run/bird/bird.ctl', processes: ['bird'] },
    { line: 2, protocol: 'unix', kind: 'stream', state: 'LISTEN', receiveQueue: 0, sendQueue: 128, path: '@nfqlb', processes: ['nfqlb'] },
    { line: 6, protocol: 'udp', state: 'UNCONN', ...idle, local: { address: '1000::1:a9fe:6501', port: 61758, interface: 'nsm-1' }, peer: { address: '::' }, processes: ['bird'] },
    {
      line: 11, protocol: 'tcp', state: 'ESTAB', ...idle, processes: ['bird'],
      local: { address: '1000::1:a9fe:6501', port: 50053, interface: 'nsm-1' }, peer: { address: '1000::1:a9fe:65fe', port: 10179 },
    },
  ])
})

test('a target listens on any address of both families', () => {
  expect(parseSockets(fixture('trench/healthy/tg-1/ss.txt')).filter(socket => socket.state === 'LISTEN' || socket.state === 'UNCONN').map(socket => socket.protocol !== 'unix' && socket.local)).toEqual([
    { address: '*', port: 5003 }, { address: '*', port: 5000 }, { address: '*', port: 5001 }, { address: '*', port: 5002 },
  ])
})

test('pids, several owners of one name, unnamed and connected Unix sockets (synthetic)', () => {
  const text = [
    'tcp   LISTEN 0 256 *:5000 *:* users:(("python3",pid=7,fd=3),("python3",pid=8,fd=3))',
    'u_dgr UNCONN 0 0 * 12345 * 0',
    'u_str ESTAB 0 0 /run/a file.sock 100 * 101 users:(("x y",pid=1,fd=2))',
    'udp   UNCONN 0 0 [fe80::1]%nsm-1:546 [::]:*',
  ].join('\n')
  expect(parseSockets(text)).toEqual([
    { line: 1, protocol: 'tcp', state: 'LISTEN', receiveQueue: 0, sendQueue: 256, local: { address: '*', port: 5000 }, peer: { address: '*' }, processes: ['python3'] },
    { line: 2, protocol: 'unix', kind: 'dgram', state: 'UNCONN', ...idle, path: '*', processes: [] },
    { line: 3, protocol: 'unix', kind: 'stream', state: 'ESTAB', ...idle, path: '/run/a file.sock', processes: ['x y'] },
    { line: 4, protocol: 'udp', state: 'UNCONN', ...idle, local: { address: 'fe80::1', port: 546, interface: 'nsm-1' }, peer: { address: '::' }, processes: [] },
  ])
})

test('no output is no socket', () => {
  expect(parseSockets('')).toEqual([])
})

test.each([
  'Cannot open netlink socket: Protocol not supported',
  'tcp LISTEN 0 256 *:5000',
  'tcp LISTEN 0 256 here there',
  'u_str LISTEN 0 128 @nfqlb',
])('%s is refused and quoted', text => {
  expect(() => parseSockets(text)).toThrow(new SyntaxError(`not a socket: ${text}`))
})
