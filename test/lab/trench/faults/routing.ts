import { readFileSync, writeFileSync } from 'node:fs'
import { frontendConfig } from '../bird-config.ts'
import { birdConfigFile } from '../daemons.ts'
import type { TrenchLab } from '../lab.ts'
import { until } from '../system.ts'
import { frontend, gateway, gatewayName, loadBalancersOf, numberOf, type Place, type PodName } from '../topology.ts'
import { defineFault } from './fault.ts'

/** Faults of gateways, BIRD and what it puts into the kernel; and of the application. */
export const routingFaults = [
  defineFault('f01-app-not-listening', { inject: lab => lab.end('tg-2', 'app'), heal: async lab => lab.start('tg-2', 'app') }),
  defineFault('f14-gateway-down', {
    inject: lab => lab.ip('gw', ['link set eth1 down']),
    heal: async lab => {
      await lab.restore('gw')
      await restartSessions(lab)
    },
    mend: lab => lab.mend('gw'),
  }),
  defineFault('f15-asn-mismatch', {
    inject: lab => configure(lab, text => text.replace(`neighbor ${gateway.v4} port ${gateway.port} as ${gateway.asn}`, `neighbor ${gateway.v4} port ${gateway.port} as 4248829999`)),
    heal: async lab => {
      await configure(lab, () => frontendConfig(lab.topology))
      await restartSessions(lab, ['lb-1'], ['v4'])
    },
    mend: lab => configure(lab, () => frontendConfig(lab.topology)),
  }),
  defineFault('f17-vip-not-announced', {
    inject: lab => configure(lab, text => text.replace(/^protocol static VIP.*\n/gm, '')),
    heal: lab => configure(lab, () => frontendConfig(lab.topology)),
  }),
  defineFault('f19-kernel-table-flushed', {
    // BIRD repairs the table at its next scan of the kernel, every 10 s. The second flush follows right after one, so that the fault lasts nearly 10 s.
    inject: async lab => {
      await flushVipTable(lab)
      await until('lb-1: BIRD repairs table 4096', async () => (await vipTableSizes(lab)).every(size => size > 0), { timeoutMs: 15_000, everyMs: 50 })
      await flushVipTable(lab)
    },
    heal: async lab => { for (const name of ['kernel3', 'kernel4']) await lab.birdc('lb-1', `restart ${name}`) },
    mend: async () => {}, // BIRD's next scan does it
  }),
  defineFault('f35-duplicate-ext-ip', {
    // the second address of a network goes with the first: lb-2 is left without any, and nobody holds one twice
    root: { check: 'L02', pod: 'lb-2' },
    inject: async lab => {
      await lab.ip('lb-2', ['addr add 169.254.101.1/24 brd + dev nsm-1', 'addr del 169.254.101.2/24 dev nsm-1'])
      await lab.ip('gw', ['neigh flush all'])
    },
    heal: async lab => {
      await lab.ip('lb-2', ['addr del 169.254.101.1/24 dev nsm-1'], { force: true })
      await lab.restore('lb-2', 'gw')
      await restartSessions(lab, loadBalancersOf(lab.topology), ['v4'])
    },
    mend: async lab => {
      await lab.ip('lb-2', ['addr del 169.254.101.1/24 dev nsm-1'], { force: true })
      await lab.mend('lb-2')
    },
  }),
  defineFault('f37-bird-killed', {
    inject: lab => lab.end('lb-1', 'bird'),
    heal: async lab => {
      lab.start('lb-1', 'bird')
      await birdAnswers(lab, 'lb-1')
      await restartSessions(lab, ['lb-1'])
    },
    mend: async lab => {
      lab.start('lb-1', 'bird')
      await birdAnswers(lab, 'lb-1')
    },
  }),
]

const flushVipTable = (lab: TrenchLab) => lab.ip('lb-1', ['-4', '-6'].map(family => `${family} route flush table ${frontend.vipTable}`))

function vipTableSizes(lab: TrenchLab): Promise<number[]> {
  return Promise.all(['-4', '-6'].map(async family => (await lab.run('lb-1', ['ip', family, 'route', 'show', 'table', String(frontend.vipTable)]).catch(() => '')).length)) // no such table: empty
}

async function configure(lab: TrenchLab, change: (text: string) => string): Promise<void> {
  const file = birdConfigFile(lab.record, 'lb-1')
  writeFileSync(file, change(readFileSync(file, 'utf8')))
  await lab.birdc('lb-1', 'configure')
}

/**
 * Lets sessions connect again at once. After an error BIRD waits up to 60 s ("Error wait", meridio.md §3.1), on both sides, unless the protocol is restarted.
 * The load balancer's side is away while the gateway's restarts, so that no last message of the one gives the other a new error.
 */
export async function restartSessions(lab: TrenchLab, lbs: readonly PodName[] = loadBalancersOf(lab.topology), families = lab.topology.families): Promise<void> {
  const sessions = lbs.flatMap(lb => families.map(family => ({ lb, frontend: `NBR-${gatewayName(lab.topology, family)}`, gateway: `FE${numberOf(lab.topology, lb)}-${family}` })))
  await Promise.all(sessions.map(async session => {
    await lab.birdc(session.lb, `disable '${session.frontend}'`)
    await lab.birdc('gw', `restart '${session.gateway}'`)
    await lab.birdc(session.lb, `enable '${session.frontend}'`)
  }))
}

async function birdAnswers(lab: TrenchLab, place: Place): Promise<void> {
  await until(`${place}: BIRD answers`, () => lab.birdc(place, 'show status').then(() => true, () => false))
}
