import { readFileSync } from 'node:fs'
import { activeMarks, queuesBound } from './balancer.ts'
import type { TrenchLab } from './lab.ts'
import { shapeOf } from './shapes.ts'
import { type Family, gatewayName, loadBalancersOf, markOf, outsideOf, type PodName, type Topology } from './topology.ts'

/** What healthy trenches have and those of the lab lack, in words; empty: ready. Reads only; takes about 50 ms. */
export async function missingIn(lab: TrenchLab): Promise<string[]> {
  return (await Promise.all(shapeOf(lab.record).map(topology => missingInTrench(lab, topology)))).flat()
}

async function missingInTrench(lab: TrenchLab, topology: Topology): Promise<string[]> {
  const { families, targets } = topology
  const loadBalancers = loadBalancersOf(topology)
  const first = (await Promise.all([
    ...loadBalancers.flatMap(lb => [balancer(lab, topology, lb), bird(lab, topology, lb)]),
    ...targets.map(async ({ pod }) => application(lab, pod)),
  ])).flat()
  if (first.length > 0) return first // routes follow from these
  return (await Promise.all([...loadBalancers.map(lb => defaults(lab, topology, lb)), ...families.map(family => nextHops(lab, topology, family))])).flat()
}

async function balancer(lab: TrenchLab, { targets }: Topology, lb: PodName): Promise<string[]> {
  const bound = queuesBound(lab.record, lb)
  if (bound < 4) return [`${lb}: nfqlb listens on ${bound} of 4 queues`]
  const active = activeMarks(lab.record, lb)
  return targets.map(markOf).filter(mark => !active.includes(mark)).map(mark => `${lb}: target ${mark} is not active`)
}

async function bird(lab: TrenchLab, topology: Topology, lb: PodName): Promise<string[]> {
  let protocols: string
  let sessions: string
  try {
    protocols = await lab.birdc(lb, 'show', 'protocols')
    sessions = await lab.birdc(lb, 'show', 'bfd', 'sessions')
  } catch (error) {
    return [`${lb}: ${(error as Error).message}`]
  }
  const { families } = topology
  return [
    ...families.map(family => `VIP${family[1]}`).filter(name => !new RegExp(`^${name} .* up `, 'm').test(protocols)).map(name => `${lb}: BIRD has no ${name}`),
    ...families.map(family => `NBR-${gatewayName(topology, family)}`).filter(name => !new RegExp(`^${name} .* Established`, 'm').test(protocols)).map(name => `${lb}: ${name} is not Established`),
    ...(sessions.match(/ Up /g)?.length === families.length ? [] : [`${lb}: not all BFD sessions are Up`]),
  ]
}

async function defaults(lab: TrenchLab, { families }: Topology, lb: PodName): Promise<string[]> {
  const tables = await Promise.all(families.map(async family => ({ family, text: await lab.run(lb, ['ip', `-${family[1]}`, 'route', 'show', 'table', '4096'])
    .catch(() => '') }))) // no such table: nothing in it
  return tables.filter(({ text }) => !text.startsWith('default via')).map(({ family }) => `${lb}: no IP${family} default in table 4096`)
}

async function nextHops(lab: TrenchLab, topology: Topology, family: Family): Promise<string[]> {
  const vip = topology.vips[family]
  const wanted = loadBalancersOf(topology).length
  const [, gw] = outsideOf(topology)
  const text = await lab.run(gw, ['ip', `-${family[1]}`, 'route', 'show', vip])
  const hops = text.match(/nexthop via /g)?.length ?? (text.includes(' via ') ? 1 : 0)
  return hops === wanted ? [] : [`${gw}: ${hops} of ${wanted} next hops to ${vip}`]
}

/** Listening TCP sockets are state 0A in /proc/net/tcp6 (proc(5)). */
function application(lab: TrenchLab, pod: PodName): string[] {
  const listening = readFileSync(`/proc/${lab.record.holders[pod]}/net/tcp6`, 'utf8').split('\n').map(line => line.trim().split(/\s+/)).filter(fields => fields[3] === '0A')
  const ports = new Set(listening.map(fields => Number.parseInt(fields[1]!.split(':')[1]!, 16)))
  return [5000, 5001, 5002].filter(port => !ports.has(port)).map(port => `${pod}: nothing listens on port ${port}`)
}
