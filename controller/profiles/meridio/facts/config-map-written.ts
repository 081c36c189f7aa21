import { defineFact } from '#facts/fact.ts'
import { configFromConfigMap } from './config-map.ts'
import { trenchParams } from './kube-list.ts'

/** What ConfigMap `meridio-configuration-<trench>` says, where resources exist beside it: it is all that NSP and the frontends are told. `not-found` where there is none. */
export const configMapWritten = defineFact({
  id: 'config-map-written',
  version: 1,
  params: trenchParams,
  read: async (run, { namespace, trench }) => {
    const argv = ['kubectl', 'get', 'configmap', `meridio-configuration-${trench}`, '-n', namespace, '-o', 'json']
    return configFromConfigMap(await run(argv), argv.join(' '))
  },
})
