import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { kubernetesAccess } from '../../controller/api/auth/kubernetes.ts'
import { runCommandLine } from '../../controller/cli/command-line.ts'
import { openClusterDoor } from '../../controller/cluster-door.ts'
import { connectCluster, type KubeClient } from '../../controller/cluster/client.ts'
import { type ApiServer, startApiServer } from '../lab/apiserver/apiserver.ts'
import type { KubeObject } from '../lab/apiserver/objects.ts'
import { controllerAccess, controllerUser } from '../lab/controller-access.ts'
import { findingOf, reportOf, silent } from '../store/synthetic.ts'
import { type ApiBed, openApiBed } from '../api/bed.ts'

const ci = 'system:serviceaccount:red:ci'
let apiserver: ApiServer
let kube: KubeClient
let bed: ApiBed
let dir: string
const bind = (user: string, role: string, namespace: string, kind = 'User'): KubeObject => ({
  apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'RoleBinding', metadata: { name: `${user.replaceAll(':', '-')}-${role}`, namespace },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role }, subjects: [{ kind, name: user }],
} as KubeObject)
const role = (name: string, rules: object[]): KubeObject => ({ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name }, rules } as KubeObject)

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'trenchscope-door-'))
  apiserver = await startApiServer()
  for (const object of [
    ...controllerAccess, ...['red', 'trenchscope'].map(name => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }) as KubeObject), { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'ci', namespace: 'red' } } as KubeObject,
    role('proxy', [{ apiGroups: [''], resources: ['services/proxy'], resourceNames: ['https:api:443'], verbs: ['get', 'create', 'update', 'delete'] }]),
    role('token', [{ apiGroups: [''], resources: ['serviceaccounts/token'], resourceNames: ['ci'], verbs: ['create'] }]),
    role('looker', [{ apiGroups: [''], resources: ['pods/log'], verbs: ['get'] }, { apiGroups: [''], resources: ['pods/ephemeralcontainers'], verbs: ['patch'] }]),
    bind(ci, 'looker', 'red'), bind(ci, 'token', 'red'), bind(ci, 'proxy', 'trenchscope'), bind('anna', 'proxy', 'trenchscope'), bind('anna', 'token', 'red'),
  ]) apiserver.store.apply(object)
  kube = await connectCluster({ kubeconfig: apiserver.kubeconfig(controllerUser), log: silent })
  bed = await openApiBed({ access: kubernetesAccess({ client: kube, audiences: ['trenchscope'] }), sweep: trench => reportOf([findingOf('bad-word', { trench })], { trench, id: crypto.randomUUID() }) })
  apiserver.registerService('trenchscope', 'https:api:443', bed.api.url)
})
afterAll(async () => {
  await bed.close()
  await kube.close()
  await apiserver.close()
  rmSync(dir, { recursive: true })
})

async function run(user: string, ...argv: readonly string[]) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()]
  const kubeconfig = join(dir, user.replaceAll(':', '-'))
  writeFileSync(kubeconfig, apiserver.kubeconfig(user))
  const code = await runCommandLine({ argv: [...argv, '--kubeconfig', kubeconfig], environment: {}, stdout, stderr, checks: [], meet: () => undefined, door: async flags => openClusterDoor(flags), runController: async () => 0, runLab: async () => 0, signal: new AbortController().signal })
  return { code, out: printed(stdout), err: printed(stderr) }
}

/** What came out; a stream gives it in parts. */
function printed(stream: PassThrough): string {
  let text = ''
  for (let chunk = stream.read(); chunk !== null; chunk = stream.read()) text += String(chunk)
  return text
}

test('a service account sweeps through the API server with its kubeconfig alone, and sees its own namespace alone', async () => {
  expect(await run(ci, 'sweep')).toMatchObject({ code: 1, out: expect.stringMatching(/^red  loss     lb-1  bad-word  target-1 is bad\n/), err: '' })
  expect((await run(ci, 'trenches', '-o', 'name')).out).toBe('c/red/red\n')
  const [entry] = await bed.store.listAudit({ action: 'sweep.create', limit: 1 }).then(({ items }) => items)
  expect(entry).toMatchObject({ caller: ci, namespace: 'red' })
})

test('a person names the account whose token it may ask for', async () => {
  expect(await run('anna', 'trenches')).toMatchObject({ code: 2, err: expect.stringContaining('anna is no service account, so there is no token for the controller: name one you may ask a token of (--service-account NAMESPACE/NAME)') })
  expect(await run('anna', 'trenches', '-o', 'name', '--service-account', 'red/ci')).toEqual({ code: 0, out: 'c/red/red\n', err: '' })
})

test.each<[string, string, readonly string[], string]>([
  ['the token is not for him', 'bob', ['--service-account', 'red/ci'], 'User "bob" cannot create resource "serviceaccounts/token" in API group "" in the namespace "red"'],
  ['there is no such Service', ci, ['--service', 'trenchscope/other:443'], 'cannot get resource "services/proxy"'],
  ['there is no such context', ci, ['--context', 'nope'], 'no context nope in kubeconfig'],
])('%s: exit code 2 and the words of whoever refused', async (_, user, flags, words) => {
  expect(await run(user, 'trenches', ...flags)).toMatchObject({ code: 2, out: '', err: expect.stringContaining(words) })
})
