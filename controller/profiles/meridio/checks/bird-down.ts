import { defineCheck, outcome } from '#judge/check.ts'
import { birdStatus } from '#facts/bird-status.ts'

/** BIRD speaks with the gateways; without it VIPs are not announced and routes are not learnt. */
export default defineCheck({
  id: 'bird-down',
  subject: 'lb',
  severity: 'loss',
  reads: { status: outcome(birdStatus) },
  messages: {
    noAnswer: (a: { meaning: string; error: string }) => `BIRD does not answer${a.meaning}: ${a.error}`,
    busy: (a: { state: string }) => `BIRD is ${a.state}`,
  },
  why: 'The gateways withdraw this load balancer (redundancy is gone); replies that pass it live on routes BIRD left in the kernel, until they are wrong.',
  fix: 'Look at the frontend container: its log and bird.log name why (FATAL, BUG, a line of the configuration); an IPv6-only pod has no router id. Its readiness does not see a frozen BIRD: restart the container.',
  source: 'Meridio troubleshooting guide, Frontend; bird.md §2, 6; catalogue L03',
  explains: ['bgp-session-down', 'bfd-session-down', 'gateway-protocol-missing', 'gateway-protocol-leftover', 'default-route-not-received', 'kernel-default-route-missing', 'vip-not-announced', 'static-gateway-down', 'blackhole-route-missing', 'stream-without-target', 'pod-not-ready', 'gateway-unreachable', 'lb-evicted', 'stream-unknown', 'flow-missing', 'return-lookup-astray', 'bird-log-complaint', 'bgp-session-flapping', 'kernel-scan-late', 'route-table-large', 'version-drift', 'bird-listener-missing'],
  judge: ({ status }, say) => {
    if (status.error) return [say.noAnswer({ meaning: meanings[status.error.code] ?? '', error: status.error.message }, status.at())]
    return status.data === undefined || status.data.state === 'up' ? [] : [say.busy({ state: status.data.state }, status.at(status.data))]
  },
})

const meanings: Readonly<Record<string, string>> = {
  'not-found': ' (not started, or ended in order)',
  refused: ' (it crashed, was killed, or refused to start)',
  timeout: ' (it is frozen)',
}
