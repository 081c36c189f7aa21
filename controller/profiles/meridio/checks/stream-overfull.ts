import { cluster, defineCheck, each } from '#judge/check.ts'
import { ipAddresses } from '#facts/ip-addresses.ts'
import type { TrenchConfig } from '../facts/config-types.ts'
import { trenchConfig } from '../facts/trench-config.ts'
import { openVips } from '../lib/target.ts'

/** A stream takes as many targets as its table has room for; identifiers beyond are not given. */
export default defineCheck({
  id: 'stream-overfull',
  subject: 'trench',
  severity: 'risk',
  reads: { config: cluster(trenchConfig), targets: each('tapa', ipAddresses) },
  messages: {
    more: (a: { stream: string; count: number; room: number }) => `${a.count} targets have opened stream ${a.stream}, which takes ${a.room}`,
  },
  why: 'Some of them never get traffic: which ones depends on who came first.',
  fix: 'max-targets cannot be changed: make a larger stream and move flows and targets to it.',
  source: 'meridio.md §2.1; catalogue K20',
  unless: ({ config }) => (told(config.data).length === 0 ? 'no stream of the trench can be told by its VIPs alone' : undefined),
  judge: ({ config, targets }, say) => told(config.data).flatMap(({ stream, vips }) => {
    const open = targets.filter(target => {
      const held = openVips(target.data, config.data).map(({ vip }) => vip.prefix)
      return vips.every(vip => held.includes(vip))
    })
    return open.length > stream.maxTargets ? [say.more({ stream: stream.name, count: open.length, room: stream.maxTargets }, config.at(stream), ...open.map(target => target.at()))] : []
  }),
})

/** Streams that share no VIP with another one: who holds their VIPs has opened them. */
function told({ streams, flows }: TrenchConfig) {
  const all = streams.map(stream => ({ stream, vips: [...new Set(flows.filter(flow => flow.stream === stream.name).flatMap(flow => flow.vips))] }))
  return all.filter(({ stream, vips }) => vips.length > 0 && !all.some(other => other.stream !== stream && other.vips.some(vip => vips.includes(vip))))
}
