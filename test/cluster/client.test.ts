import { createSecureServer, type Http2SecureServer } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { connectCluster } from '../../controller/cluster/client.ts'
import { KubeError, kubeErrorCodes, kubeErrorOf } from '../../controller/cluster/errors.ts'
import { CertificateAuthority } from '../lab/apiserver/certificates.ts'
import { kubeconfigText } from '../lab/apiserver/kubeconfig.ts'
import { apiServer, clientOf, log, podObject } from './bench.ts'

const pods = '/api/v1/namespaces/red/pods'

test('the cluster is known by the UID of kube-system and the name of the context, asked once', async () => {
  const server = await apiServer({ name: 'fleet-7' })
  const client = await clientOf(server)
  const uid = server.store.get('namespaces', undefined, 'kube-system')?.metadata.uid
  expect(await Promise.all([client.cluster(), client.cluster()])).toEqual([{ uid, name: 'fleet-7' }, { uid, name: 'fleet-7' }])
  expect(server.control.counters().requests).toBe(1)
})

test('the API server hears which version asks, and on whose behalf; nothing in a name can break the header', async () => {
  const agents: (string | undefined)[] = []
  const { client } = await http2Server(headers => agents.push(headers['user-agent'] as string))
  await client.request({ path: '/version' })
  await client.request({ path: '/version', caller: 'alice (ops)\r\nX-Evil: 1' })
  expect(agents).toEqual(['trenchscope/0.1.0', 'trenchscope/0.1.0 (alice _ops___X-Evil: 1)'])
})

test('HTTP/1.1 is spoken with a server that offers HTTP/2: a watch has a connection of its own, a hundred calls have eight at most', async () => {
  const { client, connections, versions } = await http2Server()
  const watches = await Promise.all(Array.from({ length: 10 }, () => client.stream({ path: pods, query: { watch: true } })))
  await Promise.all(Array.from({ length: 100 }, () => client.request({ path: '/version' })))
  expect(watches).toHaveLength(10)
  expect(connections()).toBeLessThanOrEqual(18)
  expect(versions).toEqual(new Set(['1.1']))
})

test('calls that are given up while their body is under way leave the others alone', async () => {
  const { client } = await http2Server()
  for (const afterMs of [0, 1, 2, 5, 10]) {
    await Promise.all(Array.from({ length: 20 }, () => client.request({ method: 'PATCH', path: `${pods}/slow`, body: { text: 'x'.repeat(2000) }, signal: AbortSignal.timeout(afterMs) }).catch(() => {})))
  }
  expect(await client.request({ path: '/version' })).toEqual({})
})

test('a server with HTTP/1.1 only gets no more than eight connections for calls', async () => {
  const server = await apiServer()
  const client = await clientOf(server)
  await Promise.all(Array.from({ length: 100 }, () => client.request({ path: '/version' })))
  expect(server.control.counters().connections).toBeLessThanOrEqual(8)
})

test.each([
  { status: 429, code: 'too-many-requests' as const },
  { status: 503, code: 'unavailable' as const },
])('$status with Retry-After is repeated after that time, at most twice', async ({ status, code }) => {
  const server = await apiServer()
  const client = await clientOf(server)
  server.control.fault({ path: '/version', effect: { status, retryAfterS: 0 }, times: 2 })
  expect(await client.request({ path: '/version' })).toHaveProperty('major')
  server.control.fault({ path: '/version', effect: { status, retryAfterS: 0, message: 'slow down' } })
  await expect(client.request({ path: '/version' })).rejects.toMatchObject({ code, status, retryAfterMs: 0, message: 'slow down' })
  expect(client.count.metrics()).toMatchObject({ requests: 6, retries: 4, throttled: 5 })
})

test.each([
  'etcdserver: leader changed', 'etcdserver: request timed out', 'rpc error: code = Unavailable desc = transport is closing',
])('what the store behind the API server could not take (%s) is asked again, but nothing is created twice', async message => {
  const server = await apiServer()
  const client = await clientOf(server)
  server.control.fault({ path: '/version', effect: { status: 500, message }, times: 1 })
  expect(await client.request({ path: '/version' })).toHaveProperty('major')
  server.control.fault({ path: '/pods', effect: { status: 500, message }, times: 1 })
  await expect(client.request({ method: 'POST', path: pods, body: podObject('lb-1') })).rejects.toMatchObject({ code: 'server-error', message })
  expect(client.count.metrics()).toMatchObject({ requests: 3, retries: 1 })
})

test('what the API server warns of is told without the form of its header, each warning by itself', async () => {
  const { client } = await http2Server(() => {}, { warning: ['299 - "this image is \\"unsigned\\"", 299 k8s "second"', '299 - "third, with a comma"'] })
  expect((await client.text({ path: '/warned' })).warnings).toEqual(['this image is "unsigned"', 'second', 'third, with a comma'])
})

test('an expired token is read again once; a revoked one is an error, not a loop', async () => {
  const server = await apiServer()
  const folder = await mkdtemp(join(tmpdir(), 'trenchscope-cluster-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const file = join(folder, 'kubeconfig')
  await writeFile(file, server.kubeconfig('admin'))
  const client = await connectCluster({ kubeconfig: file, log })
  onTestFinished(() => client.close())
  await client.request({ path: pods })
  server.users.revoke(server.token('admin'))
  await writeFile(file, server.kubeconfig('admin'))
  await client.request({ path: pods })
  server.users.revoke(server.token('admin'))
  await expect(client.request({ path: pods })).rejects.toMatchObject({ code: 'unauthorized', status: 401, reason: 'Unauthorized', message: 'Unauthorized' })
  expect(client.count.metrics()).toMatchObject({ requests: 5, unauthorized: 2 })
})

test('a client certificate is as good as a token', async () => {
  const server = await apiServer()
  const { certPem, keyPem } = server.clientCertificate('admin')
  const kubeconfig = server.kubeconfig('admin').replace(/token: .*/, `{ client-certificate-data: ${base64(certPem)}, client-key-data: ${base64(keyPem)} }`).replace(/user:\n\s+\{/, 'user: {')
  const client = await connectCluster({ kubeconfig, log })
  onTestFinished(() => client.close())
  expect(await client.request({ path: pods })).toMatchObject({ kind: 'PodList' })
})

test.each([
  { what: 'no answer in time', effect: 'hang' as const, code: 'timeout', message: /^GET .*\/pods: no answer within 150 ms$/ },
  { what: 'a broken connection', effect: 'reset' as const, code: 'unreachable', message: /^https:\/\/127\.0\.0\.1:\d+: / },
  { what: 'an answer cut short', effect: 'truncate' as const, code: 'unreachable', message: /^https:\/\/127\.0\.0\.1:\d+: / },
  { what: 'an internal error', effect: { status: 500, message: 'etcdserver: request timed out' }, code: 'server-error', message: /^etcdserver: request timed out$/ },
])('$what is $code', async ({ effect, code, message }) => {
  const server = await apiServer()
  const client = await clientOf(server)
  server.control.fault({ path: '/pods', effect })
  await expect(client.request({ path: pods, timeoutMs: effect === 'hang' ? 150 : 5000 })).rejects.toMatchObject({ code, message: expect.stringMatching(message) })
})

test('a refusal carries the server\'s words, reason and details', async () => {
  const server = await apiServer()
  const client = await clientOf(server, 'system:serviceaccount:tools:probe')
  await expect(client.request({ path: `${pods}/lb-1` })).rejects.toMatchObject({
    code: 'forbidden', status: 403, reason: 'Forbidden', details: { name: 'lb-1', kind: 'pods' },
    message: 'pods "lb-1" is forbidden: User "system:serviceaccount:tools:probe" cannot get resource "pods" in API group "" in the namespace "red"',
  })
})

test('giving up ends a call at once, and a closed client starts none', async () => {
  const server = await apiServer()
  const client = await clientOf(server)
  server.control.fault({ path: '/pods', effect: 'hang' })
  const stop = new AbortController()
  const call = client.request({ path: pods, signal: stop.signal })
  stop.abort()
  await expect(call).rejects.toMatchObject({ code: 'aborted' })
  await client.close()
  await expect(client.request({ path: '/version' })).rejects.toMatchObject({ code: 'aborted' })
})

test('requests are counted by pod, logs apart', async () => {
  const server = await apiServer()
  server.store.apply(podObject('lb-1'))
  const client = await clientOf(server)
  await client.request({ path: `${pods}/lb-1` })
  const since = client.count.mark()
  await client.request({ path: `${pods}/lb-1` })
  await client.request({ path: pods })
  await client.text({ path: `${pods}/lb-1/log` }).catch(() => undefined)
  expect([...since()]).toEqual([['red/lb-1', { calls: 1, logs: 1 }]])
  expect(client.count.metrics().byVerb).toEqual({ 'GET pods': 3, 'GET pods/log': 1 })
})

test('several kubeconfig files are merged, missing ones passed over; a context is chosen by name', async () => {
  const [one, two] = [await apiServer({ name: 'one' }), await apiServer({ name: 'two' })]
  const folder = await mkdtemp(join(tmpdir(), 'trenchscope-cluster-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const files = ['one', 'two', 'missing'].map(name => join(folder, name))
  // users of one name would shadow each other, as with kubectl
  await writeFile(join(folder, 'one'), one.kubeconfig('admin'))
  await writeFile(join(folder, 'two'), two.kubeconfig('system:serviceaccount:tools:probe'))
  const client = await connectCluster({ kubeconfig: files.join(delimiter), context: 'two', log })
  onTestFinished(() => client.close())
  expect(client.server).toBe(two.url)
  await expect(client.request({ path: pods })).rejects.toMatchObject({ code: 'forbidden' })
})

test.each([
  { given: { kubeconfig: '/nonexistent/kubeconfig' }, message: 'kubeconfig /nonexistent/kubeconfig cannot be used: no such file' },
  { given: { kubeconfig: 'apiVersion: v1\nkind: Config\n', context: 'blue' }, message: 'no context blue in the kubeconfig text' },
  { given: { kubeconfig: 'apiVersion: v1\nkind: Config\nclusters: []\n' }, message: 'no cluster in the kubeconfig text' },
])('an unusable kubeconfig stops the start: $message', async ({ given, message }) => {
  await expect(connectCluster({ ...given, log })).rejects.toMatchObject({ code: 'not-configured', message })
})

test.each([
  [400, 'bad-request'], [401, 'unauthorized'], [403, 'forbidden'], [404, 'not-found'], [405, 'refused'], [409, 'conflict'], [410, 'expired'], [415, 'unsupported-media-type'], [422, 'invalid'],
  [429, 'too-many-requests'], [500, 'server-error'], [502, 'server-error'], [503, 'unavailable'],
] as const)('status %i is %s', (status, code) => {
  const error = kubeErrorOf(status, 'plain words of a proxy')
  expect(error).toBeInstanceOf(KubeError)
  expect({ code: error.code, message: error.message, listed: kubeErrorCodes.includes(code) }).toEqual({ code, message: 'plain words of a proxy', listed: true })
})

const base64 = (text: string): string => Buffer.from(text).toString('base64')

/** A server that offers HTTP/2, too, in the API server's place: the double speaks HTTP/1.1 only. A watch stays open, what is called `slow` is not answered. */
async function http2Server(seen: (headers: Record<string, unknown>) => void = () => {}, answered: Record<string, string[]> = {}) {
  const authority = new CertificateAuthority()
  const { certPem, keyPem } = authority.leaf({ commonName: 'kube-apiserver', hosts: ['127.0.0.1'] })
  const server: Http2SecureServer = createSecureServer({ cert: certPem, key: keyPem, allowHTTP1: true })
  let accepted = 0
  const versions = new Set<string>()
  server.on('connection', () => accepted++)
  server.on('request', (request, response) => {
    seen(request.headers)
    versions.add(request.httpVersion)
    response.writeHead(200, { 'content-type': 'application/json', ...answered })
    if (request.url.includes('watch=true')) response.write('{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"1"}}}\n')
    else if (!request.url.endsWith('/slow')) response.end('{}')
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const sessions = new Set<{ destroy(): void }>()
  server.on('session', session => sessions.add(session))
  onTestFinished(() => new Promise<void>(resolve => {
    for (const session of sessions) session.destroy()
    server.close(() => resolve())
  }))
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`
  const client = await connectCluster({ kubeconfig: kubeconfigText({ url, caPem: authority.certPem, token: 'synthetic' }, { user: 'admin', context: 'h2' }), log })
  onTestFinished(() => client.close())
  return { client, connections: () => accepted, versions }
}
