import { type AnyFact, type CommandRecord, defineFact, type Observation, type Params } from '#facts/fact.ts'
import { observeFact, replay } from '#facts/read.ts'
import type { Sight, Snapshot } from '#judge/snapshot.ts'
import type { Role, Subject, Trench } from '#judge/subject.ts'

/** Synthetic: words of a line, enough to show how the engine reads, judges and points. */
export const words = defineFact({
  id: 'words',
  version: 2,
  read: async run => (await run(['cat', '/words'])).split('\n').filter(Boolean).map((text, index) => ({ text, line: index + 1 })),
})

/** Synthetic: cannot read a line that ends with a question mark. */
export const strict = defineFact({
  id: 'strict',
  version: 1,
  read: async run => {
    const text = (await run(['cat', '/words'])).trim()
    if (text.endsWith('?')) throw new SyntaxError(`not a word: ${text}`)
    return text
  },
})

/** Synthetic: asked with a parameter, planned from `words`. */
export const spelling = defineFact({
  id: 'spelling',
  version: 1,
  params: (given: Params) => ({ word: String(given['word']) }),
  read: async (run, { word }) => (await run(['spell', word], { exitCodes: [0, 1] })).trim(),
})

export const pod = (role: Role, name: string): Subject => ({ role, namespace: 'red', name, uid: `uid-${name}`, node: 'worker1', traits: {} })

export function trenchOf(...pods: Subject[]): Trench {
  return { id: 'c/red/red', cluster: { uid: 'c', name: 'lab' }, namespace: 'red', name: 'red', pods, namespaces: ['red'] }
}

/** Output of commands in one pod; a number is an exit code with that output on stderr; `gone` a pod that could not be reached. */
export async function sight(subject: Subject, outputs: Readonly<Record<string, string | number>> | 'gone', wants: readonly Params[] = [], first: AnyFact = words): Promise<Sight> {
  if (outputs === 'gone') return { subject, observations: [], records: [], unreachable: 'no probe: ErrImageNeverPull' }
  const records = Object.entries(outputs).map(([command, output]): CommandRecord => ({
    argv: command.split(' '), exitCode: typeof output === 'number' ? output : 0, stdout: typeof output === 'number' ? '' : output, stderr: typeof output === 'number' ? 'no such thing' : '', startedAt: 1, ms: 1,
  }))
  const run = replay(records)
  const observations: Observation[] = [await observeFact(first, {}, run, () => 1)]
  for (const params of wants) observations.push(await observeFact(spelling, params, run, () => 1))
  return { subject, container: 'trenchscope-0001', observations, records }
}

export function snapshotOf(...sights: Sight[]): Snapshot {
  return { format: 'trenchscope.snapshot/1', profile: 'synthetic', trench: trenchOf(...sights.map(({ subject }) => subject)), takenAt: 1, sights }
}
