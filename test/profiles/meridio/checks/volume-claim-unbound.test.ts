import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/volume-claim-unbound.ts'
import { clusterBeside } from '../../../lab/trench/cluster-beside.ts'
import { say } from '../recorded-trench.ts'
import { type Change, change, kube, put, twoTrenches } from './kube.ts'

/** The recording has the mounts of NSP and IPAM only. */
const volumes: Change = objects => {
  for (const name of ['nsp', 'ipam']) change('pods', `${name}-red-0`, spec => spec['volumes'].push({ name: `${name}-data`, persistentVolumeClaim: { claimName: `${name}-data-${name}-red-0` } }))(objects)
  for (const claim of clusterBeside('').claims) put('persistentvolumeclaims', claim)(objects)
}
const phase = (name: string, is: string): Change => objects => {
  const claim = objects['persistentvolumeclaims']?.find(({ metadata }) => metadata.name === name)
  Object.assign(claim?.['status'] as object, { phase: is })
}
const without: Change = objects => { objects['persistentvolumeclaims'] = [] }

test.each([
  ['bound', kube(volumes), []],
  ['the claim of NSP waits', kube(volumes, phase('nsp-data-nsp-red-0', 'Pending')), ['red: red/nsp-red-0 needs volume claim nsp-data-nsp-red-0, which is Pending']],
  ['the volume of IPAM is gone', kube(volumes, phase('ipam-data-ipam-red-0', 'Lost')), ['red: red/ipam-red-0 needs volume claim ipam-data-ipam-red-0, which is Lost']],
  ['no claims', kube(volumes, without), ['red: red/nsp-red-0 needs volume claim nsp-data-nsp-red-0, which is missing', 'red: red/ipam-red-0 needs volume claim ipam-data-ipam-red-0, which is missing']],
  ['volumes that are no claims', kube(), ['red: not-applicable: no NSP or IPAM pod names a volume claim']],
])('%s', async (_, world, said) => {
  expect(await say(check, world)).toEqual(said)
})

test('claims of another trench of the namespace are not asked for', async () => {
  expect(await say(check, kube(volumes, twoTrenches, phase('nsp-data-nsp-red-0', 'Pending')))).toEqual(['red: red/nsp-red-0 needs volume claim nsp-data-nsp-red-0, which is Pending'])
})

test('an API server that was not asked leaves it unknown', async () => {
  expect(await say(check, { gone: ['cluster'] })).toEqual(['red: unknown: volume-claims: not observed'])
})
