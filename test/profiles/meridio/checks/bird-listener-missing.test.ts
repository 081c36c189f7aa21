import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/bird-listener-missing.ts'
import { say } from '../recorded-trench.ts'
import { edit } from './edits.ts'
import { change, kube } from './kube.ts'

test('a healthy BIRD listens for both families', async () => {
  expect(await say(check)).toEqual([])
})

test('nothing listens for BGP of one family', async () => {
  expect(await say(check, { edit: edit('lb-1', 'sockets', /^tcp +LISTEN.*\[::\]:10179.*\n/m, '') })).toEqual(['lb-1: nothing listens on TCP 10179 for gateway2 (1000::1:a9fe:65fe)'])
})

test('nothing listens for BFD', async () => {
  expect(await say(check, { edit: edit('lb-1', 'sockets', /^udp +UNCONN.*0\.0\.0\.0:3784.*\n/m, '') })).toEqual(['lb-1: nothing listens on UDP 3784 for BFD with gateway1 (169.254.101.254)'])
})

test('somebody else has the port', async () => {
  expect(await say(check, { edit: edit('lb-1', 'sockets', /(0\.0\.0\.0:10179 .*\(\(")bird/, '$1nginx') })).toEqual(['lb-1: TCP 10179 of gateway1 (169.254.101.254) is held by nginx, not by BIRD'])
})

test('a socket of both families hears both, and whose it is need not be seen', async () => {
  expect(await say(check, { edit: [edit('lb-1', 'sockets', /^tcp +LISTEN.*\[::\]:10179.*\n/m, ''), edit('lb-1', 'sockets', /0\.0\.0\.0:10179( .*)users:.*/, '*:10179$1')] })).toEqual([])
})

test('static gateways without BFD need no listener', async () => {
  const world = kube(...['gateway1', 'gateway2'].map(name => change('gateways', name, spec => { Object.assign(spec, { protocol: 'static', bgp: undefined, static: {} }) })))
  expect(await say(check, world)).toEqual(['lb-1', 'lb-2'].map(lb => `${lb}: not-applicable: no gateway of the attractor has BGP or BFD`))
})

test('a load balancer that nobody could enter is unknown', async () => {
  expect(await say(check, { gone: ['lb-2'] })).toEqual(['lb-2: unknown: sockets: no probe: ErrImageNeverPull'])
})
