/** Requests about one pod. Container logs have a budget of their own. */
export interface PodRequests {
  readonly calls: number
  readonly logs: number
}

/** What the API server was asked, by us. */
export interface RequestMetrics {
  readonly requests: number
  /** answered again later, because the server said so or the connection broke */
  readonly retries: number
  /** 429 and 503 answers */
  readonly throttled: number
  readonly unauthorized: number
  /** `PATCH pods/ephemeralcontainers` → how many */
  readonly byVerb: Readonly<Record<string, number>>
}

const maxPods = 20_000

/** Counts requests, also by pod, so that a sweep can prove it kept to two per pod. */
export class RequestCount {
  #requests = 0
  #retries = 0
  #throttled = 0
  #unauthorized = 0
  readonly #verbs = new Map<string, number>()
  readonly #pods = new Map<string, { calls: number; logs: number }>()

  /** @param path without query */
  request(method: string, path: string): void {
    this.#requests++
    const { resource, pod, subresource } = parsePath(path)
    const verb = `${method} ${resource}${subresource ? `/${subresource}` : ''}`
    this.#verbs.set(verb, (this.#verbs.get(verb) ?? 0) + 1)
    if (!pod) return
    const seen = this.#pods.get(pod) ?? { calls: 0, logs: 0 }
    if (subresource === 'log') seen.logs++
    else seen.calls++
    // newest last; the pod that was asked about longest ago is forgotten first
    this.#pods.delete(pod)
    this.#pods.set(pod, seen)
    if (this.#pods.size > maxPods) this.#pods.delete(this.#pods.keys().next().value ?? '')
  }

  retry(): void {
    this.#retries++
  }

  throttle(): void {
    this.#throttled++
  }

  unauthorize(): void {
    this.#unauthorized++
  }

  metrics(): RequestMetrics {
    return { requests: this.#requests, retries: this.#retries, throttled: this.#throttled, unauthorized: this.#unauthorized, byVerb: Object.fromEntries(this.#verbs) }
  }

  /** From now on: the result tells requests by pod (`namespace/name`) since this call. */
  mark(): () => ReadonlyMap<string, PodRequests> {
    const before = new Map([...this.#pods].map(([pod, seen]) => [pod, { ...seen }]))
    return () => new Map([...this.#pods].flatMap(([pod, { calls, logs }]) => {
      const then = before.get(pod) ?? { calls: 0, logs: 0 }
      const since = { calls: calls - then.calls, logs: logs - then.logs }
      return since.calls > 0 || since.logs > 0 ? [[pod, since]] : []
    }))
  }
}

function parsePath(path: string): { resource: string; pod?: string; subresource?: string } {
  const [, namespace, resource, name, subresource] = /^\/apis?\/(?:[^/]+\/){1,2}namespaces\/([^/]+)\/([^/]+)(?:\/([^/]+))?(?:\/([^/]+))?$/.exec(path) ?? []
  if (!resource) return { resource: path.split('/').at(path.includes('/namespaces/') ? -2 : -1) ?? path }
  return { resource, ...(resource === 'pods' && name && { pod: `${namespace}/${name}` }), ...(subresource && { subresource }) }
}
