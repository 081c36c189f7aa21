import { facts as probeFacts } from '#facts/registry.gen.ts'
import type { Profile } from '#judge/profile.ts'
import { clusterFacts } from './facts/cluster-facts.ts'
import { transcripts } from './facts/transcripts.ts'
import { flowWay } from './flow-way.ts'
import { notForMeridio2 } from './generation.ts'
import { path } from './path.ts'
import { checks } from './registry.gen.ts'
import { standingOf } from './standing.ts'
import { strangersOf } from './strangers.ts'
import { meridioTrenches } from './trenches.ts'

const group = 'meridio.nordix.org'
const kinds = ['trenches', 'attractors', 'gateways', 'vips', 'conduits', 'streams', 'flows']

/** Meridio 1.x: gateway → LB/FE → proxy → target, deployed by the operator or by Helm. Of Meridio 2 the load balancers, by the checks that carry over (`generation.ts`). */
export const meridio: Profile = {
  id: 'meridio',
  roles: ['lb', 'proxy', 'tapa'],
  resources: kinds.map(plural => ({ group, version: 'v1', plural })),
  facts: [...probeFacts, ...transcripts, ...clusterFacts],
  checks: checks.map(check => ({ ...check, notFor: trench => notForMeridio2(check, trench) })),
  trenches: meridioTrenches,
  strangers: strangersOf,
  standing: standingOf,
  path,
  flowWay,
}
