import { describe, expect, test } from 'vitest'
import { subjectKey } from '#judge/subject.ts'
import { meridio } from '#profiles/meridio/profile.ts'
import { strangersOf } from '#profiles/meridio/strangers.ts'
import { meridioTrenches } from '#profiles/meridio/trenches.ts'
import { edit, idle } from './checks/edits.ts'
import { environment, kube, lb1, lb2, remove, twoTrenches } from './checks/kube.ts'
import { pxA, pxB, tg } from './checks/kube-names.ts'
import { statusOf } from './checks/kube-status.ts'
import { short } from './judged.ts'
import { recordedInventory, recordedTrench, type World } from './recorded-trench.ts'

const shown = (world: World) => meridioTrenches(recordedInventory(world.kube)).map(trench => ({ id: trench.id, pods: trench.pods.map(pod => short(pod.name)).join(' '), namespaces: trench.namespaces.join(' ') }))
const all = 'lb-1 lb-2 px-a px-b tg-1 tg-2 tg-3 tg-4'

describe('trenches and their pods', () => {
  test('the recorded trench, in the order of a packet', () => {
    expect(meridioTrenches(recordedInventory())[0]?.pods.map(pod => [pod.role, short(subjectKey(pod)), pod.node, pod.uid !== ''])).toEqual([
      ['lb', 'red/lb-1', 'worker1', true], ['lb', 'red/lb-2', 'worker2', true], ['proxy', 'red/px-a', 'worker1', true], ['proxy', 'red/px-b', 'worker2', true],
      ...[1, 2, 3, 4].map(number => ['tapa', `red/tg-${number}`, number < 3 ? 'worker1' : 'worker2', true]),
    ])
    expect(shown({})).toEqual([{ id: 'recorded/red/red', pods: all, namespaces: 'red' }])
  })

  test('a Helm deployment has no resources: its pods name the trench', () => {
    expect(shown(kube(({ trenches }) => void trenches?.splice(0)))).toEqual([{ id: 'recorded/red/red', pods: all, namespaces: 'red' }])
  })

  test('a trench without pods is one too', () => {
    expect(shown(kube(remove('pods')))).toEqual([{ id: 'recorded/red/red', pods: '', namespaces: 'red' }])
  })

  test('the operator\'s prefix of resource names changes nothing', () => {
    const renamed = kube(({ pods = [] }) => { for (const { metadata } of pods) Object.assign(metadata, { name: `pre-${metadata.name}` }) })
    expect(shown(renamed)[0]?.pods).toBe(all.split(' ').map(name => `pre-${name}`).join(' '))
  })

  test('targets in another namespace belong to the trench that they name', () => {
    const elsewhere = kube(({ pods = [] }) => { for (const { metadata } of pods) if (metadata.name === tg(1) || metadata.name === tg(2)) Object.assign(metadata, { namespace: 'applications' }) })
    expect(shown(elsewhere)).toEqual([{ id: 'recorded/red/red', pods: 'lb-1 lb-2 px-a px-b tg-1 tg-2 tg-3 tg-4', namespaces: 'red applications' }])
  })

  test('two trenches of one namespace share only the targets, which carry both names', () => {
    const violet = kube(twoTrenches, environment(lb2, 'NFE_TRENCH_NAME', 'violet'), environment(pxB, 'NSM_TRENCH', 'violet'))
    expect(shown(violet)).toEqual([
      { id: 'recorded/red/red', pods: 'lb-1 px-a tg-1 tg-2 tg-3 tg-4', namespaces: 'red' },
      { id: 'recorded/red/violet', pods: 'lb-2 px-b tg-1 tg-2 tg-3 tg-4', namespaces: 'red' },
    ])
    expect(meridioTrenches(recordedInventory(violet.kube)).map(({ pods }) => pods.map(({ traits }) => traits['trenches']))).toEqual([0, 1].map(() => [undefined, undefined, ...[1, 2, 3, 4].map(() => 'red,violet')]))
  })

  test('two trenches of one name in two namespaces are two', () => {
    const moved = kube(({ pods = [] }) => { for (const { metadata } of pods) if ([lb2, pxB, tg(4)].includes(metadata.name)) Object.assign(metadata, { namespace: 'blue' }) },
      environment(lb2, 'NFE_NAMESPACE', 'blue'), environment(pxB, 'NSM_NAMESPACE', 'blue'), environment(tg(4), 'MERIDIO_NAMESPACE', 'blue'))
    expect(shown(moved)).toEqual([{ id: 'recorded/blue/red', pods: 'lb-2 px-b tg-4', namespaces: 'blue' }, { id: 'recorded/red/red', pods: 'lb-1 px-a tg-1 tg-2 tg-3', namespaces: 'red' }])
  })

  test('several attractors are one trench', () => {
    expect(shown(kube(environment(lb2, 'NFE_ATTRACTOR_NAME', 'attr2')))).toEqual([{ id: 'recorded/red/red', pods: all, namespaces: 'red' }])
  })

  test('a pod that has ended is no member, one that waits is', () => {
    expect(shown(kube(statusOf(lb1, { phase: 'Failed' }), statusOf(tg(1), { phase: 'Succeeded' }), statusOf(pxA, { phase: 'Pending' })))[0]?.pods).toBe('lb-2 px-a px-b tg-2 tg-3 tg-4')
  })
})

describe('targets of several trenches in one namespace', () => {
  const foreign = (pod: string) => [edit(pod, 'addresses', '"local":"10.0.0.1"', '"local":"10.9.9.9"'), edit(pod, 'addresses', '"local":"1000::1:a00:1"', '"local":"1000::9"')]
  const strangers = async (world: World) => strangersOf(await recordedTrench(meridio.checks, world)).map(({ name }) => short(name))

  test('one whose interface carries our VIPs is ours, one with others\' VIPs a stranger', async () => {
    expect(await strangers({ ...kube(twoTrenches), edit: foreign('tg-2') })).toEqual(['tg-2'])
  })

  test('one of our VIPs is enough', async () => {
    expect(await strangers({ ...kube(twoTrenches), edit: foreign('tg-2').slice(0, 1) })).toEqual([])
  })

  test.each<[string, World]>([
    ['has nothing open', { ...kube(twoTrenches), edit: idle('tg-2') }],
    ['was not seen', { ...kube(twoTrenches), gone: ['tg-2'] }],
    ['has lost all VIPs, so that nothing tells', { ...kube(twoTrenches), edit: edit('tg-2', 'addresses', /("ifname":"nsm-0".*"addr_info":)\[[^\]]*\]/, '$1[]') }],
    ['is in a namespace with one trench', { edit: foreign('tg-2') }],
  ])('one that %s stays', async (_, world) => {
    expect(await strangers(world)).toEqual([])
  })

  test('without our configuration nobody is a stranger', async () => {
    expect(await strangers({ ...kube(twoTrenches), edit: foreign('tg-2'), gone: ['cluster'] })).toEqual([])
  })
})
