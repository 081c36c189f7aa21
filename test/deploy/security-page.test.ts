import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { OwnAuthority } from '../../controller/api/own-authority.ts'
import { kustomized } from '../../deploy/kustomize.ts'
import { type ApiServer, startApiServer } from '../lab/apiserver/apiserver.ts'
import type { KubeObject } from '../lab/apiserver/objects.ts'
import { accessOf } from '../lab/controller-access.ts'
import { trenchCluster } from '../lab/trench/cluster.ts'
import { admissionPolicies } from './admission.ts'

const page = readFileSync(join(import.meta.dirname, '../../docs/security.md'), 'utf8')
/** The code of the page's table, by the claim's first words. */
const commandOf = (claim: string) => new RegExp(`^\\| ${claim}[^|]*\\| (?:\`kubectl proxy --port=8001 &\` and )?\`((?:[^\`|]|\\\\\\|)+)\``, 'm').exec(page)?.[1]?.replaceAll('\\|', '|') ?? ''
const noKubectl = spawnSync('kubectl', ['version', '--client']).status !== 0
const isWithoutKubectl = (): boolean => noKubectl && process.stderr.write('no kubectl on this machine: commands of docs/security.md are not run\n')

let apiserver: ApiServer
let dir: string

/** The shipped manifests on the lab's API server, one trench that opted in, one probe as the controller puts it. */
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'trenchscope-page-'))
  let namespaceOf = (_name: string): KubeObject | undefined => undefined
  apiserver = await startApiServer({ policies: admissionPolicies(kustomized('overlays/everything'), name => namespaceOf(name)) })
  namespaceOf = name => apiserver.store.get('namespaces', undefined, name)
  const cluster = trenchCluster()
  const [pod] = cluster.pods.filter(({ spec }) => JSON.stringify(spec).includes('"frontend"'))
  const probe = { name: 'trenchscope-0001', image: 'trenchscope/agent:0.1.0', env: [{ name: 'TRENCHSCOPE_CONTROLLERS', value: '10.96.0.10:7443' }], imagePullPolicy: 'Never', resources: {}, terminationMessagePath: '/dev/termination-log', terminationMessagePolicy: 'File' }
  for (const object of [...cluster.namespaces, ...accessOf('overlays/everything'), { ...pod, metadata: { ...pod?.metadata, name: 'POD' }, spec: { ...(pod?.['spec'] as object), ephemeralContainers: [probe] } } as KubeObject]) apiserver.store.apply(object)
  apiserver.store.update('namespaces', undefined, 'red', old => ({ ...old, metadata: { ...old.metadata, labels: { ...old.metadata.labels, 'trenchscope.io/allow': 'true' } } }))
  apiserver.store.update('configmaps', 'trenchscope', 'trenchscope-api-ca', old => ({ ...old, data: { 'ca.crt': new OwnAuthority({ folder: join(dir, 'authority'), hosts: ['localhost'] }).trusted } }))
  writeFileSync(join(dir, 'kubeconfig'), apiserver.kubeconfig('admin'))
})
afterAll(async () => {
  await apiserver.close()
  rmSync(dir, { recursive: true })
})

/** What a reviewer's shell prints. The double answers in this process, so that it must not wait. */
async function said(command: string): Promise<string> {
  expect(command).not.toBe('')
  const shell = spawn('bash', ['-c', command], { env: { PATH: process.env['PATH'], HOME: dir, KUBECONFIG: join(dir, 'kubeconfig'), C: 'system:serviceaccount:trenchscope:controller' }, stdio: ['ignore', 'pipe', 'pipe'] })
  let text = ''
  for (const stream of [shell.stdout, shell.stderr]) stream.on('data', (chunk: Buffer) => void (text += chunk.toString()))
  await once(shell, 'close')
  return text
}

const certificate = /^subject=CN = trenchscope-api-[0-9a-f]{8}\nX509v3 Basic Constraints: critical\n\s+CA:TRUE, pathlen:0\n$/
test.each<[string, RegExp]>([
  ['the API is verified by what everybody may read', certificate],
  ['our own pods need nothing', /^trenchscope .* restricted$/m],
  ['no secret in a pod spec', /^\[\{"name":"TRENCHSCOPE_CONTROLLERS","value":"10\.96\.0\.10:7443"\}\]$/],
])('%s: the page\'s command says so, where kubectl is', async (claim, words) => {
  if (isWithoutKubectl()) return
  expect((await said(commandOf(claim))).replaceAll(/^Warning: .*\n\n?/gm, '')).toMatch(words)
})

test.each([['true', 'ValidatingAdmissionPolicy \'trenchscope-probe\''], ['false', 'ValidatingAdmissionPolicy \'trenchscope-opt-in\'']])('with its token nothing but a probe comes into a pod, and nothing at all where the label is %s', async (label, policy) => {
  if (isWithoutKubectl()) return
  apiserver.store.update('namespaces', undefined, 'red', old => ({ ...old, metadata: { ...old.metadata, labels: { ...old.metadata.labels, 'trenchscope.io/allow': label } } }))
  const proxy = spawn('kubectl', ['proxy', '--port=0', '--kubeconfig', join(dir, 'kubeconfig')], { stdio: ['ignore', 'pipe', 'ignore'] })
  try {
    const [line] = await once(proxy.stdout, 'data') as [Buffer]
    const port = /:(\d+)/.exec(line.toString())?.[1] ?? ''
    // what the first policy would let in
    const entry = label === 'true' ? '"image":"busybox"' : '"image":"trenchscope/agent:0.1.0","imagePullPolicy":"Never","securityContext":{"privileged":true,"runAsUser":0,"runAsNonRoot":false}'
    expect(await said(commandOf('its token puts nothing').replace('8001', port).replace('"image":"busybox"', entry))).toContain(policy)
  } finally {
    proxy.kill()
    await once(proxy, 'close')
  }
})
