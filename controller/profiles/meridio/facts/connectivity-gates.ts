import { defineFact } from '#facts/fact.ts'
import type { Family } from '../lib/address.ts'
import { partOf } from '../roles.ts'
import { listKube, trenchParams } from './kube-list.ts'

export interface ConnectivityGate {
  /** `namespace/name` */
  readonly pod: string
  readonly family: Family
  /** of the condition; `missing`: the gate is there, its condition is not */
  readonly status: string
  readonly reason?: string
  readonly message?: string
  readonly command: string
  readonly pointer: string
}

const families: Readonly<Record<string, Family>> = { 'meridio-2.nordix.org/ipv4-connectivity': 'IPv4', 'meridio-2.nordix.org/ipv6-connectivity': 'IPv6' }

/** Readiness gates of the Gateway's load balancers and the conditions behind them (meridio.md §6). A pod on its way out has none. */
export const connectivityGates = defineFact({
  id: 'connectivity-gates',
  version: 1,
  params: trenchParams,
  read: async (run, { namespace, trench }): Promise<readonly ConnectivityGate[]> => (await listKube(run, 'pods', namespace)).flatMap(({ object, command, pointer }) => {
    const part = partOf(object)
    if (part?.trench !== trench || part.traits['generation'] !== '2' || object.metadata['deletionTimestamp'] !== undefined) return []
    const { conditions = [] } = (object['status'] ?? {}) as { conditions?: readonly { type: string; status: string; reason?: string; message?: string }[] }
    const { readinessGates = [] } = (object['spec'] ?? {}) as { readinessGates?: readonly { conditionType: string }[] }
    const named = new Set([...readinessGates.map(({ conditionType }) => conditionType), ...conditions.map(({ type }) => type)])
    return [...named].flatMap(type => {
      const family = families[type]
      const { status = 'missing', reason, message } = conditions.find(condition => condition.type === type) ?? {}
      return family === undefined ? [] : [{ pod: `${namespace}/${object.metadata.name}`, family, status, ...(reason !== undefined && { reason }), ...(message !== undefined && { message }), command, pointer: `${pointer}/status/conditions` }]
    })
  }),
})
