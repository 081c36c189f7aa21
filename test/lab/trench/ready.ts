import { readFileSync } from 'node:fs'
import { activeMarks, queuesBound } from './balancer.ts'
import type { TrenchLab } from './lab.ts'
import { loadBalancers, markOf, type PodName, targets, vips } from './topology.ts'

/** What a healthy trench has and this one lacks, in words; empty: ready. Reads only; takes about 50 ms. */
export async function missingIn(lab: TrenchLab): Promise<string[]> {
  const first = (await Promise.all([
    ...loadBalancers.flatMap(lb => [balancer(lab, lb), bird(lab, lb)]),
    ...targets.map(async ({ pod }) => application(lab, pod)),
  ])).flat()
  if (first.length > 0) return first // routes follow from these
  return (await Promise.all([...loadBalancers.map(lb => defaults(lab, lb)), ...(['v4', 'v6'] as const).map(family => nextHops(lab, family))])).flat()
}

async function balancer(lab: TrenchLab, lb: PodName): Promise<string[]> {
  const bound = queuesBound(lab.record, lb)
  if (bound < 4) return [`${lb}: nfqlb listens on ${bound} of 4 queues`]
  const active = activeMarks(lab.record, lb)
  return targets.map(markOf).filter(mark => !active.includes(mark)).map(mark => `${lb}: target ${mark} is not active`)
}

async function bird(lab: TrenchLab, lb: PodName): Promise<string[]> {
  let protocols: string
  let sessions: string
  try {
    protocols = await lab.birdc(lb, 'show', 'protocols')
    sessions = await lab.birdc(lb, 'show', 'bfd', 'sessions')
  } catch (error) {
    return [`${lb}: ${(error as Error).message}`]
  }
  return [
    ...['VIP4', 'VIP6'].filter(name => !new RegExp(`^${name} .* up `, 'm').test(protocols)).map(name => `${lb}: BIRD has no ${name}`),
    ...['NBR-gateway1', 'NBR-gateway2'].filter(name => !new RegExp(`^${name} .* Established`, 'm').test(protocols)).map(name => `${lb}: ${name} is not Established`),
    ...(sessions.match(/ Up /g)?.length === 2 ? [] : [`${lb}: not both BFD sessions are Up`]),
  ]
}

async function defaults(lab: TrenchLab, lb: PodName): Promise<string[]> {
  const [v4, v6] = await Promise.all(['-4', '-6'].map(family => lab.run(lb, ['ip', family, 'route', 'show', 'table', '4096'])
    .catch(() => ''))) // no such table: nothing in it
  return [...(v4?.startsWith('default via') ? [] : [`${lb}: no IPv4 default in table 4096`]), ...(v6?.startsWith('default via') ? [] : [`${lb}: no IPv6 default in table 4096`])]
}

async function nextHops(lab: TrenchLab, family: keyof typeof vips): Promise<string[]> {
  const text = await lab.run('gw', ['ip', family === 'v4' ? '-4' : '-6', 'route', 'show', vips[family]])
  const hops = text.match(/nexthop via /g)?.length ?? (text.includes(' via ') ? 1 : 0)
  return hops === 2 ? [] : [`gw: ${hops} of 2 next hops to ${vips[family]}`]
}

/** Listening TCP sockets are state 0A in /proc/net/tcp6 (proc(5)). */
function application(lab: TrenchLab, pod: PodName): string[] {
  const listening = readFileSync(`/proc/${lab.record.holders[pod]}/net/tcp6`, 'utf8').split('\n').map(line => line.trim().split(/\s+/)).filter(fields => fields[3] === '0A')
  const ports = new Set(listening.map(fields => Number.parseInt(fields[1]!.split(':')[1]!, 16)))
  return [5000, 5001, 5002].filter(port => !ports.has(port)).map(port => `${pod}: nothing listens on port ${port}`)
}
