import { ipAddresses } from '#facts/ip-addresses.ts'
import { ipLinks } from '#facts/ip-links.ts'
import { ipNeighbours } from '#facts/ip-neighbours.ts'
import { ipRoutes } from '#facts/ip-routes.ts'
import { ipRules } from '#facts/ip-rules.ts'
import { nfqlbFlows } from '#facts/nfqlb-flows.ts'
import { nfqlbStreams } from '#facts/nfqlb-streams.ts'
import type { AnyFact } from '#facts/fact.ts'
import { each, type Observed, type Reads } from '#judge/check.ts'
import type { FlowProfile, FlowTuple, FlowWay, WayStep } from '#judge/profile.ts'
import type { Snapshot } from '#judge/snapshot.ts'
import { type Subject, subjectKey } from '#judge/subject.ts'
import { type World, worldOf } from '#judge/world.ts'
import { canonicalAddress, familyOf, within } from './lib/address.ts'
import { isStreamInterface } from './lib/interfaces.ts'
import { kernelWay } from './lib/kernel-way.ts'
import { flowHash, lookupTable } from './lib/maglev.ts'

const reads = {
  flows: each('lb', nfqlbFlows), streams: each('lb', nfqlbStreams), rules: each('lb', ipRules), routes: each('lb', ipRoutes), neighbours: each('lb', ipNeighbours),
  addresses: each('tapa', ipAddresses), links: each('tapa', ipLinks),
} satisfies Reads

/** The way of a request of one flow through each load balancer, computed from facts alone: nothing is sent. */
export const flowWay: FlowProfile = {
  reads,
  ways: (snapshot: Snapshot, tuple: FlowTuple) => {
    const world = worldOf(snapshot)
    return world.pods('lb').map(lb => new Walk(world, lb, tuple).walk())
  },
}

const noFlow = 'no flow matches: the packet is dropped, and counted nowhere'

/** Ends the walk: with the target, or with why there is none. */
class Walk {
  readonly #world: World
  readonly #lb: Subject
  readonly #tuple: FlowTuple
  readonly #steps: WayStep[] = []

  constructor(world: World, lb: Subject, tuple: FlowTuple) {
    this.#world = world
    this.#lb = lb
    this.#tuple = tuple
  }

  walk(): FlowWay {
    const [flows, streams, rules, routes, neighbours] = [this.#look(nfqlbFlows), this.#look(nfqlbStreams), this.#look(ipRules), this.#look(ipRoutes), this.#look(ipNeighbours)]
    if (!flows || !streams || !rules || !routes || !neighbours) return this.#stop(`the load balancer was not seen: ${this.#blindness()}`, undefined, true)

    const found = this.#flow(flows)
    if (typeof found === 'string') return this.#stop(found, undefined, found !== noFlow)
    const stream = streams.data.find(({ shm }) => shm === found.userRef)
    if (!stream) return this.#stop(`the flow leads to ${found.userRef}, which is no stream of the load balancer`)
    if (stream.error !== undefined) return this.#stop(`${stream.shm} cannot be shown: ${stream.error.message}`, undefined, true)
    const mark = this.#mark(stream, streams)
    if (mark === undefined) return this.#stop(`${stream.stream} has no active target: the packet is dropped, and counted nowhere`)

    const { source, destination } = this.#tuple
    const { rule, route, unclear } = kernelWay(rules.data, routes.data, { family: familyOf(destination), source, destination, mark })
    if (unclear !== undefined) return this.#stop(unclear, mark, true)
    if (!rule) return this.#stop(`no rule takes a packet with mark ${mark}`, mark)
    this.#step('rule', `rule ${rule.pref}: ${rule.fwmark === undefined ? `from ${rule.from}` : `fwmark ${rule.fwmark}`} ${rule.action}${rule.table === undefined ? '' : ` table ${rule.table}`}`, rules.at(rule))
    if (!route) return this.#stop(`the rule drops it: ${rule.action}`, mark)
    const [hop] = route.nexthops
    this.#step('route', `table ${route.table}: ${route.dst}${hop?.gateway === undefined ? '' : ` via ${hop.gateway}`}${hop?.dev === undefined ? ` ${route.type}` : ` dev ${hop.dev}`}`, routes.at(route))
    if (rule.fwmark === undefined) return this.#stop(`no rule takes mark ${mark}: the packet leaves by ${hop?.dev ?? 'nowhere'}, past every target`, mark)
    if (hop?.dev === undefined) return this.#stop(`the route drops it: ${route.type}`, mark)
    return this.#arrive(hop.gateway ?? destination, hop.dev, neighbours, mark)
  }

  /** The first flow that matches, or why it cannot be told. */
  #flow(flows: Observed<Awaited<ReturnType<typeof nfqlbFlows.read>>>): { readonly userRef?: string } | string {
    const { protocol, source, destination, sourcePort, destinationPort } = this.#tuple
    for (const flow of flows.data.filter(({ companion }) => !companion)) {
      const isNear = inNets(destination, flow.dests) && inNets(source, flow.srcs)
      // a ping meets the first flow with its addresses, whatever its protocol and ports (--promiscuous_ping)
      const isMatch = protocol === 'icmp' ? isNear : isNear && (flow.protocols?.includes(protocol) ?? true) && inPorts(destinationPort, flow.dports) && inPorts(sourcePort, flow.sports)
      if (!isMatch) continue
      if (flow.match !== undefined && protocol !== 'icmp') return `flow ${flow.name} also asks for bytes of the packet (${flow.match.join(', ')}): whether it matches cannot be told from a flow's addresses`
      this.#step('flow', `flow ${flow.name} (priority ${flow.priority}) matches, stream ${flow.userRef}`, flows.at(flow))
      return { ...(flow.userRef !== undefined && { userRef: flow.userRef }) }
    }
    return noFlow
  }

  #mark(stream: { readonly shm: string; readonly M: number; readonly N: number; readonly active: readonly { readonly fwmark: number; readonly index: number }[]; readonly line: number; readonly command: string }, streams: Observed<unknown>): number | undefined {
    const { protocol, source, destination, sourcePort, destinationPort, echoId = 0 } = this.#tuple
    if (stream.active.length === 0 || stream.M < 2) return undefined
    const number = { tcp: 6, udp: 17, sctp: 132, icmp: familyOf(destination) === 'IPv6' ? 58 : 1 }[protocol]
    const hash = flowHash({ source, destination, protocol: number, sourcePort, destinationPort, echoId })
    const index = lookupTable(stream.M, stream.N, stream.active.map(target => target.index))[hash % stream.M]!
    const mark = stream.active.find(target => target.index === index)!.fwmark
    this.#step('target', `hash ${hash} modulo ${stream.M} is slot ${hash % stream.M}: index ${index}, mark ${mark}`, streams.at(stream))
    return mark
  }

  #arrive(gateway: string, dev: string, neighbours: Observed<readonly { readonly address: string; readonly interface: string; readonly mac?: string; readonly state: readonly string[]; readonly pointer: string }[]>, mark: number): FlowWay {
    const neighbour = neighbours.data.find(row => row.interface === dev && canonicalAddress(row.address) === canonicalAddress(gateway))
    this.#step('neighbour', neighbour ? `${gateway} is at ${neighbour.mac ?? 'no MAC address'} (${neighbour.state.join(',') || 'unused'})` : `${gateway} has not been asked for yet`, neighbours.at(neighbour))
    const owner = this.#targets().find(({ address }) => canonicalAddress(address) === canonicalAddress(gateway))
    // a link that is down has no IPv6 addresses
    if (!owner) return this.#stop([`no target of the trench has ${gateway}`, ...this.#downs()].join('; '), mark, this.#world.pods('tapa').some(pod => !observedOf(this.#world, pod, ipAddresses)))
    if (owner.down !== undefined) return this.#stop(owner.down, mark)
    if (neighbour?.mac !== undefined && owner.mac !== undefined && neighbour.mac !== owner.mac) return this.#stop(`frames for ${gateway} go to ${neighbour.mac}, but ${owner.pod}/${owner.interface} has ${owner.mac}`, mark)
    if (neighbour?.state.includes('FAILED')) return this.#stop(`${gateway} does not answer on ${dev}`, mark)
    return { pod: subjectKey(this.#lb), steps: this.#steps, fwmark: mark, target: owner.pod, interface: owner.interface }
  }

  /** Which stream interfaces of targets are down, in words. */
  #downs(): string[] {
    return this.#world.pods('tapa').flatMap(pod => (observedOf(this.#world, pod, ipLinks)?.data ?? []).filter(({ name }) => isStreamInterface(name)).flatMap(link => downText(pod, link) ?? []))
  }

  /** Addresses of the targets' stream interfaces. */
  #targets(): { readonly pod: string; readonly interface: string; readonly address: string; readonly mac?: string; readonly down?: string }[] {
    return this.#world.pods('tapa').flatMap(pod => {
      const links = observedOf(this.#world, pod, ipLinks)?.data ?? []
      return (observedOf(this.#world, pod, ipAddresses)?.data ?? []).filter(row => isStreamInterface(row.interface)).map(row => {
        const link = links.find(({ name }) => name === row.interface)
        const down = link && downText(pod, link)
        return { pod: subjectKey(pod), interface: row.interface, address: row.address, ...(link?.address !== undefined && { mac: link.address }), ...(down !== undefined && { down }) }
      })
    })
  }

  #look<F extends AnyFact>(fact: F) {
    return observedOf(this.#world, this.#lb, fact)
  }

  #blindness(): string {
    return [nfqlbFlows, nfqlbStreams, ipRules, ipRoutes, ipNeighbours].map(fact => this.#world.see(this.#lb, fact, {})).flatMap(seen => ('error' in seen ? [seen.error.message] : []))[0] ?? ''
  }

  #step(what: WayStep['what'], text: string, evidence: WayStep['evidence']): void {
    this.#steps.push({ what, text, evidence })
  }

  #stop(stops: string, fwmark?: number, unclear = false): FlowWay {
    return { pod: subjectKey(this.#lb), steps: this.#steps, stops, ...(fwmark !== undefined && { fwmark }), ...(unclear && { unclear: true as const }) }
  }
}

function downText(pod: Subject, { name, up, lowerUp }: { readonly name: string; readonly up: boolean; readonly lowerUp: boolean }): string | undefined {
  return lowerUp ? undefined : `${subjectKey(pod)}/${name} ${up ? 'has no carrier' : 'is down'}`
}

function observedOf<F extends AnyFact>(world: World, pod: Subject, fact: F): Observed<Awaited<ReturnType<F['read']>>> | undefined {
  const seen = world.see(pod, fact, {})
  return 'observed' in seen ? (seen.observed as Observed<Awaited<ReturnType<F['read']>>>) : undefined
}

function inNets(address: string, nets: readonly { readonly cidr: string }[] | undefined): boolean {
  return nets === undefined || nets.some(({ cidr }) => within(address, cidr))
}

function inPorts(port: number, ranges: readonly { readonly from: number; readonly to: number }[] | undefined): boolean {
  return ranges === undefined || ranges.some(({ from, to }) => port >= from && port <= to)
}
