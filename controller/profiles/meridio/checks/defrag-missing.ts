import { defineCheck, own } from '#judge/check.ts'
import { nftRuleset } from '../facts/transcripts.ts'
import { unseenConduit } from '../lib/interfaces.ts'
import { defragTable, hasTable, notrackOf, queueTable, rulesAt } from '../lib/nft.ts'

/** Fragments from gateways are put together before nfqlb sees them, and nothing is tracked: table meridio-defrag does both. */
export default defineCheck({
  id: 'defrag-missing',
  subject: 'lb',
  severity: 'risk',
  reads: { nft: own(nftRuleset) },
  messages: {
    noTable: (_: object) => `nft has no table ${defragTable}`,
    noRule: (a: { hook: string }) => `no rule at ${a.hook} takes packets out of connection tracking`,
    otherInterface: (a: { interface: string; prefix: string }) => `packets of ${a.interface} are left out of defragmentation, but the interfaces to proxies are called ${a.prefix}*`,
  },
  why: 'Every connection is tracked until the table is full and packets are dropped; replies that come in fragments are held up.',
  fix: 'Restart stateless-lb, which writes the table.',
  source: 'Meridio v1.2.8 pkg/defrag; catalogue L38',
  explains: ['conntrack-active', 'fragments-at-nfqlb'],
  unless: ({ nft }) => (hasTable(nft.data, queueTable) || hasTable(nft.data, defragTable) ? undefined : 'nft has no table of Meridio'),
  unseen: ({ nft }, subject) => unseenConduit(nft, subject),
  judge: ({ nft }, say, subject) => {
    if (!hasTable(nft.data, defragTable)) return [say.noTable({}, nft.at())]
    const untracked = (hook: string) => rulesAt(nft.data, hook).flatMap(rule => {
      const notrack = notrackOf(rule)
      return notrack ? [{ rule, name: notrack.interface }] : []
    })
    const prefix = subject.traits['conduitPrefix']
    const early = untracked('prerouting').filter(({ name }) => name !== undefined)
    const mine = (name = '') => prefix !== undefined && prefix.startsWith(name.replace(/\*$/, ''))
    const [other] = early
    return [
      ...['prerouting', 'output'].filter(hook => !untracked(hook).some(({ name }) => name === undefined)).map(hook => say.noRule({ hook }, nft.at())),
      ...(prefix !== undefined && other && !early.some(({ name }) => mine(name)) ? [say.otherInterface({ interface: other.name ?? '', prefix }, nft.at(other.rule))] : []),
    ]
  },
})
