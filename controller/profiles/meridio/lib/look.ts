import type { AnyFact, Params } from '#facts/fact.ts'
import type { Observed } from '#judge/check.ts'
import { clusterSubject, type Subject } from '#judge/subject.ts'
import type { World } from '#judge/world.ts'
import type { TrenchConfig } from '../facts/config-types.ts'
import { trenchConfig } from '../facts/trench-config.ts'

type Data<F extends AnyFact> = Awaited<ReturnType<F['read']>>

/** A first-wave fact of a pod, or undefined where it was not seen. */
export function look<F extends AnyFact>(world: World, pod: Subject, fact: F, params: Params = {}): Observed<Data<F>> | undefined {
  const seen = world.see(pod, fact, params)
  return 'observed' in seen ? (seen.observed as Observed<Data<F>>) : undefined
}

/** The trench's configuration, or undefined where it was not seen. */
export function lookAtConfig(world: World): Observed<TrenchConfig> | undefined {
  const { trench } = world.snapshot
  return look(world, clusterSubject(trench), trenchConfig, { namespace: trench.namespace, trench: trench.name, namespaces: trench.namespaces })
}
