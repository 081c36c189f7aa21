import { cluster, clusterOutcome, defineCheck } from '#judge/check.ts'
import { meshEndpoints } from '../facts/mesh-endpoints.ts'
import { trenchPods } from '../facts/trench-pods.ts'

/** Each load balancer and proxy that is ready is an endpoint in NSM's registry: by it the other side finds them. */
export default defineCheck({
  id: 'endpoint-missing',
  subject: 'trench',
  severity: 'note',
  reads: { registry: clusterOutcome(meshEndpoints), pods: cluster(trenchPods) },
  messages: {
    fewer: (a: { conduit: string; service: string; endpoints: number; pods: number; part: string }) => `NSM's registry has ${a.endpoints} endpoints of ${a.service}, but ${a.pods} ${a.part} are ready`,
  },
  why: 'A load balancer without its endpoint gets no connection from proxies that start or heal, a proxy without one none from targets. Connections that stand go on.',
  fix: 'Look at the log of the pod that is missing and of the nsmgr of its node: it registers again with each refresh. A guess of the catalogue: names and number of endpoints were not seen on a live cluster.',
  source: 'Meridio v1.2.8 (one endpoint per load balancer and proxy), NSM sdk-k8s; catalogue N03, X02',
  unless: ({ registry }) => (registry.error?.code === 'not-found' ? 'NSM keeps no registry in Kubernetes resources' : undefined),
  unseen: ({ registry }) => (registry.error ? [registry.error.message] : registry.data?.cut ? ['the cluster has more endpoints than the 500 that are read'] : []),
  judge: ({ registry, pods }, say, subject) => {
    const { data } = registry
    if (!data || data.cut) return []
    const ready = pods.data.filter(({ phase, terminating, containers }) => phase === 'Running' && !terminating && containers.every(container => container.ready))
    return [...Map.groupBy(ready.filter(({ role, conduit }) => role !== 'tapa' && conduit !== undefined), ({ role, conduit }) => `${role} ${conduit}`).values()].flatMap(of => {
      const { role, conduit = '' } = of[0] ?? { role: 'lb' }
      const service = `${role === 'proxy' ? 'proxy.' : ''}${conduit}.${subject.name}.${subject.namespace}`
      const endpoints = new Set(data.services.find(known => known.service === service)?.endpoints).size
      return endpoints >= of.length ? [] : [say.fewer({ conduit: `${role} ${conduit}`, service, endpoints, pods: of.length, part: role === 'lb' ? 'load balancers' : 'proxies' }, registry.at({ command: data.command }), ...of.map(pod => pods.at(pod)))]
    })
  },
})
