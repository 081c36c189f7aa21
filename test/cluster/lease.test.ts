import { onTestFinished, expect, test } from 'vitest'
import { type HeldLease, takeLease } from '../../controller/cluster/lease.ts'
import type { ApiServer } from '../lab/apiserver/apiserver.ts'
import { apiServer, clientOf, eventually, log } from './bench.ts'

const durationMs = 1000

async function clusterWithLease(): Promise<ApiServer> {
  const server = await apiServer()
  server.store.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'trenchscope' } })
  server.store.apply({ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name: 'controller', namespace: 'trenchscope' } })
  return server
}

async function take(server: ApiServer, identity: string, signal = new AbortController().signal): Promise<HeldLease> {
  const lease = await takeLease({ client: await clientOf(server), namespace: 'trenchscope', name: 'controller', identity, durationMs, log, signal })
  onTestFinished(() => lease.close())
  return lease
}

const specOf = (server: ApiServer) => server.store.get('leases', 'trenchscope', 'controller')?.['spec'] as { holderIdentity: string; leaseTransitions: number; renewTime: string }

/** A controller that is killed: it never writes again. */
const writeDead = (server: ApiServer, holderIdentity: string) => server.store.update('leases', 'trenchscope', 'controller', old => ({ ...old, spec: { holderIdentity, leaseDurationSeconds: 1, leaseTransitions: 4, renewTime: '2026-01-01T00:00:00.000000Z' } }))

test('a free lease is taken at once and kept', async () => {
  const server = await clusterWithLease()
  const lease = await take(server, 'a')
  const { renewTime } = specOf(server)
  expect([lease.token, lease.valid, specOf(server).holderIdentity]).toEqual([1, true, 'a'])
  await eventually('it is renewed', () => specOf(server).renewTime !== renewTime)
  expect([specOf(server).leaseTransitions, lease.valid]).toEqual([1, true])
})

test('a second controller waits until the first gives it back', async () => {
  const server = await clusterWithLease()
  const first = await take(server, 'a')
  const waiting = take(server, 'b')
  await eventually('the first renews while the second waits', () => server.control.calls().filter(({ verb, resource }) => verb === 'update' && resource === 'leases').length >= 3)
  expect(specOf(server).holderIdentity).toBe('a')
  await first.close()
  expect((await waiting).token).toBe(2)
  expect(specOf(server).holderIdentity).toBe('b')
})

test('the lease of a controller that was killed is taken after its duration, whatever its clock said', async () => {
  const server = await clusterWithLease()
  writeDead(server, 'dead')
  const lease = await take(server, 'b')
  expect([lease.token, specOf(server).holderIdentity]).toEqual([5, 'b'])
})

test('a container that is started again takes its own lease at once', async () => {
  const server = await clusterWithLease()
  writeDead(server, 'controller-abc/1')
  const lease = await take(server, 'controller-abc/1')
  expect([lease.token, server.control.calls().filter(({ resource }) => resource === 'leases').length]).toEqual([4, 2])
})

test('a lease that another has written is lost, and says to whom', async () => {
  const server = await clusterWithLease()
  const lease = await take(server, 'a')
  server.store.update('leases', 'trenchscope', 'controller', old => ({ ...old, spec: { ...(old['spec'] as object), holderIdentity: 'b' } }))
  await eventually('it is lost', () => lease.lost.aborted)
  expect([lease.valid, (lease.lost.reason as Error).message]).toEqual([false, 'the lease trenchscope/controller is lost: the lease is b\'s now'])
})

test('a lease whose label somebody changed is still ours', async () => {
  const server = await clusterWithLease()
  const lease = await take(server, 'a')
  server.store.update('leases', 'trenchscope', 'controller', old => ({ ...old, metadata: { ...old.metadata, labels: { touched: 'yes' } } }))
  const { renewTime } = specOf(server)
  await eventually('it is renewed', () => specOf(server).renewTime !== renewTime)
  expect(lease.lost.aborted).toBe(false)
})

test('while the API server is away nothing may be done with it after its duration, and then it is lost', async () => {
  const server = await clusterWithLease()
  const lease = await take(server, 'a')
  server.control.fault({ path: '/leases/', effect: { status: 500 } })
  await eventually('it is not valid', () => !lease.valid)
  await eventually('it is lost', () => lease.lost.aborted)
  expect((lease.lost.reason as Error).message).toBe('the lease trenchscope/controller is lost: Internal error occurred: etcdserver: request timed out')
})

test('a wait for the lease can be given up', async () => {
  const server = await clusterWithLease()
  await take(server, 'a')
  const abort = new AbortController()
  const waiting = take(server, 'b', abort.signal)
  abort.abort(new Error('SIGTERM'))
  await expect(waiting).rejects.toMatchObject({ code: 'aborted' })
})

test('a lease that is not there cannot be made here', async () => {
  const server = await apiServer()
  await expect(take(server, 'a')).rejects.toMatchObject({ code: 'not-found' })
})
