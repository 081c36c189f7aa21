import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { connectCluster } from '../../controller/cluster/client.ts'
import { loadKubeconfig } from '../../controller/cluster/kubeconfig.ts'
import { apiServer, log } from './bench.ts'

// kubectl 1.36.4 was asked for each of these but the last: as-groups it knows
let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trenchscope-kubeconfig-'))
  onTestFinished(() => rm(folder, { recursive: true }))
})

type Entries = { name: string; [kind: string]: unknown }[]
const written = async (file: string, config: object) => {
  await writeFile(join(folder, file), stringify(config))
  return join(folder, file)
}
const fileOf = (name: string, server: string, user: object, context = name) => ({
  apiVersion: 'v1', kind: 'Config', clusters: [{ name: 'c', cluster: { server } }], users: [{ name: 'u', user }], contexts: [{ name, context: { cluster: 'c', user: 'u' } }], 'current-context': context,
})

/** The double's own kubeconfig, with another user. */
async function configAs(user: (token: string) => object) {
  const server = await apiServer()
  const config = parse(server.kubeconfig('admin')) as { users: { name: string; user: { token: string } }[] }
  const [{ name, user: { token } }] = config.users as [{ name: string; user: { token: string } }]
  return { server, token, config: { ...config, users: [{ name, user: user(token) }] } }
}
const nobody = { code: 'unauthorized' }

test('a token file is read, from the place of the kubeconfig, and again when its token is refused', async () => {
  const { token, config } = await configAs(() => ({ tokenFile: 'token' }))
  await writeFile(join(folder, 'token'), 'stale\n')
  const client = await connectCluster({ kubeconfig: await written('config', config), log })
  onTestFinished(() => client.close())
  await expect(client.request({ path: '/api/v1/pods' })).rejects.toMatchObject(nobody)
  await writeFile(join(folder, 'token'), `${token}\n`)
  await expect(client.request({ path: '/api/v1/pods' })).resolves.toHaveProperty('items')
})

test('a token file counts before the token beside it', async () => {
  const { token, config } = await configAs(() => ({ token: 'old', tokenFile: 'token' }))
  await writeFile(join(folder, 'token'), token)
  const client = await connectCluster({ kubeconfig: await written('config', config), log })
  onTestFinished(() => client.close())
  await expect(client.request({ path: '/api/v1/pods' })).resolves.toHaveProperty('items')
})

test('a credential plugin with a path is looked for beside the kubeconfig', async () => {
  const { token, config } = await configAs(() => ({ exec: { apiVersion: 'client.authentication.k8s.io/v1', command: './bin/login', interactiveMode: 'Never' } }))
  await mkdir(join(folder, 'bin'))
  const credential = JSON.stringify({ apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential', status: { token } })
  await writeFile(join(folder, 'bin/login'), `#!/bin/sh\necho '${credential}'\n`)
  await chmod(join(folder, 'bin/login'), 0o755)
  const client = await connectCluster({ kubeconfig: await written('config', config), log })
  onTestFinished(() => client.close())
  await expect(client.request({ path: '/api/v1/pods' })).resolves.toHaveProperty('items')
})

test('of several files the first that knows something wins: entries of one name, and the context', async () => {
  const files = [await written('one', { ...fileOf('one', 'https://127.0.0.1:1', { token: 'a' }), 'current-context': '' }), await written('two', fileOf('two', 'https://127.0.0.1:2', { token: 'b' })), await written('three', fileOf('three', 'https://127.0.0.1:3', {}))]
  const config = loadKubeconfig(files.join(delimiter))
  expect([config.currentContext, config.getCurrentCluster()?.server, config.getCurrentUser()?.token, config.contexts.map(({ name }) => name)]).toEqual(['two', 'https://127.0.0.1:1', 'a', ['one', 'two', 'three']])
})

test('certificates are looked for beside the file that names them', async () => {
  const config = fileOf('one', 'https://127.0.0.1:1', { 'client-certificate': 'me.crt', 'client-key': '/keys/me.key' })
  const named = { ...config, clusters: [{ name: 'c', cluster: { server: 'https://127.0.0.1:1', 'certificate-authority': 'ca.crt' } }] satisfies Entries }
  const loaded = loadKubeconfig(await written('config', named))
  expect([loaded.getCurrentCluster()?.caFile, loaded.getCurrentUser()?.certFile, loaded.getCurrentUser()?.keyFile]).toEqual([join(folder, 'ca.crt'), join(folder, 'me.crt'), '/keys/me.key'])
})

test('what would be left out of an impersonation stops the start', async () => {
  const kubeconfig = await written('config', fileOf('one', 'https://127.0.0.1:1', { as: 'alice', 'as-groups': ['devs'], 'as-uid': '7' }))
  await expect(connectCluster({ kubeconfig, log })).rejects.toMatchObject({ code: 'not-configured', message: `kubeconfig ${kubeconfig} cannot be used: user u says as-groups, as-uid, which is not supported: of impersonation only 'as' is` })
})
