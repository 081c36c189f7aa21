import { defineFact, FactError, type Run } from '#facts/fact.ts'
import type { KubeObject } from '#judge/profile.ts'
import { partOf } from '../roles.ts'
import { configFromConfigMap } from './config-map.ts'
import { configFromGatewayApi } from './config-gateway-api.ts'
import { configFromResources, configurationKinds } from './config-resources.ts'
import type { TrenchConfig } from './config-types.ts'
import { listKube, trenchParams } from './kube-list.ts'

/**
 * What the trench is meant to be: from its custom resources, or, where it has none, from the Gateway API's (Meridio 2), or from ConfigMap `meridio-configuration-<trench>` (Helm).
 * Formats: Meridio v1.2.8 CRDs and pkg/configuration/reader/model.go (meridio.md §2.1, 2.2).
 */
export const trenchConfig = defineFact({
  id: 'trench-config',
  version: 1,
  params: trenchParams,
  read: async (run, { namespace, trench }): Promise<TrenchConfig> => {
    const [trenches, ...lists] = await Promise.all(['trenches', ...configurationKinds].map(kind => listOrNone(run, kind, namespace)))
    const own = trenches?.find(({ object }) => object.metadata.name === trench)
    if (own) return configFromResources(trench, own, lists.flat())
    if ((await listKube(run, 'pods', namespace)).some(({ object }) => isLoadBalancer2(object, trench))) return configFromGatewayApi(run, namespace, trench)
    const argv = ['kubectl', 'get', 'configmap', `meridio-configuration-${trench}`, '-n', namespace, '-o', 'json']
    return configFromConfigMap(await run(argv), argv.join(' '))
  },
})

function isLoadBalancer2(pod: KubeObject, gateway: string): boolean {
  const part = partOf(pod)
  return part?.trench === gateway && part.traits['generation'] === '2'
}

/** Custom resources that are not installed are a Helm deployment, not an error. */
async function listOrNone(run: Run, kind: string, namespace: string) {
  try {
    return await listKube(run, `${kind}.meridio.nordix.org`, namespace)
  } catch (error) {
    if (error instanceof FactError && error.code === 'not-found') return []
    throw error
  }
}
