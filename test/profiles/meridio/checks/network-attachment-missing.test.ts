import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/network-attachment-missing.ts'
import { say } from '../recorded-trench.ts'
import { type Change, change, kube, lb1, lb2 } from './kube.ts'

const onAttachment = change('attractors', 'attr1', spec => { spec['interface'] = { name: 'ext0', type: 'network-attachment', 'network-attachments': [{ name: 'ext', namespace: 'red', interface: 'ext0' }] } })
const status = (pod: string, text: string): Change => ({ pods = [] }) => { for (const { metadata } of pods) if (metadata.name === pod) Object.assign(metadata, { annotations: { 'k8s.v1.cni.cncf.io/network-status': text } }) }
const attached = (pod: string, ...names: readonly string[]) => status(pod, JSON.stringify([{ name: 'kindnet', interface: 'eth0' }, ...names.map(name => ({ name: 'red/ext', interface: name }))]))

test.each([
  ['by NSM', kube(), ['red: not-applicable: no attractor with a load balancer has its interface by a network attachment']],
  ['both attached', kube(onAttachment, attached(lb1, 'ext0'), attached(lb2, 'ext0')), []],
  ['one under another name', kube(onAttachment, attached(lb1, 'net1'), attached(lb2, 'ext0')), ['red: red/lb-1: attractor attr1 wants interface ext0 by a network attachment, attached are eth0 (kindnet), net1 (red/ext)']],
  ['one that says nothing', kube(onAttachment, attached(lb1, 'ext0')), ['red: unknown: red/lb-2 has no annotation that says what is attached to it']],
  ['one that nobody can read', kube(onAttachment, attached(lb1, 'ext0'), status(lb2, '{}')), ['red: unknown: attached-networks: network-status is not a list: {}']],
])('%s', async (_, world, said) => {
  expect(await say(check, world)).toEqual(said)
})

test('an API server that was not asked leaves it unknown', async () => {
  expect(await say(check, { gone: ['cluster'] })).toEqual(['red: unknown: trench-config: not observed; attached-networks: not observed'])
})
