import { describe, expect, test } from 'vitest'
import { FactError, type Run } from '#facts/fact.ts'
import { observeFact } from '#facts/read.ts'
import type { TrenchConfig } from '#profiles/meridio/facts/config-types.ts'
import { trenchConfig } from '#profiles/meridio/facts/trench-config.ts'
import { add, type Change, change, kube } from './checks/kube.ts'
import { recordedCluster, recordedInventory } from './recorded-trench.ts'

const params = { namespace: 'red', trench: 'red', namespaces: ['red'] }
const kinds = ['trenches', 'attractors', 'gateways', 'vips', 'conduits', 'streams', 'flows']

async function read(...changes: readonly Change[]) {
  const inventory = recordedInventory(kube(...changes).kube)
  const { run } = recordedCluster(inventory)
  return observeFact(trenchConfig, params, run, () => 0)
}
async function config(...changes: readonly Change[]): Promise<TrenchConfig> {
  const { data, error } = await read(...changes)
  if (error) throw new Error(error.message)
  return data as TrenchConfig
}
const helm: Change = objects => { for (const plural of kinds) objects[plural] = [] }
/** Changes one YAML document of the ConfigMap. */
const document = (kind: string, text: string | undefined): Change => ({ configmaps }) => Object.assign((configmaps?.[0] as unknown as { data: Record<string, string | undefined> }).data, { [kind]: text })

/** Without where it is written, and what only resources tell. */
function bare({ source: _, ...config }: TrenchConfig) {
  return JSON.parse(JSON.stringify(config, (key, value) => (['command', 'pointer', 'interface', 'prefixes', 'replicas', 'vlan'].includes(key) ? undefined : value)))
}

test('resources and ConfigMap of the recorded trench mean the same', async () => {
  const [resources, configMap] = [await config(), await config(helm)]
  expect([resources.source, configMap.source]).toEqual(['resources', 'config-map'])
  expect(bare(configMap)).toEqual(bare(resources))
})

test('each part tells where it is written', async () => {
  const of = ({ flows, gateways }: TrenchConfig) => [...flows, ...gateways].map(({ name, command, pointer }) => `${name} ${command} ${pointer}`)
  expect(of(await config())).toEqual(['flow1 kubectl get flows.meridio.nordix.org -n red -o json /items/0', 'gateway1 kubectl get gateways.meridio.nordix.org -n red -o json /items/0', 'gateway2 kubectl get gateways.meridio.nordix.org -n red -o json /items/1'])
  expect(of(await config(helm))).toEqual(['flow1 kubectl get configmap meridio-configuration-red -n red -o json /data/flows', ...['gateway1', 'gateway2'].map(name => `${name} kubectl get configmap meridio-configuration-red -n red -o json /data/gateways`)])
})

describe('resources', () => {
  test('what is not said has the defaults of the CRDs', async () => {
    const { families, attractors, gateways, streams, conduits } = await config(
      change('trenches', 'red', spec => { delete spec['ip-family'] }), change('attractors', 'attr1', spec => { delete spec['replicas'] }),
      change('gateways', 'gateway1', spec => { delete spec['protocol']; for (const field of ['remote-port', 'local-port', 'bfd']) delete spec['bgp'][field] }),
      change('streams', 'stream1', spec => { delete spec['max-targets'] }), change('conduits', 'load-balancer', spec => { spec['destination-port-nats'] = [{ port: 80, 'target-port': 8080, vips: ['vip1'] }] }),
    )
    expect(families).toEqual(['IPv4', 'IPv6'])
    expect(attractors[0]?.replicas).toBe(1)
    expect(gateways[0]).toMatchObject({ protocol: 'bgp', remotePort: 179, localPort: 179, bfd: null, password: false })
    expect(streams[0]?.maxTargets).toBe(100)
    expect(conduits[0]?.portNats).toEqual([{ port: 80, targetPort: 8080, protocol: 'tcp', vips: ['vip1'] }])
  })

  test.each([['ipv4', ['IPv4']], ['ipv6', ['IPv6']], ['dualstack', ['IPv4', 'IPv6']]])('ip-family %s', async (family, families) => {
    expect((await config(change('trenches', 'red', spec => { spec['ip-family'] = family }))).families).toEqual(families)
  })

  test('a static gateway with BFD, and one without', async () => {
    const { gateways } = await config(
      change('gateways', 'gateway1', spec => { delete spec['bgp']; Object.assign(spec, { protocol: 'static', static: { bfd: { switch: true, 'min-tx': '200ms', 'min-rx': '1s', multiplier: 5 } } }) }),
      change('gateways', 'gateway2', spec => { delete spec['bgp']; Object.assign(spec, { protocol: 'static' }) }),
    )
    const none = { localAsn: 0, remoteAsn: 0, localPort: 0, remotePort: 0, holdTimeS: 0, password: false }
    expect(gateways).toMatchObject([{ ...none, protocol: 'static', family: 'IPv4', bfd: { minTxMs: 200, minRxMs: 1000, multiplier: 5 } }, { ...none, protocol: 'static', family: 'IPv6', bfd: null }])
  })

  test.each([['3s', 3], ['240s', 240], ['1m30s', 90], ['1h0m0.5s', 3600.5], ['1500ms', 1.5]])('hold time %s', async (text, seconds) => {
    expect((await config(change('gateways', 'gateway1', spec => { spec['bgp']['hold-time'] = text }))).gateways[0]?.holdTimeS).toBe(seconds)
  })

  test('a duration nobody can read makes the fact unreadable', async () => {
    expect((await read(change('gateways', 'gateway1', spec => { spec['bgp']['hold-time'] = '3 seconds' }))).error).toEqual({ code: 'unreadable', message: 'not a duration: 3 seconds' })
  })

  test('a gateway with a password', async () => {
    expect((await config(change('gateways', 'gateway1', spec => { spec['bgp']['auth'] = { 'key-name': 'k', 'key-source': 's' } }))).gateways.map(({ password }) => password)).toEqual([true, false])
  })

  test.each([
    ['any port', { 'destination-ports': ['any'], 'source-ports': ['0-65535'] }, { destinationPorts: [], sourcePorts: [] }],
    ['some ports', { 'destination-ports': ['80', '5000-5003'] }, { destinationPorts: ['80', '5000-5003'] }],
    ['some sources', { 'source-subnets': ['192.0.2.0/24', '2001:DB8:0::/32'] }, { sourceSubnets: ['192.0.2.0/24', '2001:db8::/32'] }],
    ['protocols in capitals', { protocols: ['TCP'] }, { protocols: ['tcp'] }],
    ['a VIP that nobody has', { vips: ['vip1', 'ghost'] }, { vips: ['10.0.0.1/32'], unknownVips: ['ghost'] }],
    ['byte matches', { 'byte-matches': ['tcp[4:2] = 1'] }, { byteMatches: ['tcp[4:2] = 1'] }],
  ])('a flow with %s', async (_, spec, expected) => {
    expect((await config(change('flows', 'flow1', own => Object.assign(own, spec)))).flows[0]).toMatchObject(expected)
  })

  test('what carries another trench\'s label is not ours', async () => {
    const { vips, streams } = await config(add('vips', 'vip9', { address: '10.9.9.9/32' }), ({ vips: list = [] }) => { const last = list.at(-1); if (last) Object.assign(last, { metadata: { ...last.metadata, labels: { trench: 'violet' } } }) }, add('streams', 'stream2', {}))
    expect([vips.map(({ name }) => name), streams.map(({ name }) => name)]).toEqual([['vip1', 'vip2'], ['stream1', 'stream2']])
  })
})

describe('ConfigMap', () => {
  test('families are those of gateways and VIPs; without any, both', async () => {
    const families = async (...changes: readonly Change[]) => (await config(helm, ...changes)).families
    const ipv4Gateways = document('gateways', 'items:\n- name: g\n  address: 169.254.101.254\n')
    expect(await families(ipv4Gateways)).toEqual(['IPv4', 'IPv6'])
    expect(await families(ipv4Gateways, document('vips', 'items: []\n'))).toEqual(['IPv4'])
    expect(await families(document('gateways', 'items: []\n'), document('vips', 'items: []\n'))).toEqual(['IPv4', 'IPv6'])
  })

  test.each([['absent', undefined], ['empty', ''], ['without items', 'items:\n'], ['an empty list', 'items: []\n']])('a document that is %s is an empty list', async (_, text) => {
    expect((await config(helm, document('flows', text))).flows).toEqual([])
  })

  test('a port-NAT and a password', async () => {
    const { conduits, gateways } = await config(helm,
      document('conduits', 'items:\n- name: load-balancer\n  trench: red\n  destination-port-nats:\n  - port: 5080\n    target-port: 5000\n    vips: [vip1]\n    protocol: TCP\n'),
      document('gateways', 'items:\n- name: g\n  address: 1000::1\n  protocol: static\n  bfd: false\n- name: h\n  address: 169.254.101.254\n  protocol: bgp\n  bgp-auth: {key: k, source: s}\n'))
    expect(conduits[0]?.portNats).toEqual([{ port: 5080, targetPort: 5000, protocol: 'tcp', vips: ['vip1'] }])
    expect(gateways).toMatchObject([{ name: 'g', protocol: 'static', family: 'IPv6', bfd: null, password: false }, { name: 'h', protocol: 'bgp', password: true }])
  })

  test.each([
    ['flows', 'items: [unclosed\n', /^flows of the ConfigMap is not YAML: /],
    ['vips', 'items: all\n', /^vips of the ConfigMap has no list of items$/],
  ])('%s that cannot be read make the fact unreadable, not the sweep fail', async (kind, text, message) => {
    expect((await read(helm, document(kind, text))).error).toEqual({ code: 'unreadable', message: expect.stringMatching(message) })
  })
})

test('where the resources are not installed the ConfigMap tells', async () => {
  const inventory = recordedInventory()
  const run: Run = async argv => {
    if (argv[2] === 'pods') return JSON.stringify({ items: inventory.list('pods') })
    if (argv[2] !== 'configmap') throw new FactError('not-found', `the server has no ${argv[2]}`)
    return JSON.stringify(inventory.list('configmaps')[0])
  }
  expect(bare((await observeFact(trenchConfig, params, run, () => 0)).data as TrenchConfig)).toEqual(bare(await config()))
})

test('resources that may not be read are an error, and never taken for a Helm deployment', async () => {
  const run: Run = async () => { throw new FactError('refused', 'flows.meridio.nordix.org is forbidden') }
  expect((await observeFact(trenchConfig, params, run, () => 0)).error).toEqual({ code: 'refused', message: 'flows.meridio.nordix.org is forbidden' })
})
