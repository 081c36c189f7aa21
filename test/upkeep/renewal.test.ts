import { expect, onTestFinished, test } from 'vitest'
import type { Pod } from '../../controller/cluster/pod.ts'
import type { ProbeLink } from '../../controller/link/link.ts'
import { Renewal, type RenewalOptions } from '../../controller/upkeep/renewal.ts'
import { silent } from '../store/synthetic.ts'

interface Known { readonly pod: string; readonly container: string; readonly image: string; idleMs: number }
const old = (name: string, idleMs = 60_000): Known => ({ pod: `red/${name}`, container: 'trenchscope-0001', image: 'agent:1', idleMs })
const ours = (name: string): Known => ({ pod: `red/${name}`, container: 'trenchscope-0002', image: 'agent:2', idleMs: 0 })

/** Synthetic: these probes are connected, each in an entry of its pod; `asked` are the pods that were to get another. */
function renewalOf(probes: Known[], more: Partial<RenewalOptions> = {}) {
  const asked: string[] = []
  const forgotten: string[] = []
  const podOf = (text: string, entries: number): Pod => {
    const [namespace = '', name = ''] = text.split('/')
    const known = probes.filter(({ pod }) => pod === text).map(({ container, image }) => ({ name: container, image }))
    return { metadata: { namespace, name, uid: `uid-${name}` }, spec: { containers: [], ephemeralContainers: [...known, ...Array.from({ length: entries - known.length }, (_, dead) => ({ name: `dead-${dead}`, image: 'agent:0' }))] } } as unknown as Pod
  }
  const renewal = new Renewal({
    registry: {
      probes: () => probes.map(probe => ({ ...probe, podUid: `uid-${probe.pod.slice(4)}`, session: `${probe.pod} ${probe.container}`, version: '' })) as unknown as ProbeLink[],
      forget: async session => void forgotten.push(session),
    },
    inventory: { pod: (namespace, name) => podOf(`${namespace}/${name}`, name === 'full' ? 17 : 0) },
    image: 'agent:2', put: async ({ name }) => void asked.push(name), refusal: () => undefined, log: silent, everyMs: 3_600_000, ...more,
  })
  onTestFinished(() => renewal.close())
  return { renewal, asked, forgotten }
}

test('beside a probe of another image comes one of ours, two pods at once, and never where the pod has had nearly all it may', () => {
  const { renewal, asked, forgotten } = renewalOf([old('full'), old('lb-1'), old('lb-2'), old('lb-3'), ours('lb-4')])
  renewal.look()
  expect(asked).toEqual(['lb-1', 'lb-2'])
  expect(forgotten).toEqual([])
})

test('an old probe whose successor is there ends when nobody has wanted anything of it for a while', () => {
  const busy = old('lb-1', 0)
  const { renewal, asked, forgotten } = renewalOf([busy, ours('lb-1')])
  renewal.look()
  expect(forgotten).toEqual([])
  busy.idleMs = 15_000
  renewal.look()
  expect({ asked, forgotten }).toEqual({ asked: [], forgotten: ['red/lb-1 trenchscope-0001'] })
})

test('a pod that refused a successor is left alone for an hour', async () => {
  const asked: string[] = []
  const { renewal } = renewalOf([old('lb-1')], { put: async ({ name }) => {
    asked.push(name)
    throw new Error('the namespace does not allow it')
  } })
  for (let look = 0; look < 3; look++) {
    renewal.look()
    await new Promise(setImmediate)
  }
  expect(asked).toEqual(['lb-1'])
})

test('while nothing may be put into pods nothing is', () => {
  const { renewal, asked } = renewalOf([old('lb-1')], { refusal: () => 'the kill switch is set' })
  renewal.look()
  expect(asked).toEqual([])
})
