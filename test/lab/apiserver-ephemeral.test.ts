import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type ApiServer, startApiServer } from './apiserver/apiserver.ts'
import { type Answer, LabClient } from './apiserver/client.ts'
import type { Pod } from './apiserver/objects.ts'
import type { Status } from './apiserver/status.ts'

/** The rows of the recorded table of the `ephemeralcontainers` subresource (kube-apiserver 1.36.2); the pods are synthetic. */
let api: ApiServer
let client: LabClient
let injector: LabClient

beforeAll(async () => {
  api = await startApiServer({
    policies: [({ namespace }) => (namespace === 'guarded' ? { policy: 'p', binding: 'p', message: 'image not allowed' } : undefined)],
  })
  client = new LabClient({ url: api.url, caPem: api.caPem, token: api.token('admin') })
  injector = new LabClient({ url: api.url, caPem: api.caPem, token: api.token('system:serviceaccount:trench-a:probe') })
})

afterAll(async () => {
  client.close()
  injector.close()
  await api.close()
})

const lb = (name = 'lb-0', namespace = 'trench-a', more: Partial<Pod> = {}): Pod => ({
  apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace, generation: 1 },
  spec: { nodeName: 'worker1', containers: [{ name: 'stateless-lb', image: 'example/lb:v1' }, { name: 'frontend', image: 'example/fe:v1' }], volumes: [{ name: 'run', emptyDir: {} }] },
  status: { phase: 'Running' }, ...more,
})

beforeEach(() => {
  if (api.store.get('pods', 'trench-a', 'lb-0')) api.store.remove('pods', 'trench-a', 'lb-0')
  api.store.apply(lb())
})

const strategic = 'application/strategic-merge-patch+json'
const jsonPatch = 'application/json-patch+json'
const merge = 'application/merge-patch+json'
const apply = 'application/apply-patch+yaml'
const probe = (name: string, more: object = {}) => ({ name, image: 'example/agent:v1', ...more })
const entries = (...containers: object[]) => ({ spec: { ephemeralContainers: containers } })
const pathOf = (pod = 'lb-0', namespace = 'trench-a', query = '') => `/api/v1/namespaces/${namespace}/pods/${pod}/ephemeralcontainers${query}`

const patch = (body: object | string, contentType = strategic, path = pathOf()) => client.ask({ method: 'PATCH', path, body, contentType })
const names = (answer: Answer) => ((answer.body as Pod).spec.ephemeralContainers ?? []).map(container => container.name)
const status = (answer: Answer) => answer.body as Status

describe('adding an ephemeral container', () => {
  test('works by strategic merge with and without a list, and the new entry comes first', async () => {
    expect(names(await patch(entries(probe('a1'))))).toEqual(['a1'])
    expect(names(await patch(entries(probe('a2'))))).toEqual(['a2', 'a1'])
  })

  test('fills in defaults and raises the generation', async () => {
    const pod = (await patch(entries(probe('a1', { env: [{ name: 'EMPTY', value: '' }] })))).body as Pod
    expect(pod.metadata.generation).toBe(2)
    expect(pod.spec.ephemeralContainers).toEqual([
      { name: 'a1', image: 'example/agent:v1', env: [{ name: 'EMPTY' }], resources: {}, terminationMessagePath: '/dev/termination-log', terminationMessagePolicy: 'File', imagePullPolicy: 'IfNotPresent' },
    ])
  })

  test('is no write when the same patch comes again', async () => {
    const first = (await patch(entries(probe('a1')))).body as Pod
    const again = (await patch(entries(probe('a1')))).body as Pod
    expect(again).toEqual(first)
  })

  test('changes nothing but spec.ephemeralContainers', async () => {
    const answer = await patch({ metadata: { labels: { a: 'b' } }, spec: { volumes: [{ name: 'more', emptyDir: {} }], ephemeralContainers: [probe('a1', { volumeMounts: [{ name: 'more', mountPath: '/more' }] })] } })
    expect(status(answer).message).toBe('Pod "lb-0" is invalid: spec.ephemeralContainers[0].volumeMounts[0].name: Not found: "more"')
    const pod = (await patch({ spec: { nodeName: 'elsewhere', ephemeralContainers: [probe('a1')] } })).body as Pod
    expect(pod.spec.nodeName).toBe('worker1')
  })

  test('with dryRun=All answers as if, and stores nothing', async () => {
    const answer = await patch(entries(probe('a1')), strategic, pathOf('lb-0', 'trench-a', '?dryRun=All'))
    expect([answer.code, names(answer)]).toEqual([200, ['a1']])
    expect((api.store.get('pods', 'trench-a', 'lb-0') as Pod).spec.ephemeralContainers).toBeUndefined()
  })

  test('works by JSON patch of the whole list where there is none, and by PUT with all old entries', async () => {
    expect((await patch([{ op: 'add', path: '/spec/ephemeralContainers', value: [probe('a1')] }], jsonPatch)).code).toBe(200)
    const body = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'lb-0', namespace: 'trench-a' }, ...entries(probe('a2'), (api.store.get('pods', 'trench-a', 'lb-0') as Pod).spec.ephemeralContainers?.[0] ?? {}) }
    const put = await client.ask({ method: 'PUT', path: pathOf(), body })
    expect([put.code, names(put)]).toEqual([200, ['a2', 'a1']])
    const stale = await client.ask({ method: 'PUT', path: pathOf(), body: { ...body, metadata: { ...body.metadata, resourceVersion: '1' } } })
    expect([stale.code, status(stale).reason]).toEqual([409, 'Conflict'])
  })

  test('works by apply once; a second container by the same manager drops the first', async () => {
    const path = pathOf('lb-0', 'trench-a', '?fieldManager=m')
    expect((await patch(entries(probe('a1')), apply, path)).code).toBe(200)
    const second = await patch(entries(probe('a2')), apply, path)
    expect([second.code, status(second).message]).toEqual([422, 'Pod "lb-0" is invalid: spec.ephemeralContainers: Forbidden: existing ephemeral containers "a1" may not be removed\n'])
    expect(names(await patch(entries(probe('a3')), apply, pathOf('lb-0', 'trench-a', '?fieldManager=other')))).toEqual(['a3', 'a1'])
  })

  test.each(['Succeeded', 'Failed'])('is accepted on a %s pod, though it will never start', async phase => {
    api.store.apply(lb('done', 'trench-a', { status: { phase } }))
    expect((await patch(entries(probe('a1')), strategic, pathOf('done'))).code).toBe(200)
  })

  test('of two controllers racing for a name one wins and the other is told so', async () => {
    const [one, two] = await Promise.all([patch(entries(probe('a1', { env: [{ name: 'S', value: '1' }] }))), patch(entries(probe('a1', { env: [{ name: 'S', value: '2' }] })))])
    expect([one?.code, two?.code].toSorted()).toEqual([200, 422])
  })
})

describe('what the server refuses, word for word', () => {
  const invalid = (text: string) => `Pod "lb-0" is invalid: ${text}`
  const notForEphemeral = (field: string) => invalid(`spec.ephemeralContainers[0].${field}: Forbidden: cannot be set for an Ephemeral Container`)

  test.each<[what: string, body: object | string, contentType: string, code: number, reason: string | undefined, message: string]>([
    ['JSON patch add /- where the list is absent', [{ op: 'add', path: '/spec/ephemeralContainers/-', value: probe('a1') }], jsonPatch, 422, 'Invalid', 'the server rejected our request due to an error in our request'],
    ['another uid', { metadata: { uid: '00000000-0000-0000-0000-000000000000' }, ...entries(probe('a1')) }, strategic, 422, 'Invalid', invalid('metadata.uid: Invalid value: "00000000-0000-0000-0000-000000000000": field is immutable')],
    ['a stale resourceVersion', { metadata: { resourceVersion: '1' }, ...entries(probe('a1')) }, strategic, 409, 'Conflict', 'Operation cannot be fulfilled on pods "lb-0": the object has been modified; please apply your changes to the latest version and try again'],
    ['the name of a container', entries(probe('frontend')), strategic, 422, 'Invalid', invalid('spec.ephemeralContainers[0].name: Duplicate value: "frontend"')],
    ['an unknown target', entries(probe('a1', { targetContainerName: 'nope' })), strategic, 422, 'Invalid', invalid('spec.ephemeralContainers[0].targetContainerName: Not found: "nope"')],
    ['ports', entries(probe('a1', { ports: [{ containerPort: 1 }] })), strategic, 422, 'Invalid', notForEphemeral('ports')],
    ['resources', entries(probe('a1', { resources: { limits: { cpu: '1' } } })), strategic, 422, 'Invalid', notForEphemeral('resources')],
    ['a probe', entries(probe('a1', { livenessProbe: { exec: {} } })), strategic, 422, 'Invalid', notForEphemeral('livenessProbe')],
    ['a lifecycle', entries(probe('a1', { lifecycle: { preStop: {} } })), strategic, 422, 'Invalid', notForEphemeral('lifecycle')],
    ['a restartPolicy', entries(probe('a1', { restartPolicy: 'Always' })), strategic, 422, 'Invalid', notForEphemeral('restartPolicy')],
    ['a resizePolicy', entries(probe('a1', { resizePolicy: [{ resourceName: 'cpu' }] })), strategic, 422, 'Invalid', notForEphemeral('resizePolicy')],
    ['a mount of an unknown volume', entries(probe('a1', { volumeMounts: [{ name: 'nope', mountPath: '/x' }] })), strategic, 422, 'Invalid', invalid('spec.ephemeralContainers[0].volumeMounts[0].name: Not found: "nope"')],
    ['a subPath', entries(probe('a1', { volumeMounts: [{ name: 'run', mountPath: '/x', subPath: 'y' }] })), strategic, 422, 'Invalid', invalid('spec.ephemeralContainers[0].volumeMounts[0].subPath: Forbidden: cannot be set for an Ephemeral Container')],
    ['plain JSON as a patch', entries(probe('a1')), 'application/json', 415, 'UnsupportedMediaType', '415: Unsupported Media Type'],
    ['a strategic body sent as JSON patch', entries(probe('a1')), jsonPatch, 400, 'BadRequest', 'error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp'],
    ['malformed JSON', '{"spec":', strategic, 400, 'BadRequest', 'unexpected end of JSON input'],
    ['apply without a field manager', entries(probe('a1')), apply, 422, 'Invalid', 'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch'],
  ])('%s', async (_what, body, contentType, code, reason, message) => {
    const answer = await patch(body, contentType)
    expect({ code: answer.code, inBody: status(answer).code, reason: status(answer).reason, message: status(answer).message }).toEqual({ code, inBody: code, reason, message })
  })

  test.each<[what: string, body: object, contentType: string, message: string]>([
    ['a merge patch with only the new entry', entries(probe('a3')), merge, invalid('spec.ephemeralContainers: Forbidden: existing ephemeral containers "a2" may not be removed\n')],
    ['a JSON patch that replaces the list', [{ op: 'add', path: '/spec/ephemeralContainers', value: [probe('a3')] }], jsonPatch, invalid('spec.ephemeralContainers: Forbidden: existing ephemeral containers "a2" may not be removed\n')],
  ])('%s, where one is there', async (_what, body, contentType, message) => {
    await patch(entries(probe('a2')))
    const answer = await patch(body, contentType)
    expect([answer.code, status(answer).message, status(answer).details?.causes?.map(cause => cause.reason)]).toEqual([422, message, ['FieldValueForbidden']])
  })

  test('the same name with other content, with a diff', async () => {
    await patch(entries(probe('a2')))
    const answer = await patch(entries(probe('a2', { image: 'example/agent:v2' })))
    expect(answer.code).toBe(422)
    expect(status(answer).message).toMatchInlineSnapshot(`
      "Pod "lb-0" is invalid: spec.ephemeralContainers: Forbidden: existing ephemeral containers "a2" may not be changed
      @@ -1,6 +1,6 @@
       {
        "name": "a2",
      - "image": "example/agent:v1",
      + "image": "example/agent:v2",
        "resources": {},
        "terminationMessagePath": "/dev/termination-log",
        "terminationMessagePolicy": "File",
      "
    `)
  })

  test('an unknown field: dropped with a warning, refused when strict', async () => {
    const answer = await patch(entries(probe('a1', { bogus: 1 })))
    expect([answer.code, answer.headers['warning']]).toEqual([200, '299 - "unknown field \\"spec.ephemeralContainers[0].bogus\\""'])
    expect((answer.body as Pod).spec.ephemeralContainers?.[0]).not.toHaveProperty('bogus')
    const strict = await patch(entries(probe('a4', { bogus: 1 })), strategic, pathOf('lb-0', 'trench-a', '?fieldValidation=Strict'))
    expect(strict.code).toBe(422)
    expect(status(strict).message).toMatch(/: strict decoding error: unknown field "spec\.ephemeralContainers\[0\]\.bogus"$/)
  })

  test('a pod that is not there, a static pod, an entry at creation, and one in a plain pod patch', async () => {
    const missing = await patch(entries(probe('a1')), strategic, pathOf('none'))
    expect([missing.code, status(missing).message, status(missing).details]).toEqual([404, 'pods "none" not found', { name: 'none', kind: 'pods' }])
    api.store.apply(lb('st-0', 'trench-a', { metadata: { name: 'st-0', namespace: 'trench-a', annotations: { 'kubernetes.io/config.mirror': 'x' } } }))
    expect(status(await patch(entries(probe('a1')), strategic, pathOf('st-0'))).message).toBe('Pod "st-0" is invalid: []: Forbidden: static pods do not support ephemeral containers')
    const created = await client.ask({ method: 'POST', path: '/api/v1/namespaces/trench-a/pods', body: { ...lb('new'), spec: { ...lb().spec, ephemeralContainers: [probe('a1')] } } })
    expect([created.code, status(created).message]).toEqual([422, 'Pod "new" is invalid: spec.ephemeralContainers: Forbidden: cannot be set on create'])
    const plain = await patch(entries(probe('a1')), strategic, '/api/v1/namespaces/trench-a/pods/lb-0')
    expect([plain.code, status(plain).message?.slice(0, 84)]).toEqual([422, 'Pod "lb-0" is invalid: spec: Forbidden: pod updates may not change fields other than'])
  })
})

describe('who may and what policy allows', () => {
  test('a service account needs only patch on the subresource', async () => {
    const ask = () => injector.ask({ method: 'PATCH', path: pathOf(), body: entries(probe('a1')), contentType: strategic })
    expect(status(await ask()).message).toBe(
      'pods "lb-0" is forbidden: User "system:serviceaccount:trench-a:probe" cannot patch resource "pods/ephemeralcontainers" in API group "" in the namespace "trench-a"',
    )
    const rbac = 'rbac.authorization.k8s.io'
    api.store.apply({ apiVersion: `${rbac}/v1`, kind: 'ClusterRole', metadata: { name: 'probe-injector' }, rules: [{ apiGroups: [''], resources: ['pods/ephemeralcontainers'], verbs: ['patch'] }] })
    api.store.apply({
      apiVersion: `${rbac}/v1`, kind: 'RoleBinding', metadata: { name: 'ec', namespace: 'trench-a' },
      roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: 'probe-injector' }, subjects: [{ kind: 'ServiceAccount', name: 'probe', namespace: 'trench-a' }],
    })
    expect((await ask()).code).toBe(200)
  })

  test.each<[level: string, container: object, reason: string]>([
    ['baseline', { securityContext: { privileged: true } }, 'violates PodSecurity "baseline:latest": privileged (container "u1" must not set securityContext.privileged=true)'],
    ['baseline', { securityContext: { capabilities: { add: ['NET_ADMIN', 'NET_RAW', 'SYS_PTRACE'] } } }, 'violates PodSecurity "baseline:latest": non-default capabilities (container "u1" must not include "NET_ADMIN", "NET_RAW", "SYS_PTRACE" in securityContext.capabilities.add)'],
    [
      'restricted', { securityContext: { runAsNonRoot: true, allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] }, seccompProfile: { type: 'RuntimeDefault' } } },
      'violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false (containers "stateless-lb", "frontend" must set securityContext.allowPrivilegeEscalation=false), unrestricted capabilities (containers "stateless-lb", "frontend" must set securityContext.capabilities.drop=["ALL"]), runAsNonRoot != true (pod or containers "stateless-lb", "frontend" must set securityContext.runAsNonRoot=true), seccompProfile (pod or containers "stateless-lb", "frontend" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")',
    ],
  ])('PodSecurity %s refuses %j', async (level, container, reason) => {
    api.store.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: level, labels: { 'pod-security.kubernetes.io/enforce': level } } })
    api.store.apply(lb('lb-0', level))
    const answer = await patch(entries(probe('u1', container)), strategic, pathOf('lb-0', level))
    expect([answer.code, status(answer).reason, status(answer).message]).toEqual([403, 'Forbidden', `pods "lb-0" is forbidden: ${reason}`])
  })

  test('an admission policy denies with 422', async () => {
    api.store.apply(lb('z-2', 'guarded'))
    const answer = await patch(entries(probe('a1')), strategic, pathOf('z-2', 'guarded'))
    expect([answer.code, status(answer).reason, status(answer).message]).toEqual([422, 'Invalid', `pods "z-2" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'p' denied request: image not allowed`])
  })
})
