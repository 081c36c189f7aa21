import { readFileSync } from 'node:fs'
import { parse, stringify } from 'yaml'
import { connectCluster } from '../../controller/cluster/client.ts'
import { KubeError } from '../../controller/cluster/errors.ts'
import { probeEntry } from '../../controller/cluster/probe-entry.ts'
import { projectPod } from '../../controller/cluster/project.ts'
import { createLog } from '../../controller/log.ts'
import { kustomized } from '../../deploy/kustomize.ts'
import type { KubeObject, Pod } from '../lab/apiserver/objects.ts'
import type { Kube } from './kube.ts'
import { Skipped } from './steps.ts'

export interface PolicyOptions {
  readonly kube: Kube
  readonly kubeconfig: string
  readonly own: string
  readonly open: string
  readonly id: string
  readonly image: string
  readonly pod: () => Promise<Pod>
}

/** Puts the shipped policies up under other names, for a service account of ours, and asks as that account, by dry run: our probe passes, a probe with a command does not. All of it is removed. */
export async function policyStep(options: PolicyOptions): Promise<string> {
  const { kube, own, open, id, image } = options
  const user = `system:serviceaccount:${own}:controller`
  const objects = renamed(kustomized('overlays/cluster-wide').filter(({ kind }) => kind.startsWith('ValidatingAdmissionPolicy')), id, user, image)
  const rights = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata: { name: 'e2e', namespace: open }, rules: [{ apiGroups: [''], resources: ['pods/ephemeralcontainers'], verbs: ['patch'] }] }
  const binding = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'RoleBinding', metadata: { name: 'e2e', namespace: open }, roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'e2e' }, subjects: [{ kind: 'ServiceAccount', name: 'controller', namespace: own }] }
  const made: string[] = []
  try {
    for (const object of objects) {
      await kube.create(object).catch(asSkip('admission policies are not served'))
      made.push(`/apis/admissionregistration.k8s.io/v1/${object.kind === 'ValidatingAdmissionPolicy' ? 'validatingadmissionpolicies' : 'validatingadmissionpolicybindings'}/${object.metadata.name}`)
    }
    for (const object of [{ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'controller', namespace: own } }, rights, binding]) await kube.create(object as KubeObject)
    const token = await kube.post<{ status: { token: string } }>(`/api/v1/namespaces/${own}/serviceaccounts/controller/token`, { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 600 } }).catch(asSkip('service accounts get no tokens'))
    const pod = await options.pod()
    const client = await connectCluster({ kubeconfig: kubeconfigOf(options.kubeconfig, token.status.token), log: createLog('silent') })
    try {
      const ask = async (change: object): Promise<string | undefined> => {
        const entry = { ...probeEntry(projectPod(pod as never), { name: 'trenchscope-0099', image, imagePullPolicy: 'Never', controllers: ['10.0.0.1:1'], pins: ['p'], session: 's', startBy: 1 }), ...change }
        try {
          await client.request({ method: 'PATCH', path: `/api/v1/namespaces/${open}/pods/${pod.metadata.name}/ephemeralcontainers`, query: { dryRun: 'All' }, contentType: 'application/strategic-merge-patch+json', body: { spec: { ephemeralContainers: [entry] } } })
          return undefined
        } catch (error) {
          if (error instanceof KubeError) return error.message
          throw error
        }
      }
      // a policy takes a moment to come into force, and so does a role: until then RBAC refuses, or nobody
      let words: string | undefined
      const byPolicy = async () => (words = await ask({ command: ['/bin/sh'] }))?.includes('ValidatingAdmissionPolicy') ?? false
      await kube.until('the policy to refuse a command', 30_000, byPolicy).catch((error: unknown) => { throw new Error(`${String(error)}; the last answer: ${words ?? 'allowed'}`) })
      const good = await ask({})
      if (good !== undefined) throw new Error(`our own probe is refused: ${good}`)
      return words ?? ''
    } finally {
      await client.close()
    }
  } finally {
    for (const path of made.reverse()) await kube.remove(path)
  }
}

function renamed(objects: readonly KubeObject[], id: string, user: string, image: string): readonly KubeObject[] {
  const text = JSON.stringify(objects).replaceAll('system:serviceaccount:trenchscope:controller', user).replaceAll(/'trenchscope\/agent:[^']*'/g, `'${image}'`)
  return (JSON.parse(text) as KubeObject[]).map(object => {
    const spec = object['spec'] as { policyName?: string }
    return { ...object, metadata: { ...object.metadata, name: `${id}-${object.metadata.name}` }, spec: spec.policyName === undefined ? spec : { ...spec, policyName: `${id}-${spec.policyName}` } }
  })
}

/** The cluster of a kubeconfig file, asked with a token. */
function kubeconfigOf(file: string, token: string): string {
  const config = parse(readFileSync(file, 'utf8')) as { 'current-context': string; contexts: { name: string; context: { cluster: string } }[]; clusters: { name: string }[] }
  const cluster = config.contexts.find(({ name }) => name === config['current-context'])?.context.cluster
  return stringify({
    apiVersion: 'v1', kind: 'Config', 'current-context': 'e2e', clusters: config.clusters.filter(({ name }) => name === cluster),
    contexts: [{ name: 'e2e', context: { cluster, user: 'e2e' } }], users: [{ name: 'e2e', user: { token } }],
  })
}

function asSkip(what: string): (error: unknown) => never {
  return error => {
    throw error instanceof KubeError && error.code === 'not-found' ? new Skipped(`${what} here (${error.message})`) : error
  }
}
