import { cluster, defineCheck, own } from '#judge/check.ts'
import { nftRuleset } from '../facts/transcripts.ts'
import { trenchConfig } from '../facts/trench-config.ts'
import { families } from '../lib/address.ts'
import { holds, natTable } from '../lib/nft.ts'

/** Each port-NAT of the conduit is a chain of table meridio-nat with a set of VIPs per family (`5080-5000-tcp`, `5080-5000-tcp-ipv4`), and there is no other. */
export default defineCheck({
  id: 'port-nat-differs',
  subject: 'lb',
  severity: 'outage',
  reads: { config: cluster(trenchConfig), nft: own(nftRuleset) },
  messages: {
    missing: (a: { port: string }) => `port-NAT ${a.port} is not in nft: there is no chain of that name in table ${natTable}`,
    leftover: (a: { port: string }) => `port-NAT ${a.port} is in nft, but no longer in the conduit: replies from its target port are still rewritten`,
    vips: (a: { port: string; differences: string }) => `port-NAT ${a.port}: ${a.differences}`,
  },
  why: 'Requests come to the wrong port, or replies carry one the client never asked: connections of this port and VIP fail.',
  fix: 'Compare the Conduit\'s destination-port-nats with ConfigMap meridio-configuration and NSP; restart stateless-lb, which writes the chains anew.',
  source: 'Meridio v1.2.8 pkg/nat; recorded with one NAT (test/fixtures/trench/variants/port-nat); catalogue L44',
  unless: ({ config, nft }, subject) => (conduitOf(config.data, subject)?.portNats.length || nft.data.chains.some(({ table }) => table === natTable) ? undefined : 'the conduit has no port-NAT'),
  judge: ({ config, nft }, say, subject) => {
    const conduit = conduitOf(config.data, subject)
    const wanted = (conduit?.portNats ?? []).map(nat => ({ ...nat, port: `${nat.port}-${nat.targetPort}-${nat.protocol}` }))
    const chains = nft.data.chains.filter(({ table }) => table === natTable)
    return [
      ...wanted.flatMap(({ port, vips }) => {
        const chain = chains.find(({ name }) => name === port)
        if (!chain) return [say.missing({ port }, nft.at(), config.at(conduit))]
        const sets = nft.data.sets.filter(({ table, name }) => table === natTable && families.some(family => name === `${port}-${family.toLowerCase()}`))
        const held = sets.flatMap(({ elements }) => elements)
        const expected = config.data.vips.filter(({ name }) => vips.includes(name))
        const differences = [
          ...expected.filter(vip => !held.some(element => holds(element, vip.address))).map(vip => `lacks ${vip.prefix}`),
          ...held.filter(element => !expected.some(vip => holds(element, vip.address))).map(element => `still holds ${element}`),
        ]
        return differences.length === 0 ? [] : [say.vips({ port, differences: differences.join(', ') }, ...sets.map(set => nft.at(set)), config.at(conduit))]
      }),
      ...chains.filter(({ name }) => !wanted.some(({ port }) => port === name)).map(chain => say.leftover({ port: chain.name }, nft.at(chain), config.at(conduit))),
    ]
  },
})

function conduitOf<C extends { readonly name: string }>({ conduits }: { readonly conduits: readonly C[] }, { traits }: { readonly traits: Readonly<Record<string, string>> }): C | undefined {
  return conduits.find(({ name }) => name === traits['conduit'])
}
