import { expect, test } from 'vitest'
import type { Change } from '../../controller/cluster/object-store.ts'
import type { Pod } from '../../controller/cluster/pod.ts'
import type { Pin, PinStore } from '../../controller/link/pin-store.ts'
import { ProbeRegistry } from '../../controller/link/registry.ts'
import { forgetGonePods, type GonePodsOptions } from '../../controller/upkeep/gone-pods.ts'
import { silent } from '../store/synthetic.ts'

const pin = (name: string, namespace = 'red'): Pin => ({ session: `of ${name}`, pod: `${namespace}/${name}`, podUid: `uid-${name}`, container: 'trenchscope-0001', containerId: 'c', key: 'k' })
const podOf = (name: string, uid = `uid-${name}`): Pod => ({ metadata: { namespace: 'red', name, uid } }) as Pod

/** Synthetic: a watch that holds these pods of namespace red, and cannot list namespace dark. */
function watchOf(pods: Map<string, Pod>): GonePodsOptions['inventory'] & { tell(change: Change): void } {
  let listener: (change: Change) => void = () => undefined
  return {
    isGone: (pod, uid) => !pod.startsWith('dark/') && pods.get(pod.split('/')[1] ?? '')?.metadata.uid !== uid,
    onChange: (_, given) => (listener = given, () => void (listener = () => undefined)),
    tell: change => {
      if (change.type === 'deleted') pods.delete(change.object.metadata.name)
      listener(change)
    },
  }
}

function registryOf(pins: readonly Pin[], drop?: PinStore['drop']) {
  const kept = new Map(pins.map(each => [each.session, each]))
  const store: PinStore = { load: () => pins, save: async each => void kept.set(each.session, each), drop: drop ?? (async session => void kept.delete(session)) }
  return { registry: new ProbeRegistry({ log: silent, store, readKeyLine: () => Promise.reject(new Error('nobody asks')) }), kept }
}

test('sessions of pods that went while no controller ran are forgotten with their pins; what cannot be listed is kept', () => {
  const { registry, kept } = registryOf([pin('lb-1'), pin('lb-gone'), pin('lb-again'), pin('lb-2', 'dark')])
  forgetGonePods({ inventory: watchOf(new Map([['lb-1', podOf('lb-1')], ['lb-again', podOf('lb-again', 'uid-newer')]])), registry })
  expect(registry.expected().map(({ pod }) => pod)).toEqual(['red/lb-1', 'dark/lb-2'])
  expect([...kept.keys()]).toEqual(['of lb-1', 'of lb-2'])
})

test('those of a pod that is deleted go with it, until it is stopped', () => {
  const { registry, kept } = registryOf([pin('lb-1'), pin('lb-2')])
  const pods = watchOf(new Map([['lb-1', podOf('lb-1')], ['lb-2', podOf('lb-2')]]))
  const stop = forgetGonePods({ inventory: pods, registry })
  pods.tell({ type: 'updated', object: podOf('lb-1') })
  pods.tell({ type: 'deleted', object: podOf('lb-1') })
  stop()
  pods.tell({ type: 'deleted', object: podOf('lb-2') })
  expect(registry.expected().map(({ pod }) => pod)).toEqual(['red/lb-2'])
  expect([...kept.keys()]).toEqual(['of lb-2'])
})

test('a disk that is full keeps nobody from being forgotten', async () => {
  const { registry } = registryOf([pin('lb-1')], () => Promise.reject(new Error('no space left on device')))
  await registry.forget('of lb-1', 'its successor has taken over')
  expect(registry.expected()).toEqual([])
})
