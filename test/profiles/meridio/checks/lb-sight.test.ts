import { describe, expect, test } from 'vitest'
import { commandText } from '#facts/fact.ts'
import type { AnyCheck } from '#judge/check.ts'
import { judgeSnapshot } from '#judge/judge.ts'
import { checks } from '#profiles/meridio/registry.gen.ts'
import { pings, recordedTrench, shortNames, type World } from '../recorded-trench.ts'
import { situation } from './bird-situation.ts'

const ping = pings()

/** Looks at a healthy trench in which one command of one pod gives no answer. */
function without(blind: string, command: string, world: World): World {
  return { ...world, synthetic: (pod, argv) => (pod === blind && commandText(argv) === command ? { stdout: '', exitCode: null, error: { code: 'timeout', message: `${command} did not end` } } : (world.synthetic?.(pod, argv) ?? ping(pod, argv))) }
}

/** Every command of every pod that the check's answer for lb-1 was made of. */
async function asked(check: AnyCheck, world: World): Promise<{ pod: string; command: string }[]> {
  const { sights } = await recordedTrench([check], { ...world, synthetic: (pod, argv) => world.synthetic?.(pod, argv) ?? ping(pod, argv) })
  return sights.map(({ subject, observations }) => ({ pod: shortNames[subject.name] ?? subject.name, commands: observations.flatMap(({ commands }) => commands) }))
    .filter(({ pod }) => pod !== 'cluster' && pod !== 'lb-2')
    .flatMap(({ pod, commands }) => [...new Set(commands)].map(command => ({ pod, command })))
}

/** Answers a check can do without: streams stand in memory, an answered ping shows a gateway alive whatever BIRD says, and BIRD 2 needs no scan time. */
const needless: Readonly<Record<string, RegExp>> = {
  'gateway-unreachable': /^birdc /,
  'kernel-scan-late': /^cat /,
  ...Object.fromEntries(checks.filter(({ id, reads }) => !id.startsWith('flow') && 'streams' in reads).map(({ id }) => [id, /^nfqlb flow-list$/])),
}

describe('no check of a load balancer is ok without an answer it needs', () => {
  test.each(checks.filter(check => check.subject === 'lb').map(check => [check.id, check] as const))('%s', async (id, check) => {
    const world = id === 'static-gateway-down' ? situation('2.0.12', 'healthy-static-bfd', { protocol: 'static' }) : {}
    const commands = await asked(check, world)
    expect(commands.length).toBeGreaterThan(0)
    const verdicts = await Promise.all(commands.filter(({ command }) => !needless[id]?.test(command)).map(async ({ pod, command }) => {
      const verdict = judgeSnapshot([check], await recordedTrench([check], without(pod, command, world))).find(({ subject }) => shortNames[subject.name] === 'lb-1')
      return { pod, command, verdict: verdict?.verdict === 'fail' && id === 'bird-down' ? 'unknown' : verdict?.verdict, named: JSON.stringify(verdict).includes(`${command} did not end`) }
    }))
    expect(verdicts).toEqual(verdicts.map(({ pod, command }) => ({ pod, command, verdict: 'unknown', named: true })))
  })
})
