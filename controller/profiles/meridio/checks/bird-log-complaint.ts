import { cluster, defineCheck, outcome, own } from '#judge/check.ts'
import { birdProtocols } from '#facts/bird-protocols.ts'
import { birdLog } from '../facts/transcripts.ts'
import { trenchConfig } from '../facts/trench-config.ts'
import { complaints, hintOf } from '../lib/bird-history.ts'
import { expectedOf } from '../lib/expected.ts'
import { isConnected } from '../lib/gateway.ts'

/** BIRD's log names what its status hides: the AS a gateway really has, the hold time it refuses, a route that somebody else wrote. */
export default defineCheck({
  id: 'bird-log-complaint',
  subject: 'lb',
  severity: 'note',
  reads: { config: cluster(trenchConfig), protocols: own(birdProtocols), log: outcome(birdLog) },
  messages: {
    gateway: (a: { gateway: string; family: string; name: string; said: string }) => `bird.log about ${a.name} (${a.gateway}): ${a.said}`,
    bird: (a: { said: string }) => `bird.log: ${a.said}`,
  },
  why: 'It is the reason why a session does not come up, or a route does not get into the kernel.',
  fix: 'Compare the numbers with the Gateway resource and with the gateway. "Netlink: File exists": somebody else writes into table 4096. "Socket error: Operation not permitted": a packet filter in this pod.',
  source: 'bird.md §7 (recorded from 2.0.8 to 3.4.0)',
  unless: ({ log }) => (log.error?.code === 'not-found' ? `no volume shows the probe BIRD's log: ${log.error.message}` : undefined),
  unseen: ({ log }) => (log.error ? [log.error.message] : []),
  judge: ({ config, protocols, log }, say, subject) => {
    const rows = log.data ?? []
    // what was said about a session that is up by now is history
    const down = expectedOf(config, subject).gateways.filter(gateway => !isConnected(gateway, protocols.data))
    const told = (found: ReturnType<typeof complaints>, hint: (text: string) => string) => found.slice(-most).map(({ text, lines }) => `${text}${hint(text)} (${lines.length === 1 ? 'once' : `${lines.length} times`}, last ${lines.at(-1)?.at})`).join('; ')
    const proof = (found: ReturnType<typeof complaints>) => found.slice(-most).flatMap(({ lines }) => lines.slice(-1)).map(line => log.at(line))
    const general = complaints(rows, undefined)
    return [
      ...down.flatMap(gateway => {
        const found = complaints(rows, `NBR-${gateway.name}`)
        return found.length === 0 ? [] : [say.gateway({ gateway: gateway.address, family: gateway.family, name: gateway.name, said: told(found, text => hintOf(text, gateway)) }, ...proof(found), config.at(gateway))]
      }),
      ...(general.length === 0 ? [] : [say.bird({ said: told(general, () => '') }, ...proof(general))]),
    ]
  },
})

/** different complaints told at once, the last ones */
const most = 3
