import { execFileSync, spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { readConfig } from '../../controller/config.ts'
import packageJson from '../../package.json' with { type: 'json' }
import type { KubeObject } from '../lab/apiserver/objects.ts'
import { deployDir, kustomized, objectsIn } from '../../deploy/kustomize.ts'

const overlays = ['overlays/cluster-wide', 'overlays/per-namespace', 'overlays/everything']

/** What we ship, by the API group and version that serve it in Kubernetes 1.30 to 1.36, in cert-manager 1 and the Prometheus operator. */
const served: Record<string, string> = {
  Namespace: 'v1', ServiceAccount: 'v1', Service: 'v1', ConfigMap: 'v1', PersistentVolumeClaim: 'v1', Deployment: 'apps/v1', DaemonSet: 'apps/v1', Lease: 'coordination.k8s.io/v1', NetworkPolicy: 'networking.k8s.io/v1',
  ClusterRole: 'rbac.authorization.k8s.io/v1', ClusterRoleBinding: 'rbac.authorization.k8s.io/v1', Role: 'rbac.authorization.k8s.io/v1', RoleBinding: 'rbac.authorization.k8s.io/v1',
  Issuer: 'cert-manager.io/v1', Certificate: 'cert-manager.io/v1', ServiceMonitor: 'monitoring.coreos.com/v1', PrometheusRule: 'monitoring.coreos.com/v1',
  ValidatingAdmissionPolicy: 'admissionregistration.k8s.io/v1', ValidatingAdmissionPolicyBinding: 'admissionregistration.k8s.io/v1',
}
const clusterWide = new Set(['Namespace', 'ClusterRole', 'ClusterRoleBinding', 'ValidatingAdmissionPolicy', 'ValidatingAdmissionPolicyBinding'])

interface PodTemplate { metadata: { labels: Record<string, string> }; spec: PodSpec }
interface PodSpec { serviceAccountName: string; securityContext: object; containers: ContainerSpec[]; volumes?: { name: string; persistentVolumeClaim?: { claimName: string } }[] }
interface ContainerSpec { name: string; image: string; env?: { name: string; value?: string }[]; ports?: { name: string; containerPort: number }[]; securityContext: object; volumeMounts?: { name: string }[]; command?: string[] }
const specOf = <T>(object: KubeObject | undefined) => object?.['spec'] as T
const templateOf = (object: KubeObject) => specOf<{ template: PodTemplate }>(object).template

describe.each(overlays)('%s', overlay => {
  const objects = kustomized(overlay)
  const ofKind = (...kinds: string[]) => objects.filter(({ kind }) => kinds.includes(kind))
  const workloads = ofKind('Deployment', 'DaemonSet')

  test('every object is of a kind and version that clusters serve, has a valid name, our label, and a namespace where its kind has one', () => {
    const wrong = objects.filter(({ apiVersion, kind, metadata }) => served[kind] !== apiVersion || !/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(metadata.name)
      || metadata.labels?.['app.kubernetes.io/name'] !== 'trenchscope' || (metadata.namespace === undefined) !== clusterWide.has(kind))
    expect(wrong.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([])
  })

  test('no object is there twice', () => {
    const keys = objects.map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? ''}/${metadata.name}`)
    expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([])
  })

  test('selectors find their own pods, and only those', () => {
    const labels = workloads.map(object => templateOf(object).metadata.labels)
    const found = [...workloads.map(object => specOf<{ selector: { matchLabels: Record<string, string> } }>(object).selector.matchLabels), ...ofKind('Service').map(object => specOf<{ selector: Record<string, string> }>(object).selector)]
      .map(selector => labels.filter(each => Object.entries(selector).every(([key, value]) => each[key] === value)).length)
    expect(found).toEqual(found.map(() => 1))
  })

  test('services and probes name ports that a container has', () => {
    const ports = new Set(workloads.flatMap(object => templateOf(object).spec.containers).flatMap(({ ports: own = [] }) => own.map(({ name }) => name)))
    const wanted = [...ofKind('Service').flatMap(object => specOf<{ ports: { targetPort: string }[] }>(object).ports.map(({ targetPort }) => targetPort)), ...[...JSON.stringify(workloads).matchAll(/"port":"(\w+)"/g)].map(([, port]) => port ?? '')]
    expect(wanted.filter(port => !ports.has(port))).toEqual([])
    expect(wanted.length).toBeGreaterThan(3)
  })

  test('service accounts, volumes and claims that pods name are there', () => {
    const missing = workloads.flatMap(object => {
      const { serviceAccountName, volumes = [], containers } = templateOf(object).spec
      return [
        ...(ofKind('ServiceAccount').some(({ metadata }) => metadata.name === serviceAccountName) ? [] : [serviceAccountName]),
        ...volumes.flatMap(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName ?? []).filter(claim => !ofKind('PersistentVolumeClaim').some(({ metadata }) => metadata.name === claim)),
        ...containers.flatMap(({ volumeMounts = [] }) => volumeMounts.map(({ name }) => name)).filter(name => !volumes.some(volume => volume.name === name)),
      ]
    })
    expect(missing).toEqual([])
  })

  test('bindings name roles and service accounts that are there, and the controller is the only subject, but of who may read a certificate', () => {
    const bindings = ofKind('ClusterRoleBinding', 'RoleBinding') as (KubeObject & { roleRef: { kind: string; name: string }; subjects: object[] })[]
    expect(bindings.filter(({ roleRef }) => !objects.some(({ kind, metadata }) => kind === roleRef.kind && metadata.name === roleRef.name))).toEqual([])
    const ours = bindings.filter(({ metadata }) => metadata.name !== 'trenchscope-api-ca-readers')
    expect(ours.map(({ subjects }) => subjects)).toEqual(ours.map(() => [{ kind: 'ServiceAccount', name: 'controller', namespace: 'trenchscope' }]))
  })

  test('our own pods satisfy the PodSecurity level restricted', () => {
    const pods = workloads.map(object => templateOf(object).spec)
    expect(pods.map(({ securityContext }) => securityContext)).toEqual(pods.map(() => expect.objectContaining({ runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: 'RuntimeDefault' } })))
    expect(pods.flatMap(({ containers }) => containers).map(({ securityContext }) => securityContext)).toEqual(pods.map(() => ({ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } })))
    expect(pods.flatMap(({ volumes = [] }) => volumes).flatMap(volume => Object.keys(volume)).filter(key => !['name', 'emptyDir', 'persistentVolumeClaim', 'secret'].includes(key))).toEqual([])
  })

  test('the image that is pulled ahead is the one that is injected and the one the policy lets in; all are of this version', () => {
    const [controller, prepull] = [workloads.find(({ kind }) => kind === 'Deployment'), workloads.find(({ kind }) => kind === 'DaemonSet')].map(object => templateOf(object as KubeObject).spec.containers[0])
    const policy = specOf<{ variables: { name: string; expression: string }[] }>(ofKind('ValidatingAdmissionPolicy').find(({ metadata }) => metadata.name === 'trenchscope-probe'))
    const agent = `trenchscope/agent:${packageJson.version}`
    expect([prepull?.image, controller?.env?.find(({ name }) => name === 'TRENCHSCOPE_IMAGE')?.value, policy.variables.find(({ name }) => name === 'image')?.expression, controller?.image])
      .toEqual([agent, agent, `'${agent}'`, `trenchscope/controller:${packageJson.version}`])
  })

  test('the controller takes the settings it is given', () => {
    const deployment = workloads.find(({ kind }) => kind === 'Deployment') as KubeObject
    const expanded = { '$(LINK_SERVICE_HOST)': '10.96.0.10', '$(LINK_SERVICE_PORT)': '7443', '$(POD_IP)': '10.0.0.5' }
    const environment = Object.fromEntries((templateOf(deployment).spec.containers[0]?.env ?? []).map(({ name, value = 'given-by-a-field' }) => [name, Object.entries(expanded).reduce((text, [from, to]) => text.replace(from, to), value)]))
    expect(readConfig(environment)).toMatchObject({ linkAdvertise: ['10.96.0.10:7443', '10.0.0.5:7443'], apiListen: overlay.endsWith('everything') ? '0.0.0.0:7480' : '127.0.0.1:7480', healthListen: '0.0.0.0:7481', ownNamespace: 'given-by-a-field', namespaces: overlay.endsWith('per-namespace') ? ['red'] : [] })
  })

  test('kubectl renders the same objects, where kubectl is', context => {
    if (spawnSync('kubectl', ['kustomize', '--help']).status !== 0) return context.skip('no kubectl on this machine')
    const rendered = parseAllDocuments(execFileSync('kubectl', ['kustomize', join(deployDir, overlay)], { encoding: 'utf8' })).map(document => document.toJS() as KubeObject)
    const byKey = (list: readonly KubeObject[]) => Object.fromEntries(list.map(object => [`${object.kind} ${object.metadata.namespace ?? ''}/${object.metadata.name}`, object]))
    expect(byKey(rendered)).toEqual(byKey(objects))
  })
})

test('every file of a folder is named in its kustomization', () => {
  const forgotten = ['base', 'components/api', 'components/api-tls', 'components/monitoring', 'components/kube-events', ...overlays].flatMap(folder => {
    const dir = join(deployDir, folder)
    const [kustomization] = objectsIn(join(dir, 'kustomization.yaml'))
    const text = JSON.stringify(kustomization)
    return readdirSync(dir).filter(file => file !== 'kustomization.yaml' && !text.includes(`"${basename(file)}"`)).map(file => `${folder}/${file}`)
  })
  expect(forgotten).toEqual([])
})

test('a namespace that denies egress opens nothing but the way from its probes to the controller', () => {
  const controller = kustomized('base').find(({ kind, metadata }) => kind === 'Deployment' && metadata.name === 'controller') as KubeObject
  const [policy] = objectsIn(join(deployDir, 'trench-namespace/egress.yaml'))
  expect(specOf(policy)).toEqual({
    podSelector: {}, policyTypes: ['Egress'],
    egress: [{ to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'trenchscope' } }, podSelector: { matchLabels: templateOf(controller).metadata.labels } }], ports: [{ protocol: 'TCP', port: 7443 }] }],
  })
})

test('with every choice taken, the rights grow by two: to create events, and to write the ConfigMap that everybody may read', () => {
  const rights = (overlay: string) => kustomized(overlay).flatMap(object => (object['rules'] as object[] | undefined) ?? []).map(rule => JSON.stringify(rule))
  const certificate = { apiGroups: [''], resources: ['configmaps'], resourceNames: ['trenchscope-api-ca'] }
  expect(rights('overlays/everything').filter(rule => !rights('overlays/cluster-wide').includes(rule)))
    .toEqual([{ ...certificate, verbs: ['patch'] }, { ...certificate, verbs: ['get'] }, { apiGroups: [''], resources: ['events'], verbs: ['create'] }].map(rule => JSON.stringify(rule)))
})
