import { expect, test } from 'vitest'
import { parseKubectl } from '../../controller/sweep/kubectl.ts'

test.each([
  ['get pods -n red -o json', { verb: 'get', plural: 'pods', group: '', namespace: 'red' }],
  ['get flows.meridio.nordix.org -n red -o json', { verb: 'get', plural: 'flows', group: 'meridio.nordix.org', namespace: 'red' }],
  ['get configmap meridio-configuration-red -n red -o json', { verb: 'get', plural: 'configmaps', group: '', name: 'meridio-configuration-red', namespace: 'red' }],
  ['get node worker1 -o json', { verb: 'get', plural: 'nodes', group: '', name: 'worker1' }],
  ['get events -n red --field-selector type=Warning -o json', { verb: 'get', plural: 'events', group: '', namespace: 'red', fieldSelector: 'type=Warning' }],
  ['get pods -A -l app=nsmgr -o json', { verb: 'get', plural: 'pods', group: '', labelSelector: 'app=nsmgr' }],
  ['logs lb-1 -c frontend -n red --tail=100 --limit-bytes=4096', { verb: 'logs', pod: 'lb-1', container: 'frontend', namespace: 'red', tailLines: 100, limitBytes: 4096 }],
])('kubectl %s', (words, asking) => {
  expect(parseKubectl(['kubectl', ...words.split(' ')])).toEqual(asking)
})

test.each(['get pods -n red', 'get pods a b -n red -o json', 'delete pods lb-1 -n red -o json', 'get pods -n red -o json --kubeconfig /tmp/x', 'get secrets -n red -o yaml', 'logs lb-1 -c frontend -n red', 'logs lb-1 -c frontend --tail=1 --limit-bytes=1'])('kubectl %s is refused', words => {
  expect(() => parseKubectl(['kubectl', ...words.split(' ')])).toThrow(expect.objectContaining({ code: 'refused', message: expect.stringContaining('the API server is not asked by') }))
})
