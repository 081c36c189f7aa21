import { activateArguments, activeMarks, clearShm, flowSetArguments, initArguments, loadStream, waitForQueues } from '../balancer.ts'
import type { TrenchLab } from '../lab.ts'
import { nftTables } from '../netfilter.ts'
import { signal } from '../system.ts'
import { loadBalancersOf, type PodName } from '../topology.ts'
import { defineFault } from './fault.ts'

/** Faults of nfqlb, its queue and netfilter. */
export const balancerFaults = [
  defineFault('f07-target-not-activated', {
    inject: lab => deactivate(lab, 'lb-1', 58),
    heal: lab => activateAll(lab, 'lb-1'),
  }),
  defineFault('f09-flow-wrong-port', { inject: lab => setFlow(lab, lab.topology, '4000'), heal: lab => setFlow(lab) }),
  defineFault('f11-nfqlb-dead', { inject: lab => lab.end('lb-1', 'nfqlb'), heal: lab => restartNfqlb(lab, 'lb-1') }),
  defineFault('f12-nfqlb-stalled', {
    inject: async lab => {
      const pid = lab.pid('lb-1', 'nfqlb')
      if (pid === undefined) throw new Error('lb-1: nfqlb does not run')
      signal(pid, 'SIGSTOP')
      await lab.flood()
    },
    heal: lab => restartNfqlb(lab, 'lb-1'),
  }),
  defineFault('f13-queue-rule-missing', {
    inject: async lab => {
      for (const program of ['iptables-legacy', 'ip6tables-legacy']) await lab.run('lb-1', [program, '-t', 'mangle', '-F', 'PREROUTING'])
    },
    heal: lab => lab.queueToNfqlb('lb-1'),
  }),
  defineFault('f34-conntrack-active', {
    inject: lab => lab.nft('lb-1', 'delete table inet meridio-defrag\nadd table inet t\nadd chain inet t c { type filter hook input priority 0; }\nadd rule inet t c ct state new counter\n'),
    heal: async lab => {
      await lab.nft('lb-1', `table inet t\ndelete table inet t\ntable inet meridio-defrag\ndelete table inet meridio-defrag\n${nftTables(lab.topology).defrag}`)
      await lab.run('lb-1', ['conntrack', '-F'])
    },
  }),
  defineFault('f46-stale-shm-mapping', {
    // L50 needs the process namespace of stateless-lb (docs/catalogue.md): what a probe sees is a stream without targets
    root: { check: 'L45', pod: 'lb-1' },
    inject: async lab => {
      await lab.nfqlb('lb-1', 'delete', `--shm=${lab.topology.stream.shm}`)
      await lab.nfqlb('lb-1', ...initArguments(lab.topology))
    },
    heal: lab => restartNfqlb(lab, 'lb-1'),
  }),
  defineFault('f47-no-active-target-announced', {
    inject: async lab => { await Promise.all(loadBalancersOf(lab.topology).map(lb => deactivate(lab, lb, ...lab.topology.targets.map(target => target.identifier)))) },
    heal: async lab => { await Promise.all(loadBalancersOf(lab.topology).map(lb => activateAll(lab, lb))) },
  }),
]

async function deactivate(lab: TrenchLab, lb: PodName, ...identifiers: readonly number[]): Promise<void> {
  for (const identifier of identifiers) await lab.nfqlb(lb, 'deactivate', `--index=${identifier - 1}`, `--shm=${lab.topology.stream.shm}`)
}

async function activateAll(lab: TrenchLab, lb: PodName): Promise<void> {
  for (const target of lab.topology.targets) await lab.nfqlb(lb, ...activateArguments(lab.topology, target))
}

/** Gives nfqlb the flow anew, in all load balancers: as it should be, or otherwise. */
export async function setFlow(lab: TrenchLab, topology = lab.topology, ports?: string): Promise<void> {
  const { stream } = lab.topology
  for (const lb of loadBalancersOf(lab.topology)) {
    await lab.nfqlb(lb, 'flow-delete', `--name=${stream.shm}-${stream.flow}`)
    await lab.nfqlb(lb, ...flowSetArguments(topology, ports))
  }
}

/** What Kubernetes and stateless-lb do after an nfqlb that died: a new one, told everything again. */
export async function restartNfqlb(lab: TrenchLab, lb: PodName): Promise<void> {
  await freshNfqlb(lab, lb)
  await loadStream(lab.record, lb)
  if (activeMarks(lab.record, lb).length !== lab.topology.targets.length) throw new Error(`${lb}: nfqlb has not all targets after its restart`)
}

/** A new one that was told nothing yet. */
export async function freshNfqlb(lab: TrenchLab, lb: PodName): Promise<void> {
  await lab.end(lb, 'nfqlb')
  clearShm(lab.record, lb)
  lab.start(lb, 'nfqlb')
  await waitForQueues(lab.record, lb)
}
