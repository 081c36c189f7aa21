import { cluster, defineCheck, each } from '#judge/check.ts'
import { birdStatus } from '#facts/bird-status.ts'
import { trenchPods } from '../facts/trench-pods.ts'

/** Equal pods run equal versions. */
export default defineCheck({
  id: 'version-drift',
  subject: 'trench',
  severity: 'note',
  reads: { pods: cluster(trenchPods), birds: each('lb', birdStatus) },
  messages: {
    images: (a: { container: string; images: string }) => `container ${a.container} runs different images: ${a.images}`,
    birds: (a: { versions: string }) => `load balancers run different versions of BIRD: ${a.versions}`,
  },
  why: 'The pods may behave differently; a rollout stopped half-way, or a tag was moved.',
  fix: 'Finish the rollout; look why the rest did not follow.',
  source: 'catalogue K19, X19',
  judge: ({ pods, birds }, say) => {
    // applications of different deployments share a trench: of targets only the TAPA is Meridio's
    const rows = pods.data.filter(pod => pod.role !== 'tapa').flatMap(pod => pod.containers.map(container => ({ pod, container, kind: `${pod.role} ${container.name}` })))
    const images = [...Map.groupBy(rows, ({ kind }) => kind).values()].flatMap(group => {
      const distinct = Map.groupBy(group, ({ container }) => container.image)
      const [first] = group
      return distinct.size < 2 || !first ? [] : [say.images({ container: first.container.name, images: listOf(distinct, ({ pod }) => pod.pod) }, ...group.map(({ pod, container }) => pods.at({ command: pod.command, pointer: container.pointer })))]
    })
    const versions = Map.groupBy(birds, ({ data }) => data.version)
    return [...images, ...(versions.size < 2 ? [] : [say.birds({ versions: listOf(versions, ({ subject }) => subject.name) }, ...birds.map(bird => bird.at(bird.data)))])]
  },
})

/** `v1.2.7 (red/lb-1), v1.2.8 (red/lb-2, red/lb-3)` */
function listOf<T>(groups: ReadonlyMap<string, readonly T[]>, name: (row: T) => string): string {
  return [...groups].map(([value, rows]) => `${value} (${rows.map(name).join(', ')})`).join(', ')
}
