import { cluster, defineCheck, own } from '#judge/check.ts'
import { ipAddresses } from '#facts/ip-addresses.ts'
import { trenchConfig } from '../facts/trench-config.ts'
import { noStream, openVips } from '../lib/target.ts'

/** A target answers only for VIPs that are addresses of its `nsm` interface. */
export default defineCheck({
  id: 'target-vip-missing',
  subject: 'tapa',
  severity: 'loss',
  reads: { config: cluster(trenchConfig), addresses: own(ipAddresses) },
  messages: {
    missing: (a: { vip: string; family: string; stream: string }) => `${a.vip} of stream ${a.stream} is on no nsm interface`,
    none: (_: object) => 'no VIP of the trench is on an nsm interface',
  },
  why: 'Packets to the VIP reach the pod and are dropped, as the address is not its own.',
  fix: 'Compare Flow and Vip resources with the TAPA log; NSM puts the addresses on when the connection is updated or healed.',
  source: 'Meridio troubleshooting guide, Target; catalogue T03',
  explains: ['target-vip-rule-missing', 'listener-missing', 'target-not-active'],
  unless: ({ addresses, config }) => (config.data.vips.length === 0 ? 'the trench has no VIP' : noStream(addresses)),
  judge: ({ config, addresses }, say) => {
    const { flows, streams, vips } = config.data
    const open = openVips(addresses.data, config.data)
    if (open.length === 0) return [say.none({}, addresses.at())]
    // a stream is open when one of its VIPs is here: then all of them should be
    return streams.flatMap(stream => {
      const wanted = new Set(flows.filter(flow => flow.stream === stream.name).flatMap(flow => flow.vips))
      const opened = open.some(({ vip }) => wanted.has(vip.prefix))
      return opened ? vips.filter(vip => wanted.has(vip.prefix) && !open.some(one => one.vip === vip)).map(vip => say.missing({ vip: vip.prefix, family: vip.family, stream: stream.name }, addresses.at(), config.at(vip))) : []
    })
  },
})
