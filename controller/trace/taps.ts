import type { CapturePoint, Path, PathProfile } from '#judge/profile.ts'
import { subjectKey } from '#judge/subject.ts'

/** A capture point that is looked at, as it is told to callers. */
export interface Tap {
  readonly tap: number
  /** `namespace/name` */
  readonly pod: string
  readonly role: string
  readonly node: string
  readonly interface: string
  readonly place: string
  /** position on the way of a request, from 0; absent for `aside` */
  readonly step?: number
  readonly request?: 'in' | 'out'
  /** see PathProfile */
  readonly routed?: boolean
  readonly mac?: string
  /** the pod its link leads to, where it is known */
  readonly leadsTo?: string
  readonly addresses: readonly string[]
  /** short and unique in the trace: `lb-46qjc/nsm-1` */
  readonly label: string
}

/** An interface that should be looked at and is not. */
export interface UnseenTap {
  readonly pod: string
  readonly interface?: string
  readonly reason: string
}

/** The points of a path as taps, at most `maxPerPod` in a pod, those along the way first; the rest is unseen. */
export function tapsOf(path: Path, profile: PathProfile, maxPerPod: number): { readonly taps: readonly Tap[]; readonly unseen: readonly UnseenTap[] } {
  const byPod = Map.groupBy(path.points, point => subjectKey(point.subject))
  const chosen: CapturePoint[] = []
  const unseen: UnseenTap[] = [...path.unseen]
  for (const [pod, points] of byPod) {
    const sorted = [...points.filter(point => point.place !== aside), ...points.filter(point => point.place === aside)]
    chosen.push(...sorted.slice(0, maxPerPod))
    for (const point of sorted.slice(maxPerPod)) unseen.push({ pod, interface: point.interface, reason: `${maxPerPod} interfaces of a pod are looked at, no more` })
  }
  const names = shortPodNames([...byPod.keys()])
  const taps = chosen.map((point, tap) => {
    const step = profile.places.findIndex(({ name }) => name === point.place)
    const pod = subjectKey(point.subject)
    return {
      tap, pod, role: point.subject.role, node: point.subject.node, interface: point.interface, place: point.place, addresses: point.addresses,
      ...(step >= 0 && { step, request: profile.places[step]!.request, routed: profile.places[step]!.routed }),
      ...(point.mac !== undefined && { mac: point.mac }),
      ...(point.leadsTo !== undefined && { leadsTo: point.leadsTo }),
      label: `${roleNames[point.subject.role] ?? point.subject.role}-${names.get(pod)}/${point.interface}`,
    }
  })
  return { taps, unseen }
}

/** How many different steps of the way these are. */
export function stepsSeen(steps: readonly (number | undefined)[]): number {
  return steps.filter((step, index) => step !== undefined && steps.indexOf(step) === index).length
}

export const aside = 'aside'

const roleNames: Readonly<Record<string, string>> = { tapa: 'target' }

/** The last words of each pod's name, as many as tell it from the others and at least 4 characters: `…-5785674d6-46qjc` → `46qjc`. */
function shortPodNames(pods: readonly string[]): ReadonlyMap<string, string> {
  const ends = (pod: string, words: number): string => (pod.split('/')[1] ?? pod).split('-').slice(-words).join('-')
  return new Map(pods.map(pod => {
    const most = pod.split('-').length
    for (let words = 1; words <= most; words++) {
      const end = ends(pod, words)
      if (end.length >= 4 && pods.every(other => other === pod || ends(other, words) !== end)) return [pod, end]
    }
    return [pod, pod]
  }))
}
