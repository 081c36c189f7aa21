import { defineCheck, outcome, own } from '#judge/check.ts'
import { birdStatus } from '#facts/bird-status.ts'
import { birdConfig } from '../facts/transcripts.ts'
import { gatewayTable } from '../lib/thresholds.ts'

/** BIRD 3 brings learnt routes into the kernel with its scan of the table: the configuration must ask for one often. */
export default defineCheck({
  id: 'kernel-scan-late',
  subject: 'lb',
  severity: 'note',
  reads: { status: own(birdStatus), config: outcome(birdConfig) },
  messages: {
    late: (a: { seconds: number }) => `BIRD looks at table ${gatewayTable} every ${a.seconds} s`,
  },
  why: 'After a gateway comes back, replies are dropped for up to a minute although its session is up.',
  fix: 'Upgrade to Meridio v1.2.7, which sets `scan time 10`.',
  source: 'Meridio #607; catalogue L47',
  explains: ['kernel-default-route-missing'],
  unless: ({ status, config }) => {
    if (!status.data.version.startsWith('3.')) return `BIRD ${status.data.version} does not wait for the scan`
    return config.error?.code === 'not-found' ? `no volume shows the probe BIRD's configuration: ${config.error.message}` : undefined
  },
  unseen: ({ config }) => (config.error ? [config.error.message] : []),
  judge: ({ config }, say) => {
    const late = (config.data ?? []).filter(({ kind, kernelTable, scanTimeS = defaultScanS }) => kind === 'kernel' && String(kernelTable) === gatewayTable && scanTimeS > 15)
    const [first] = late
    return first ? [say.late({ seconds: first.scanTimeS ?? defaultScanS }, ...late.map(row => config.at(row)))] : []
  },
})

/** BIRD's own, doc/bird.sgml (Kernel) */
const defaultScanS = 60
