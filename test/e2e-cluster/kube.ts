import { setTimeout as delay } from 'node:timers/promises'
import type { KubeClient } from '../../controller/cluster/client.ts'
import { KubeError } from '../../controller/cluster/errors.ts'
import type { KubeObject } from '../lab/apiserver/objects.ts'

/** Creates, applies and deletes objects of any kind the API server tells of. */
export class Kube {
  readonly #client: KubeClient
  /** `apiVersion` → its resources, asked once */
  readonly #served = new Map<string, Promise<readonly { readonly name: string; readonly kind: string; readonly namespaced: boolean }[]>>()

  constructor(client: KubeClient) {
    this.#client = client
  }

  version(): Promise<{ readonly major: string; readonly minor: string; readonly gitVersion: string }> {
    return this.#client.request({ path: '/version' })
  }

  async create<T = KubeObject>(object: KubeObject): Promise<T> {
    return this.#client.request<T>({ method: 'POST', path: await this.#collection(object), body: object })
  }

  /** Server-side apply that changes nothing. @returns the server's warnings. @throws {KubeError} `not-found` for a kind that is not served */
  async dryApply(object: KubeObject): Promise<readonly string[]> {
    const path = `${await this.#collection(object)}/${object.metadata.name}`
    const { warnings } = await this.#client.text({ method: 'PATCH', path, query: { dryRun: 'All', fieldManager: 'trenchscope-e2e', fieldValidation: 'Strict' }, contentType: 'application/apply-patch+yaml', body: object })
    return warnings
  }

  get<T = KubeObject>(path: string): Promise<T> {
    return this.#client.request<T>({ path })
  }

  post<T = KubeObject>(path: string, body: object): Promise<T> {
    return this.#client.request<T>({ method: 'POST', path, body })
  }

  async remove(path: string): Promise<void> {
    await this.#client.request({ method: 'DELETE', path, query: { gracePeriodSeconds: 0 } }).catch((error: unknown) => {
      if (!(error instanceof KubeError) || error.code !== 'not-found') throw error
    })
  }

  /** Asks every 250 ms. @throws {Error} naming `what` after `timeoutMs` */
  async until(what: string, timeoutMs: number, holds: () => Promise<boolean>): Promise<void> {
    for (const end = performance.now() + timeoutMs; !(await holds()); await delay(250)) if (performance.now() > end) throw new Error(`waited ${timeoutMs / 1000} s for ${what}`)
  }

  async isGone(path: string): Promise<boolean> {
    try {
      await this.get(path)
      return false
    } catch (error) {
      if (error instanceof KubeError && error.code === 'not-found') return true
      throw error
    }
  }

  async #collection({ apiVersion, kind, metadata }: KubeObject): Promise<string> {
    const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`
    const listed = this.#served.get(apiVersion) ?? this.get<{ resources: { name: string; kind: string; namespaced: boolean }[] }>(root).then(({ resources }) => resources)
    this.#served.set(apiVersion, listed)
    const found = (await listed).find(resource => resource.kind === kind && !resource.name.includes('/'))
    if (!found) throw new KubeError('not-found', `${apiVersion} serves no ${kind}`)
    return found.namespaced ? `${root}/namespaces/${metadata.namespace}/${found.name}` : `${root}/${found.name}`
  }
}
