import { expect, test } from 'vitest'
import type { AnyCheck } from '#judge/check.ts'
import { subjectKey } from '#judge/subject.ts'
import { path } from '#profiles/meridio/path.ts'
import { tapsOf } from '../../../controller/trace/taps.ts'
import { recordedTrench, shortNames, type World } from './recorded-trench.ts'

const reader = { subject: 'trench', reads: path.reads } as unknown as AnyCheck
const pointsOf = async (world: World = {}) => path.points(await recordedTrench([reader], world))
const short = (text: string) => Object.entries(shortNames).reduce((all, [name, alias]) => all.replaceAll(`red/${name}`, alias), text)

test('every interface of the path is a point, in its place, and leads where its bridge has learnt', async () => {
  const { points } = await pointsOf()
  expect(points.map(({ subject, interface: name, place, leadsTo }) => short(`${subjectKey(subject)} ${place} ${name}${leadsTo === undefined ? '' : ` to ${leadsTo}`}`))).toMatchInlineSnapshot(`
    [
      "lb-1 external nsm-1",
      "lb-1 conduit load-balan-27a4",
      "lb-1 conduit load-balan-274a",
      "lb-1 aside eth0",
      "lb-2 external nsm-1",
      "lb-2 conduit load-balan-f75b",
      "lb-2 conduit load-balan-0a17",
      "lb-2 aside eth0",
      "px-a proxy-lb load-balan-90c8 to lb-1",
      "px-a proxy-lb load-balan-d7c4 to lb-2",
      "px-a proxy-target proxy.load-1f0a to tg-1",
      "px-a proxy-target proxy.load-52c1 to tg-2",
      "px-a aside eth0",
      "px-b proxy-lb load-balan-1b2a to lb-1",
      "px-b proxy-lb load-balan-97e3 to lb-2",
      "px-b proxy-target proxy.load-77d0 to tg-3",
      "px-b proxy-target proxy.load-c3e9 to tg-4",
      "px-b aside eth0",
      "tg-1 target nsm-0",
      "tg-1 aside eth0",
      "tg-2 target nsm-0",
      "tg-2 aside eth0",
      "tg-3 target nsm-0",
      "tg-3 aside eth0",
      "tg-4 target nsm-0",
      "tg-4 aside eth0",
    ]
  `)
})

test('addresses have names, VIPs are known, MAC addresses have owners', async () => {
  const found = await pointsOf()
  expect(found.vips).toEqual(['10.0.0.1', '1000::1:a00:1'])
  expect([found.unseen, found.portNats]).toEqual([[], []])
  const named = Object.fromEntries(found.names.map(({ address, names }) => [address, names.map(short)]))
  expect([named['10.0.0.1'], named['169.254.101.254'], named['172.16.1.8']]).toMatchInlineSnapshot(`
    [
      [
        "vip1.vip",
      ],
      [
        "gateway1.gateway",
      ],
      [
        "meridio-app-74f796dd77-tg-2.nsm-0",
      ],
    ]
  `)
  expect(found.interfaces.find(({ mac }) => mac === '02:fe:fb:e6:82:61')).toMatchObject({ interface: 'nsm-0' })
})

test('a port-NAT of the conduit is known, for the VIPs it names', async () => {
  const { portNats } = await pointsOf({ kube: objects => {
    const [conduit] = objects['conduits'] ?? []
    Object.assign((conduit as unknown as { spec: object }).spec, { 'destination-port-nats': [{ port: 80, 'target-port': 8080, protocol: 'TCP', vips: ['vip1'] }] })
  } })
  expect(portNats).toMatchInlineSnapshot(`
    [
      {
        "port": 80,
        "protocol": "tcp",
        "targetPort": 8080,
        "vip": "10.0.0.1",
      },
    ]
  `)
})

test('a pod that no probe could enter is named as unseen, with the reason', async () => {
  const { points, unseen } = await pointsOf({ gone: ['tg-2'] })
  expect(unseen.map(({ pod, reason }) => `${short(pod)}: ${reason}`)).toMatchInlineSnapshot(`
    [
      "tg-2: no probe: ErrImageNeverPull",
    ]
  `)
  expect(points.some(({ subject }) => short(subjectKey(subject)) === 'tg-2')).toBe(false)
})

test('taps have short names that tell them apart; beyond so many per pod those of the path go first and the rest is unseen', async () => {
  const found = await pointsOf()
  const { taps, unseen } = tapsOf(found, path, 4)
  expect(new Set(taps.map(({ label }) => label)).size).toBe(taps.length)
  expect(taps.slice(0, 4).map(({ label, step, request }) => [label, step, request])).toEqual([['lb-46qjc/nsm-1', 0, 'in'], ['lb-46qjc/load-balan-27a4', 1, 'out'], ['lb-46qjc/load-balan-274a', 1, 'out'], ['lb-46qjc/eth0', undefined, undefined]])
  expect(unseen.map(({ pod, interface: name, reason }) => `${short(pod)}/${name}: ${reason}`)).toEqual(['px-a/eth0: 4 interfaces of a pod are looked at, no more', 'px-b/eth0: 4 interfaces of a pod are looked at, no more'])
})
