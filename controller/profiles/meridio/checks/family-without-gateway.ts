import { cluster, defineCheck } from '#judge/check.ts'
import { trenchConfig } from '../facts/trench-config.ts'
import { families, type Family } from '../lib/address.ts'

/** A family that has VIPs needs a gateway, and must be one of the trench's: the frontend does not ask for what no gateway is configured for. */
export default defineCheck({
  id: 'family-without-gateway',
  subject: 'trench',
  severity: 'risk',
  reads: { config: cluster(trenchConfig) },
  messages: {
    noGateway: (a: { family: Family; attractor: string; vips: string; conduit: string }) => `attractor ${a.attractor} has ${a.family} VIPs (${a.vips}), but no ${a.family} gateway`,
    foreign: (a: { family: Family; vip: string; name: string; own: string }) => `VIP ${a.name} (${a.vip}) is ${a.family}, but the trench is ${a.own} only`,
  },
  why: 'The load balancers count as connected without this family, and its VIPs are announced to nobody: they cannot be reached.',
  fix: 'Add a gateway of the family to the attractor, or take the VIPs away.',
  source: 'Meridio v1.2.8 pkg/frontend; catalogue K10',
  unless: ({ config }) => (config.data.attractors.length === 0 ? 'the trench has no attractor' : undefined),
  judge: ({ config }, say) => {
    const { attractors, gateways, vips, source, families: own } = config.data
    const foreign = source === 'resources' ? vips.filter(vip => !own.includes(vip.family)) : []
    return [
      ...attractors.flatMap(attractor => families.flatMap(family => {
        const held = vips.filter(vip => vip.family === family && attractor.vips.includes(vip.name) && !foreign.includes(vip))
        // no gateway at all is attractor-without-gateway
        const mine = gateways.filter(gateway => attractor.gateways.includes(gateway.name))
        if (held.length === 0 || mine.length === 0 || mine.some(gateway => gateway.family === family)) return []
        return [say.noGateway({ family, attractor: attractor.name, vips: held.map(vip => vip.prefix).join(', '), conduit: attractor.conduits.join(',') }, config.at(attractor), ...held.map(vip => config.at(vip)))]
      })),
      ...foreign.map(vip => say.foreign({ family: vip.family, vip: vip.prefix, name: vip.name, own: own.join(' and ') }, config.at(vip))),
    ]
  },
})
