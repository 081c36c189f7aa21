import { type ContainerStatus, type Pod, sameJson } from './objects.ts'
import type { ResourceType } from './resources.ts'
import { forbiddenField, invalid, requiredField } from './status.ts'

/** @throws {ApiError} 422 */
export function checkNewPod(type: ResourceType, pod: Pod): void {
  const name = pod.metadata.name
  if (!pod.spec?.containers?.length) throw invalid(type, name, [requiredField('spec.containers')])
  if (pod.spec.ephemeralContainers?.length) throw invalid(type, name, [forbiddenField('spec.ephemeralContainers', 'cannot be set on create')])
}

const mutable = '`spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)'

/** A plain pod update may change images, the deadline and tolerations, nothing else (`validation.go`, ValidatePodUpdate). @throws {ApiError} 422 */
export function checkPodUpdate(type: ResourceType, old: Pod, next: Pod): void {
  if (sameJson(fixedSpec(old), fixedSpec(next))) return
  throw invalid(type, old.metadata.name, [forbiddenField('spec', `pod updates may not change fields other than ${mutable}\n`)])
}

function fixedSpec(pod: Pod): unknown {
  const { activeDeadlineSeconds: _deadline, tolerations: _tolerations, containers, initContainers, ...fixed } = pod.spec
  const withoutImage = (list: Pod['spec']['containers'] | undefined) => list?.map(container => ({ ...container, image: undefined }))
  return { ...fixed, containers: withoutImage(containers), initContainers: withoutImage(initContainers) }
}

/** What ended may not run again: always so for ephemeral containers, for others with restartPolicy Never. @throws {ApiError} 422 */
export function checkPodStatus(type: ResourceType, old: Pod, next: Pod): void {
  const lists = ['ephemeralContainerStatuses', ...(old.spec.restartPolicy === 'Never' ? ['containerStatuses'] : [])]
  const causes = lists.flatMap(list => {
    const before = new Map(((old.status?.[list] ?? []) as ContainerStatus[]).map(status => [status.name, status]))
    return ((next.status?.[list] ?? []) as ContainerStatus[]).flatMap((status, index) =>
      before.get(status.name)?.state.terminated && !status.state.terminated
        ? [forbiddenField(`status.${list}[${index}].state`, 'may not be transitioned to non-terminated state')]
        : [])
  })
  if (causes.length > 0) throw invalid(type, old.metadata.name, causes)
}
