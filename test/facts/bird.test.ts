import { expect, test } from 'vitest'
import { birdDefaultRoutes } from '#facts/bird-default-routes.ts'
import { birdProtocols } from '#facts/bird-protocols.ts'
import { birdRouteCount } from '#facts/bird-route-count.ts'
import { birdStatic } from '#facts/bird-static.ts'
import { birdStatus } from '#facts/bird-status.ts'
import type { AnyFact, CommandRecord, Observation, Params } from '#facts/fact.ts'
import { observeFact, replay } from '#facts/read.ts'
import { parseBirdProtocols } from '#parsers/bird-protocols.ts'
import { birdBfd } from '#profiles/meridio/facts/transcripts.ts'
import { rawReply } from '../parsers/bird-recordings.ts'

const welcome = '0001 BIRD 2.0.12 ready.\n'
const defaults4 = ['birdc', 'show', 'route', 'table', 'master4', 'where', 'net', '=', '0.0.0.0/0', 'all']
const defaults6 = ['birdc', 'show', 'route', 'table', 'master6', 'where', 'net', '=', '::/0', 'all']

test('each fact asks one thing of BIRD and hands on what the parser read', async () => {
  const seen = await Promise.all([
    look(birdStatus, {}, [['birdc show status', welcome + rawReply('2.0.12', 'healthy-bgp-bfd', 'show status')]]),
    look(birdProtocols, {}, [['birdc show protocols all', welcome + rawReply('2.0.12', 'healthy-bgp-bfd', 'show protocols all')]]),
    look(birdBfd, {}, [['birdc show bfd sessions', welcome + rawReply('2.0.12', 'healthy-bgp-bfd', 'show bfd sessions')]]),
    look(birdRouteCount, {}, [['birdc show route count', welcome + rawReply('2.0.12', 'healthy-bgp-bfd', 'show route count')]]),
    look(birdStatic, { protocol: 'NBR-gateway-v4-a' }, [["birdc show static 'NBR-gateway-v4-a'", welcome + rawReply('2.0.12', 'static-bfd-down', "show static 'NBR-gateway-v4-a'")]]),
  ])
  expect(seen.map(({ fact, commands, error }) => ({ fact, commands, error }))).toEqual([
    { fact: 'bird-status', commands: ['birdc show status'] },
    { fact: 'bird-protocols', commands: ['birdc show protocols all'] },
    { fact: 'bird-bfd', commands: ['birdc show bfd sessions'] },
    { fact: 'bird-route-count', commands: ['birdc show route count'] },
    { fact: 'bird-static', commands: [`birdc show static ''\\''NBR-gateway-v4-a'\\'''`] },
  ])
  expect(seen[1]?.data).toEqual(parseBirdProtocols(welcome + rawReply('2.0.12', 'healthy-bgp-bfd', 'show protocols all')))
  expect(seen[4]?.data).toEqual([{ line: 2, net: '0.0.0.0/0', dest: 'unicast', nextHops: [{ line: 3, gateway: '169.254.100.150', interface: 'ext-vlan0', onlink: false, bfd: true, dormant: true }] }])
})

test('default routes carry the command they stand in', async () => {
  // `where net = …` was not recorded; this answer to `show route for 0.0.0.0/0 all` holds the same routes. IPv6: an empty answer
  const { data, commands } = await observeFact(birdDefaultRoutes, {}, replay([
    record(defaults4, welcome + rawReply('3.1.7', 'healthy-bgp-bfd', 'show route for 0.0.0.0/0 all')),
    record(defaults6, '0000 \n'),
  ]), () => 0)
  expect(commands).toEqual(['birdc show route table master4 where net = 0.0.0.0/0 all', 'birdc show route table master6 where net = ::/0 all'])
  expect((data as Awaited<ReturnType<typeof birdDefaultRoutes.read>>).map(({ line, net, protocol, best, family, command }) => ({ line, net, protocol, best, family, command }))).toEqual([
    { line: 3, net: '0.0.0.0/0', protocol: 'NBR-gateway-v4-a', best: true, family: 'IPv4', command: 'birdc show route table master4 where net = 0.0.0.0/0 all' },
  ])
})

test.each([
  ['a restricted session', birdStatus, {}, 'birdc show status', '8007 Access denied\n', 1, { code: 'refused', message: 'birdc show status was answered with 8007: Access denied' }],
  ['a command BIRD does not know', birdRouteCount, {}, 'birdc show route count', '9001 syntax error, unexpected END\n', 1, { code: 'failed', message: 'birdc show route count was answered with 9001: syntax error, unexpected END' }],
  ['the birdc of 2.0.8, which ends with 0', birdRouteCount, {}, 'birdc show route count', 'BIRD 2.0.8 ready.\nAccess denied\n', 0, { code: 'refused', message: 'birdc show route count was answered with 8007: Access denied' }],
  ['no socket', birdStatus, {}, 'birdc show status', 'Unable to connect to server control socket (/run/bird/bird.ctl): Connection refused\n', 1, { code: 'failed', message: 'birdc show status was answered with no code: Unable to connect to server control socket (/run/bird/bird.ctl): Connection refused' }],
  ['half an answer', birdStatus, {}, 'birdc show status', '1000-BIRD 2.0.12\n', 0, { code: 'unreadable', message: 'the BIRD reply stops before its end, after: 1000-BIRD 2.0.12' }],
  ['a protocol that is not static', birdStatic, { protocol: 'NBR-gateway-v4-a' }, "birdc show static 'NBR-gateway-v4-a'", '9001 NBR-gateway-v4-a: Not a Static protocol\n', 1, { code: 'failed', message: `birdc show static ''\\''NBR-gateway-v4-a'\\''' was answered with 9001: NBR-gateway-v4-a: Not a Static protocol` }],
  ['an ended birdc', birdStatus, {}, 'birdc show status', '', 139, { code: 'failed', message: 'birdc show status ended with 139: ' }],
] as const)('%s is an error with a code and BIRD\'s words (synthetic)', async (_title, fact, params, command, stdout, exitCode, error) => {
  expect((await look(fact, params, [[command, stdout, exitCode]])).error).toEqual(error)
})

test.each([
  [{}, 'protocol must be the name of a BIRD protocol, got undefined'],
  [{ protocol: "a'; configure #" }, `protocol must be the name of a BIRD protocol, got "a'; configure #"`],
  [{ protocol: 'a b' }, 'protocol must be the name of a BIRD protocol, got "a b"'],
  [{ protocol: 7 }, 'protocol must be the name of a BIRD protocol, got 7'],
  [{ protocol: 'a', table: 't' }, 'bird-static does not know the parameters table'],
])('bird-static refuses %j before anything runs', async (params, message) => {
  const seen = await look(birdStatic, params as Params, [])
  expect({ error: seen.error, commands: seen.commands }).toEqual({ error: { code: 'refused', message }, commands: [] })
})

function record(argv: readonly string[], stdout: string, exitCode = 0): CommandRecord {
  return { argv, stdout, stderr: '', exitCode, startedAt: 0, ms: 1 }
}

/** Observes a fact through recorded commands; a command is its words with one space between. */
async function look(fact: AnyFact, params: Params, commands: readonly (readonly [string, string, number?])[]): Promise<Observation> {
  return observeFact(fact, params, replay(commands.map(([command, stdout, exitCode]) => record(command.split(' '), stdout, exitCode))), () => 0)
}
