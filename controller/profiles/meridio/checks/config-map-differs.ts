import { cluster, clusterOutcome, defineCheck } from '#judge/check.ts'
import { configMapWritten } from '../facts/config-map-written.ts'
import { trenchConfig } from '../facts/trench-config.ts'
import { configDifferences } from '../lib/config-diff.ts'

/** NSP and the frontends know only what the operator wrote into the ConfigMap: it says what the resources say. */
export default defineCheck({
  id: 'config-map-differs',
  subject: 'trench',
  severity: 'risk',
  reads: { config: cluster(trenchConfig), written: clusterOutcome(configMapWritten) },
  messages: {
    differs: (a: { resources: string }) => `the ConfigMap does not say what the resources say: ${a.resources}`,
    none: (a: { name: string }) => `there is no ConfigMap ${a.name}: NSP and the frontends are told nothing`,
  },
  why: 'Load balancers, frontends and proxies go on with the old configuration.',
  fix: 'Look at the log of the operator (and of its webhook): it writes the ConfigMap when a resource changes.',
  source: 'Meridio v1.2.8 pkg/configuration; catalogue K09',
  explains: ['flow-missing', 'flow-differs', 'flow-leftover', 'stream-unknown', 'vip-not-queued', 'vip-rule-missing', 'vip-stage-missing', 'gateway-protocol-missing', 'gateway-protocol-leftover', 'port-nat-differs'],
  unless: ({ config }) => (config.data.source === 'config-map' ? 'the trench has no resources beside its ConfigMap' : undefined),
  unseen: ({ written }) => (written.error && written.error.code !== 'not-found' ? [written.error.message] : []),
  judge: ({ config, written }, say, subject) => {
    if (written.error?.code === 'not-found') return [say.none({ name: `meridio-configuration-${subject.name}` }, config.at())]
    if (!written.data) return []
    const found = configDifferences(config.data, written.data)
    if (found.length === 0) return []
    const named = found.slice(0, most).map(({ what, how }) => `${what} (${how})`).join(', ')
    return [say.differs({ resources: `${named}${found.length > most ? ` and ${found.length - most} more` : ''}` }, ...found.slice(0, most).flatMap(row => [row.wanted, row.written].flatMap(at => (at ? [(at === row.wanted ? config : written).at(at)] : []))))]
  },
})

/** resources named in one finding */
const most = 4
