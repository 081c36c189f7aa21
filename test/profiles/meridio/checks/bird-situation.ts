import { type CommandRecord, commandText } from '#facts/fact.ts'
import { fixture } from '../../../fixture.ts'
import { birdDefaultRoutes } from '../../../recorded-parts.ts'
import type { PodEdit, World } from '../recorded-trench.ts'
import { add, change, environment, kube, lb1, lb2, remove } from './kube.ts'

/** What a Gateway resource says beyond the defaults of `situation`: BGP, AS 4248829953 and ours 8103, port 10179, hold time 24 s, BFD 300/300 ms x 5. */
export interface GatewaySpec {
  readonly protocol?: 'static'
  readonly bfd?: false
  readonly bgp?: Readonly<Record<string, unknown>>
}

/**
 * The recorded trench with BIRD of lb-1, the only load balancer, as it answered in a situation of test/fixtures/bird, and with the resources that
 * go with it: gateways `gateway-v4-a`, `gateway-v6-a` (`-b` when they were recorded) behind ext-vlan0, three VIPs. Only BIRD's answers are those
 * of the situation; links and kernel are the trench's.
 */
export function situation(version: string, name: string, spec: GatewaySpec = {}): World {
  const answers = answersOf(version, name)
  const gateways = { 'gateway-v4-a': '169.254.100.150', 'gateway-v6-a': '100:100::150', ...(/ecmp|of-two/.test(name) && { 'gateway-v4-b': '169.254.100.151', 'gateway-v6-b': '100:100::151' }) }
  return {
    ...kube(
      remove('pods', lb2),
      environment(lb1, 'NFE_EXTERNAL_INTERFACE', 'ext-vlan0'),
      ...Object.entries(gateways).map(([gateway, address]) => add('gateways', gateway, { address, ...resource(spec) })),
      remove('gateways', 'gateway1', 'gateway2'),
      ...Object.entries(vips).map(([vip, address]) => add('vips', vip, { address })),
      remove('vips', 'vip1', 'vip2'),
      change('attractors', 'attr1', attractor => Object.assign(attractor, { gateways: Object.keys(gateways), vips: Object.keys(vips), interface: { name: 'ext-vlan0' } })),
    ),
    edit,
    synthetic: (pod, argv) => (pod === 'lb-1' && argv[0] === 'birdc' ? answers(commandText(argv)) : undefined),
  }
}

const vips = { vip10: '10.0.0.1/32', vip20: '20.0.0.1/32', vip2000: '2000::1/128' }

const edit: readonly PodEdit[] = [
  { command: 'ip -j -d -s link', from: /"nsm-1"/g, to: '"ext-vlan0"' },
  { command: 'ip -j addr', from: /"nsm-1"/g, to: '"ext-vlan0"' },
  { command: 'ip -j addr', from: '"local":"169.254.101.1"', to: '"local":"169.254.100.1"' },
  { command: 'ip -j addr', from: '"local":"1000::1:a9fe:6501"', to: '"local":"100:100::1"' },
].map(one => ({ ...one, pod: 'lb-1' }))

function resource({ protocol = 'bgp' as const, bfd, bgp }: { readonly protocol?: 'static' | 'bgp' } & Omit<GatewaySpec, 'protocol'>): object {
  const watch = bfd === false ? {} : { bfd: { switch: true, 'min-tx': '300ms', 'min-rx': '300ms', multiplier: 5 } }
  if (protocol === 'static') return { protocol, bgp: undefined, static: watch }
  return { protocol, bgp: { 'remote-asn': 4248829953, 'local-asn': 8103, 'hold-time': '24s', 'remote-port': 10179, 'local-port': 10179, ...watch, ...bgp } }
}

interface Situation {
  readonly control_socket_connect_error?: string
  readonly raw?: readonly { readonly command: string; readonly reply: string }[]
  readonly birdc: readonly { readonly command: string; readonly output: string }[]
  readonly kernel: readonly { readonly command: string; readonly output: string }[]
}

function answersOf(version: string, name: string): (command: string) => Pick<CommandRecord, 'stdout' | 'exitCode' | 'error'> | undefined {
  const { control_socket_connect_error: failure, raw = [], birdc, kernel } = JSON.parse(fixture(`bird/${version}/${name}/record.json`)) as Situation
  const replies = new Map(raw.map(({ command, reply }) => [`birdc ${command}`, `0001 BIRD ${version} ready.\n${reply}`]))
  // `where net = …` was not recorded; the whole table holds the same block. Over 12 kB it was left out: then the kernel's table tells whether there is a default
  const listing = raw.find(({ command }) => command === 'show route all')?.reply
  const printed = `BIRD ${version} ready.\n${(listing ?? '').split('\n').map(line => (/^\d{4}[ -]/.test(line) ? line.slice(5) : line.slice(1))).join('\n')}`
  const noDefault = listing === undefined && !kernel.some(({ command, output }) => command.endsWith('route show table 4096') && output.includes('default'))
  if (listing !== undefined || noDefault) {
    for (const { commands, text } of birdDefaultRoutes(new Map([['birdc-route-table-all.txt', printed]]))) for (const argv of commands) replies.set(commandText(argv), text)
    if (noDefault) for (const command of ['birdc show route table master4 where net = 0.0.0.0/0 all', 'birdc show route table master6 where net = ::/0 all']) replies.set(command, printed)
  }
  const [code] = Object.entries(failures).find(([, python]) => failure?.startsWith(python)) ?? []
  return command => {
    if (code !== undefined) return { stdout: '', exitCode: null, error: { code: code as 'timeout', message: `${command}: ${birdc[0]?.output.trim() || 'no answer'}` } }
    const stdout = replies.get(command)
    return stdout === undefined ? { stdout: '', exitCode: null, error: { code: 'not-found', message: `${command} was not recorded` } } : { stdout, exitCode: 0 }
  }
}

/** What our client calls the errors that the recorder (Python) met. */
const failures = { refused: 'ConnectionRefusedError', 'not-found': 'FileNotFoundError', timeout: 'TimeoutError' }
