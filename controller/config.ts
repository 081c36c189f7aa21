import { isIP } from 'node:net'

/** Everything the controller is told from outside, once, frozen. Times in ms. */
export interface Config {
  /** kubeconfig file; empty: in-cluster service account, else ~/.kube/config */
  readonly kubeconfig: string
  readonly context: string
  /** where the probe link listens: `host:port` or `unix:/path` */
  readonly linkListen: string
  /** literal `address:port` list that probes are told to connect to; an IPv6 address comes out in brackets */
  readonly linkAdvertise: readonly string[]
  /** where the HTTP API listens, loopback unless said otherwise: `host:port` */
  readonly apiListen: string
  /** file holding the bearer token of callers on this machine (made, mode 0600, if absent); taken from loopback addresses only */
  readonly apiTokenFile: string
  /** where /healthz and /readyz are served without TLS and token, for a kubelet: `host:port`; empty: only by the API */
  readonly healthListen: string
  /** PEM files; without them an API that listens elsewhere than on loopback has a certificate of its own authority */
  readonly apiTlsCert: string
  readonly apiTlsKey: string
  /** further DNS names and addresses in that certificate, beside those of the Service and localhost */
  readonly apiTlsNames: readonly string[]
  /** what callers' Kubernetes tokens must be for */
  readonly apiAudiences: readonly string[]
  /** requests of one caller in a second, in the long run */
  readonly apiRate: number
  /** JSON file that lists receivers of what changed: see docs/api.md; empty: none */
  readonly webhooksFile: string
  /** Kubernetes Events on pods when a finding about them appears; needs `create` on `events` */
  readonly kubeEvents: 'off' | 'on'
  /** what is older is dropped: sweeps with what they saw, findings that are gone */
  readonly storeMaxDays: number
  /** size of the store's file beyond which the oldest sweeps are dropped */
  readonly storeMaxMb: number
  /** the store, link key, key pins and injection records live here and must outlive the process */
  readonly dataDir: string
  /** image of the probe, as injected */
  readonly image: string
  readonly imagePullPolicy: 'Never' | 'IfNotPresent'
  /** only these namespaces; empty: all that carry the opt-in label */
  readonly namespaces: readonly string[]
  /** namespace of the controller's own Lease and kill switch; empty: not in a cluster, neither is used */
  readonly ownNamespace: string
  /** from PATCH to the probe's hello */
  readonly reachTimeoutMs: number
  /** one wave of facts in one pod */
  readonly askTimeoutMs: number
  /** before what failed is looked at again */
  readonly lookAgainMs: number
  /** one trench's sweep, whatever hangs */
  readonly sweepDeadlineMs: number
  /** trenches swept side by side */
  readonly sweepConcurrency: number
  readonly logLevel: string
}

interface Setting<T> {
  readonly variable: string
  readonly fallback: string
  readonly parse: (text: string) => T | undefined
  readonly expected: string
}

const text = (variable: string, fallback: string): Setting<string> => ({ variable, fallback, parse: value => value, expected: 'text' })
const list = (variable: string, fallback: string): Setting<readonly string[]> => ({ variable, fallback, parse: value => value.split(',').map(part => part.trim()).filter(Boolean), expected: 'a comma-separated list' })
/** Kubernetes expands `$(LINK_SERVICE_HOST):7443` without brackets: the port is what follows the last colon. */
const addresses = (variable: string): Setting<readonly string[]> => ({
  variable, fallback: '', expected: 'a comma-separated list of literal address:port',
  parse: value => {
    const parsed = value.split(',').map(part => part.trim()).filter(Boolean).map(part => {
      const [, host = '', port] = /^(.*):(\d{1,5})$/.exec(part) ?? []
      const literal = host.replace(/^\[(.*)\]$/, '$1')
      return isIP(literal) === 0 ? undefined : `${isIP(literal) === 6 ? `[${literal}]` : literal}:${port}`
    })
    return parsed.every(address => address !== undefined) ? parsed : undefined
  },
})
const number = (variable: string, fallback: number, least: number, most: number): Setting<number> => ({
  variable, fallback: String(fallback), expected: `a whole number from ${least} to ${most}`,
  parse: value => (/^\d+$/.test(value) && Number(value) >= least && Number(value) <= most ? Number(value) : undefined),
})
const oneOf = <T extends string>(variable: string, fallback: T, values: readonly T[]): Setting<T> => ({ variable, fallback, parse: value => values.find(known => known === value), expected: `one of ${values.join(', ')}` })
const listen = (variable: string, fallback: string): Setting<string> => ({ variable, fallback, expected: 'host:port or unix:/path', parse: value => (/^unix:\/.+$|^\[?[\w.:]+\]?:\d{1,5}$/.test(value) ? value : undefined) })

const settings: { readonly [K in keyof Config]: Setting<Config[K]> } = {
  kubeconfig: text('KUBECONFIG', ''),
  context: text('TRENCHSCOPE_CONTEXT', ''),
  linkListen: listen('TRENCHSCOPE_LINK_LISTEN', '0.0.0.0:7443'),
  linkAdvertise: addresses('TRENCHSCOPE_LINK_ADVERTISE'),
  apiListen: listen('TRENCHSCOPE_API_LISTEN', '127.0.0.1:7480'),
  apiTokenFile: text('TRENCHSCOPE_API_TOKEN_FILE', ''),
  healthListen: { ...listen('TRENCHSCOPE_HEALTH_LISTEN', ''), parse: value => (/^(\[?[\w.:]+\]?:\d{1,5})?$/.test(value) ? value : undefined), expected: 'host:port, or nothing' },
  apiTlsCert: text('TRENCHSCOPE_API_TLS_CERT', ''),
  apiTlsKey: text('TRENCHSCOPE_API_TLS_KEY', ''),
  apiTlsNames: { ...list('TRENCHSCOPE_API_TLS_NAMES', ''), parse: value => hostsOf(value), expected: 'a comma-separated list of DNS names and addresses' },
  apiAudiences: list('TRENCHSCOPE_API_AUDIENCES', 'trenchscope'),
  apiRate: number('TRENCHSCOPE_API_RATE', 50, 1, 100_000),
  webhooksFile: text('TRENCHSCOPE_WEBHOOKS_FILE', ''),
  kubeEvents: oneOf('TRENCHSCOPE_KUBE_EVENTS', 'off', ['off', 'on']),
  storeMaxDays: number('TRENCHSCOPE_STORE_MAX_DAYS', 30, 1, 3650),
  storeMaxMb: number('TRENCHSCOPE_STORE_MAX_MB', 2048, 16, 1_000_000),
  dataDir: text('TRENCHSCOPE_DATA_DIR', '/var/lib/trenchscope'),
  image: text('TRENCHSCOPE_IMAGE', 'trenchscope/agent:0.1.0'),
  imagePullPolicy: oneOf('TRENCHSCOPE_IMAGE_PULL_POLICY', 'Never', ['Never', 'IfNotPresent']),
  namespaces: list('TRENCHSCOPE_NAMESPACES', ''),
  ownNamespace: text('TRENCHSCOPE_OWN_NAMESPACE', ''),
  reachTimeoutMs: number('TRENCHSCOPE_REACH_TIMEOUT_MS', 30_000, 100, 600_000),
  askTimeoutMs: number('TRENCHSCOPE_ASK_TIMEOUT_MS', 10_000, 100, 120_000),
  lookAgainMs: number('TRENCHSCOPE_LOOK_AGAIN_MS', 1000, 0, 60_000),
  sweepDeadlineMs: number('TRENCHSCOPE_SWEEP_DEADLINE_MS', 120_000, 1000, 3_600_000),
  sweepConcurrency: number('TRENCHSCOPE_SWEEP_CONCURRENCY', 8, 1, 256),
  logLevel: oneOf('TRENCHSCOPE_LOG_LEVEL', 'info', ['silent', 'error', 'warn', 'info', 'debug', 'trace']),
}

/** Environment variables a controller reads, with defaults and what they accept; for `trenchscope controller --help` and docs. */
export const variables = Object.values(settings).map(({ variable, fallback, expected }) => ({ variable, fallback, expected }))

/** Wrong values, all at once. */
export class ConfigError extends Error {
  readonly code = 'config-invalid'
}

/** @param overrides flags, by field; win over the environment. @throws {ConfigError} naming every wrong or unknown `TRENCHSCOPE_` variable with the value seen */
export function readConfig(environment: Readonly<Record<string, string | undefined>>, overrides: Partial<Record<keyof Config, string>> = {}): Config {
  const wrong: string[] = []
  const entries = Object.entries(settings).map(([field, setting]) => {
    const given = overrides[field as keyof Config] ?? environment[setting.variable] ?? setting.fallback
    const value = setting.parse(given)
    if (value === undefined) wrong.push(`${setting.variable}='${given}': expected ${setting.expected}`)
    return [field, value]
  })
  const known = new Set([...variables.map(({ variable }) => variable), 'TRENCHSCOPE_SERVER', 'TRENCHSCOPE_TOKEN_FILE', 'TRENCHSCOPE_CA_FILE', 'TRENCHSCOPE_NO_INSTALL', 'TRENCHSCOPE_LAB_DIR'])
  for (const name of Object.keys(environment)) if (name.startsWith('TRENCHSCOPE_') && !known.has(name)) wrong.push(`${name}: unknown setting`)
  const config = Object.fromEntries(entries) as Config
  if (!config.apiTlsCert !== !config.apiTlsKey) wrong.push('TRENCHSCOPE_API_TLS_CERT and TRENCHSCOPE_API_TLS_KEY belong together')
  if (wrong.length > 0) throw new ConfigError(wrong.join('\n'))
  return Object.freeze(config)
}

function hostsOf(value: string): readonly string[] | undefined {
  const hosts = value.split(',').map(part => part.trim()).filter(Boolean)
  return hosts.every(host => isIP(host) !== 0 || /^(\*\.)?[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/i.test(host)) ? hosts : undefined
}

/** Whether only this machine can reach `host:port`. */
export function isLoopback(listen: string): boolean {
  return /^(127\.[\d.]+|\[?::1\]?|localhost):\d+$/.test(listen)
}

/** Whether this machine reaches `host:port` by a loopback address. */
export function isOnThisMachine(listen: string): boolean {
  return isLoopback(listen) || /^(0\.0\.0\.0|\[?::\]?):\d+$/.test(listen)
}
