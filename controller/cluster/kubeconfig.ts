import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, dirname, join, resolve } from 'node:path'
import { KubeConfig } from '@kubernetes/client-node'
import { parse } from 'yaml'

type Fields = Record<string, unknown>
interface Entry { readonly name: string; readonly cluster?: Fields | null; readonly user?: Fields | null; readonly context?: Fields | null }
interface Kubeconfig { readonly 'current-context'?: string; readonly clusters?: readonly Entry[] | null; readonly users?: readonly Entry[] | null; readonly contexts?: readonly Entry[] | null }

/**
 * What kubectl would use of this: file names as in KUBECONFIG, or the YAML text itself; empty: KUBECONFIG, ~/.kube/config, or the pod's service account.
 * client-node takes entries over as they are, but knows no `tokenFile`, refuses names that two files have and lets the last file choose the context: that is mended here as clientcmd does it.
 * @throws {Error} saying what is wrong with it
 */
export function loadKubeconfig(given: string): KubeConfig {
  const config = new KubeConfig()
  const files = given === '' ? defaultFiles() : given.includes('\n') ? undefined : given.split(delimiter).filter(Boolean)
  if (files?.length === 0) {
    config.loadFromDefault()
    return config
  }
  const merged = files === undefined ? parsed(given) : mergedFiles(files)
  config.loadFromString(JSON.stringify(merged))
  for (const user of config.users as { name: string; token?: string; authProvider?: object }[]) {
    const fields = merged.users?.find(({ name }) => name === user.name)?.user ?? {}
    const unheard = ['as-groups', 'as-uid', 'as-user-extra'].filter(field => fields[field] !== undefined)
    if (unheard.length > 0) throw new Error(`user ${user.name} says ${unheard.join(', ')}, which is not supported: of impersonation only 'as' is`)
    if (typeof fields['tokenFile'] !== 'string') continue
    user.authProvider = { name: 'tokenFile', config: { tokenFile: fields['tokenFile'] } }
    // the file is newer than what was written beside it
    delete user.token
  }
  return config
}

/** Empty: none is there. */
function defaultFiles(): readonly string[] {
  const { KUBECONFIG = '' } = process.env
  if (KUBECONFIG !== '') return KUBECONFIG.split(delimiter).filter(Boolean)
  const own = join(homedir(), '.kube', 'config')
  return existsSync(own) ? [own] : []
}

/** kubectl passes over missing files of a list, but there must be one. Of entries with one name the first file's counts, of current contexts the first that is set. */
function mergedFiles(files: readonly string[]): Kubeconfig {
  const there = files.filter(file => existsSync(file)).map(file => located(parsed(readFileSync(file, 'utf8')), dirname(resolve(file))))
  if (there.length === 0) throw new Error('no such file')
  const first = (entries: readonly Entry[]) => entries.filter(({ name }, index) => entries.findIndex(entry => entry.name === name) === index)
  const context = there.map(file => file['current-context']).find(Boolean)
  return {
    ...(context !== undefined && { 'current-context': context }),
    clusters: first(there.flatMap(({ clusters }) => clusters ?? [])), users: first(there.flatMap(({ users }) => users ?? [])), contexts: first(there.flatMap(({ contexts }) => contexts ?? [])),
  }
}

function parsed(text: string): Kubeconfig {
  const value: unknown = parse(text)
  if (typeof value !== 'object' || value === null) throw new Error('it is not a kubeconfig')
  return value
}

/** Names of files are relative to the kubeconfig that has them. */
function located(config: Kubeconfig, folder: string): Kubeconfig {
  const within = (fields: Fields, names: readonly string[]) => ({ ...fields, ...Object.fromEntries(names.flatMap(name => (typeof fields[name] === 'string' && fields[name] !== '' ? [[name, resolve(folder, fields[name])]] : []))) })
  return {
    ...config,
    clusters: (config.clusters ?? []).map(entry => ({ ...entry, cluster: within(entry.cluster ?? {}, ['certificate-authority']) })),
    users: (config.users ?? []).map(entry => {
      const user: Fields = within(entry.user ?? {}, ['client-certificate', 'client-key', 'tokenFile'])
      const exec = user['exec'] as { command?: string } | undefined
      // without a slash it is looked up in PATH
      return { ...entry, user: exec?.command?.includes('/') ? { ...user, exec: { ...exec, command: resolve(folder, exec.command) } } : user }
    }),
  }
}
