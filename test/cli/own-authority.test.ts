import { createServer, type Server } from 'node:https'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { kubernetesAccess } from '../../controller/api/auth/kubernetes.ts'
import { tokenFileAccess } from '../../controller/api/auth/token-file.ts'
import { firstOf } from '../../controller/api/auth/access.ts'
import { OwnAuthority } from '../../controller/api/own-authority.ts'
import { runCommandLine } from '../../controller/cli/command-line.ts'
import { openClusterDoor } from '../../controller/cluster-door.ts'
import { connectCluster, type KubeClient } from '../../controller/cluster/client.ts'
import { openServerDoor } from '../../controller/server-door.ts'
import { publishAuthority } from '../../controller/upkeep/published-authority.ts'
import { type ApiBed, openApiBed } from '../api/bed.ts'
import { type ApiServer, startApiServer } from '../lab/apiserver/apiserver.ts'
import type { KubeObject } from '../lab/apiserver/objects.ts'
import { accessOf, controllerUser } from '../lab/controller-access.ts'
import { silent } from '../store/synthetic.ts'

const ci = 'system:serviceaccount:red:ci'
let apiserver: ApiServer
let kube: KubeClient
let bed: ApiBed
let dir: string
/** answers as the controller would, with a certificate of its own making */
let impostor: Server
const told: string[] = []
const file = (name: string, text: string) => (writeFileSync(join(dir, name), text), join(dir, name))

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'trenchscope-authority-'))
  const own = new OwnAuthority({ folder: join(dir, 'own'), hosts: ['localhost'] })
  const other = new OwnAuthority({ folder: join(dir, 'other'), hosts: ['localhost'] })
  file('own.crt', own.trusted)
  file('other.crt', other.trusted)
  file('token', 'secret')
  apiserver = await startApiServer()
  for (const object of [
    ...accessOf('overlays/everything'), { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'red' } }, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'ci', namespace: 'red' } },
    { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: 'caller' }, rules: [{ apiGroups: [''], resources: ['serviceaccounts/token'], verbs: ['create'] }, { apiGroups: [''], resources: ['pods/log'], verbs: ['get'] }] },
    { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'RoleBinding', metadata: { name: 'caller', namespace: 'red' }, roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'caller' }, subjects: [{ kind: 'User', name: ci }] },
  ] as KubeObject[]) apiserver.store.apply(object)
  kube = await connectCluster({ kubeconfig: apiserver.kubeconfig(controllerUser), log: silent })
  bed = await openApiBed({ access: firstOf(tokenFileAccess('secret'), kubernetesAccess({ client: kube, audiences: ['trenchscope'] })), tls: () => own.pair() })
  impostor = createServer(other.pair(), (request, answer) => (told.push(request.headers.authorization ?? ''), answer.end('{"items":[]}')))
  await new Promise<void>(resolve => impostor.listen(0, '127.0.0.1', resolve))
  file('kubeconfig', apiserver.kubeconfig(ci))
})
afterAll(async () => {
  impostor.closeAllConnections()
  impostor.close()
  await bed.close()
  await kube.close()
  await apiserver.close()
  rmSync(dir, { recursive: true })
})

async function trenches(port: string, ...flags: readonly string[]) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()]
  const code = await runCommandLine({
    argv: ['trenches', '-o', 'name', '--server', `https://localhost:${port}`, ...flags], environment: { KUBECONFIG: join(dir, 'kubeconfig') }, stdout, stderr, checks: [], meet: () => undefined,
    door: async given => openClusterDoor({ kubeconfig: join(dir, 'kubeconfig'), ...given }), secured: async (url, ca) => openServerDoor(url, ca), runController: async () => 0, runLab: async () => 0, signal: new AbortController().signal,
  })
  return { code, out: String(stdout.read() ?? ''), err: String(stderr.read() ?? '') }
}
const portOf = () => new URL(bed.api.url).port
const impostorPort = () => String((impostor.address() as AddressInfo).port)
const withToken = () => ['--token-file', join(dir, 'token')]

test('a server whose authority is named is asked', async () => {
  expect(await trenches(portOf(), ...withToken(), '--ca-file', join(dir, 'own.crt'))).toEqual({ code: 0, out: 'c/red/red\nc/blue/blue\n', err: '' })
})

test('a server of another authority gets no token', async () => {
  expect(await trenches(impostorPort(), ...withToken(), '--ca-file', join(dir, 'own.crt'))).toMatchObject({ code: 2, out: '', err: expect.stringContaining('unable to') })
  expect(told).toEqual([])
})

test('a server of an authority that nobody named and the system does not know gets no token either, and the words say what to name', async () => {
  expect(await trenches(portOf(), ...withToken())).toMatchObject({ code: 2, out: '', err: expect.stringContaining('--ca-file names it (ConfigMap trenchscope-api-ca in the controller\'s namespace has it)') })
})

test('an authority that cannot be read is told, and nobody is asked', async () => {
  expect(await trenches(impostorPort(), ...withToken(), '--ca-file', join(dir, 'none.crt'))).toMatchObject({ code: 2, err: expect.stringContaining(`the certificate authority could not be read from ${join(dir, 'none.crt')}: ENOENT`) })
  expect(told).toEqual([])
})

test('with a kubeconfig the authority is the one that the controller has published', async () => {
  const own = new OwnAuthority({ folder: join(dir, 'own'), hosts: ['localhost'] })
  const end = publishAuthority({ client: kube, namespace: 'trenchscope', trusted: () => own.trusted, log: silent })
  await expect.poll(() => apiserver.store.get('configmaps', 'trenchscope', 'trenchscope-api-ca')?.['data']).toEqual({ 'ca.crt': own.trusted })
  expect(await trenches(portOf())).toEqual({ code: 0, out: 'c/red/red\n', err: '' })
  expect(await trenches(impostorPort())).toMatchObject({ code: 2, out: '', err: expect.stringContaining('unable to') })
  expect(told).toEqual([])
  await end()
})

test('what is published changes with the authority, and goes when the certificate is another\'s', async () => {
  let trusted: string | undefined = 'first'
  const end = publishAuthority({ client: kube, namespace: 'trenchscope', trusted: () => trusted, log: silent, everyMs: 5 })
  const published = () => apiserver.store.get('configmaps', 'trenchscope', 'trenchscope-api-ca')?.['data']
  await expect.poll(published).toEqual({ 'ca.crt': 'first' })
  trusted = 'second'
  await expect.poll(published).toEqual({ 'ca.crt': 'second' })
  trusted = undefined
  await expect.poll(published).toEqual({})
  await end()
})
