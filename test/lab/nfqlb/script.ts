import type { Arena } from './arena.ts'
import { recorded } from './recordings.ts'

/** One stage of the replay: what has to be so, then the recordings that are run one after the other in that state. */
export interface Stage { state: string; prepare?: (arena: Arena, version: string) => Promise<void>; rows: string[]; where?: 'private-shm' }

const VIPS = '--dsts=20.0.0.1/32,2000::1/128'

/** The recordings in an order in which each finds the state it was recorded in. Names as in index.json. */
export const stages: Stage[] = [
  { state: 'no load balancer, no shared memory', rows: [
    'nolb-show-default', 'nolb-show-nosuch', 'nolb-stats', 'nolb-activate', 'nolb-delete', 'nolb-flow-list', 'nolb-flow-list-names',
    'nolb-flow-set', 'nolb-flow-delete', 'nolb-trace-flow-list', 'nolb-trace-flow-set', 'nolb-trace-flow-delete', 'nolb-fwmark-noshm',
    'nolb-fwmark-shm-missing', 'nolb-loglevel', 'nolb-trace', 'usage-noargs', 'usage-h', 'usage-help', 'version', 'unknown-command',
    'help-activate', 'help-deactivate', 'help-delete', 'help-flow-delete', 'help-flow-list', 'help-flow-list-names', 'help-flow-set',
    'help-flowlb', 'help-fwmark', 'help-init', 'help-lb', 'help-loglevel', 'help-long-flowlb', 'help-long-fwmark', 'help-long-lb',
    'help-primebelow', 'help-show', 'help-stats', 'help-trace', 'help-trace-flow-delete', 'help-trace-flow-list', 'help-trace-flow-set',
    'help-version', 'ambiguous-abbrev', 'badopt-flow-list', 'badopt-trace-both', 'badopt-trace-none', 'optarg-missing',
    'missing-opt-delete', 'missing-opt-flow-set', 'missing-opt-fwmark', 'missing-opt-trace-flow-set', 'ports-without-proto',
    'flow-set-toolong', 'flow-set-udpencap-notsctp', 'primebelow', 'primebelow-noarg', 'trace-flow-list-names', 'fwmark-badaddr',
    'fwmark-badproto', 'flowlb-badqueue', 'init-n-too-big', 'show-small', 'init-adjusted', 'init-prime', 'show-empty',
  ] },
  { state: 'small and broken streams', prepare: async arena => {
    await arena.run(['sh', '-c', 'rm -f /dev/shm/*; : > /dev/shm/empty; printf hello > /dev/shm/short'])
    await nfqlb(arena, ['init', '--shm=tshm-s', '--M=7', '--N=3'], ['activate', '--shm=tshm-s', '--index=0', '101'],
      ['activate', '--shm=tshm-s', '--index=1', '102'], ['init', '--shm=tshm-small', '--M=101', '--N=4'],
      ['activate', '--shm=tshm-small', '--index=1', '5002'], ['activate', '--shm=tshm-small', '--index=3', '5004'])
  }, rows: ['activate-index-nomark', 'activate-index-toolarge', 'deactivate-index-toolarge', 'show-m7', 'show-empty-file', 'show-short-file', 'show-small-2of4'] },
  { state: 'a load balancer without flows', prepare: async arena => { await arena.stream(); await arena.server() }, rows: [
    'fresh-flow-list-noflows', 'fresh-flow-list-names-noflows', 'fresh-trace-flow-list', 'fresh-stats', 'fresh-loglevel', 'second-flowlb',
  ] },
  { state: 'a healthy load balancer', prepare: arena => arena.flows(), rows: [
    'healthy-flow-list', 'healthy-flow-list-name', 'healthy-flow-list-name-missing', 'healthy-flow-list-names', 'healthy-show',
    'healthy-show-nosuch', 'fwmark-tcp4', 'fwmark-udp6', 'fwmark-noproto', 'fwmark-sctp-default', 'fwmark-sctp-mode0', 'flow-list-extra-args',
    'flow-list-singledash', 'loglevel-set', 'loglevel-back', 'flow-delete-nosuch', 'flow-set-33cidrs', 'flow-set-badcidr', 'flow-set-badport',
    'flow-set-badproto', 'flow-set-badsport', 'flow-set-noshm', 'flow-set-ok',
  ] },
  { state: 'a healthy load balancer, the tool without its /dev/shm', where: 'private-shm', rows: [
    'ipc-private-shm-flow-list', 'ipc-private-shm-loglevel', 'ipc-private-shm-show', 'ipc-private-shm-stats',
  ] },
  { state: 'as many packets as the recording counted', prepare: (arena, version) => {
    const [udp, tcp] = [...recorded(`${version}/traffic-flow-list.stdout`).matchAll(/"matches_count": (\d+)/g)].map(count => Number(count[1]))
    return arena.send([
      { family: 4, protocol: 17, source: '203.0.113.1', destination: '20.0.0.1', sport: 40000, dport: 5000, length: 38, repeat: udp },
      { family: 6, protocol: 6, source: '2001:db8::1', destination: '2000::1', sport: 40000, dport: 5001, length: 80, repeat: tcp },
    ], 0.3)
  }, rows: ['traffic-flow-list'] },
  { state: 'two streams and flows with all fields', prepare: async arena => {
    await arena.nfqlb(['init', '--shm=tshm-stream2', '--M=10000', '--N=100'])
    const flow = (name: string, ...options: string[]) => ['flow-set', `--name=tshm-stream2-${name}`, '--target=tshm-stream2', ...options]
    await nfqlb(arena,
      flow('l3', '--dsts=20.0.0.9/32'), flow('any', '--prio=-5'),
      flow('sctp', '--prio=100', '--protocols=sctp', VIPS, '--dports=4000', '--udpencap=9899'),
      flow('all', '--prio=500', '--protocols=SCTP,udp,tcp,udp', '--dsts=20.0.0.1/24,2000::1/64', '--dports=443,80,1000-1500,1400-2000',
        '--srcs=10.0.0.0/8,fd00::/8', '--sports=1024-65535', '--match=tcp[12:2]&0x01ff=0x0002'))
  }, rows: ['full-flow-list', 'full-flow-list-name', 'full-flow-list-names', 'full-show-stream2'] },
  { state: 'the shared memory of stream 2 deleted', prepare: arena => nfqlb(arena, ['delete', '--shm=tshm-stream2']), rows: ['fail-shm-deleted-flow-list', 'fail-shm-deleted-show'] },
  { state: 'flow 1 deleted', prepare: arena => nfqlb(arena, ...['all', 'sctp', 'l3', 'any'].map(name => ['flow-delete', `--name=tshm-stream2-${name}`])),
    rows: ['fail-one-flow-missing', 'fail-one-flow-missing-flow-list'] },
  { state: 'a flow with 83 port ranges', prepare: arena => {
    const { dports } = JSON.parse(recorded('1.2.0/flow-list-many-ports.stdout')) as { dports: string[] }
    return nfqlb(arena, ['flow-set', '--name=tshm-stream1-ports', '--target=tshm-stream1', '--protocols=tcp', `--dports=${dports.join(',')}`])
  }, rows: ['flow-list-many-ports'] },
  { state: 'one target missing', prepare: arena => nfqlb(arena, ['deactivate', '--shm=tshm-stream1', '--index=57']), rows: ['fail-target-missing-show'] },
  { state: 'a stale target', prepare: arena => nfqlb(arena, activate(57, 5058), activate(11, 5012)), rows: ['fail-stale-target-show'] },
  { state: 'a duplicate target', prepare: arena => nfqlb(arena, ['deactivate', '--shm=tshm-stream1', '--index=11'], activate(10, 5048)), rows: ['fail-duplicate-show'] },
  { state: 'targets without an index', prepare: arena => nfqlb(arena, ['deactivate', '--shm=tshm-stream1', '--index=10']),
    rows: ['activate-no-index', 'activate-no-index-show', 'deactivate-no-index', 'healthy-show'] },
  { state: 'no target', prepare: arena => nfqlb(arena, ['deactivate', '--shm=tshm-stream1', '5048', '5058', '5067', '5090']),
    rows: ['fail-no-targets-show', 'fail-no-targets-fwmark'] },
  { state: 'trace flows', rows: [
    'trace-flow-set-ok', 'trace-flow-set-all', 'trace-flow-set-guide', 'trace-flow-set-badcidr', 'trace-flow-set-badmatch', 'trace-flow-set-badport',
    'trace-flow-set-badproto', 'trace-flow-list', 'trace-flow-list-name', 'trace-flow-list-name-missing', 'trace-flow-delete', 'trace-flow-delete-nosuch',
  ] },
  { state: 'no trace flow again', prepare: arena => removeTraceFlows(arena, 'probe-all', 'router-traffic'), rows: ['trace-flow-list-empty'] },
  { state: 'a trace flow set twice', prepare: arena => traceFlows(arena, ['a'], ['b'], ['c'], ['a', '--protocols=udp']), rows: ['trace-flow-list-updated'] },
  { state: 'trace flows with odd names', prepare: async arena => {
    await removeTraceFlows(arena, 'a', 'b', 'c')
    const names = [...recorded('1.2.0/trace-flow-list-odd-names.stdout').matchAll(/"name": "(.*)",/g)].map(name => Buffer.from(name[1]!, 'latin1').toString())
    await traceFlows(arena, ...names.map(name => [name]))
  }, rows: ['trace-flow-list-odd-names'] },
]

function activate(index: number, mark: number): string[] {
  return ['activate', '--shm=tshm-stream1', `--index=${index}`, `${mark}`]
}

async function nfqlb(arena: Arena, ...commands: string[][]): Promise<void> {
  for (const command of commands) {
    const { code, stdout, stderr } = await arena.nfqlb(command)
    if (code !== 0) throw new Error(`nfqlb ${command.join(' ')} ended with ${code}: ${stdout}${stderr}`)
  }
}

/** Success of trace-flow-set is silence and 255. */
async function traceFlows(arena: Arena, ...flows: string[][]): Promise<void> {
  for (const [name, ...options] of flows) {
    const { code, stdout } = await arena.nfqlb(['trace-flow-set', `--name=${name}`, ...options])
    if (code !== 255 || stdout !== '') throw new Error(`trace-flow-set ${name}: ${code} ${stdout}`)
  }
}

function removeTraceFlows(arena: Arena, ...names: string[]): Promise<void> {
  return nfqlb(arena, ...names.map(name => ['trace-flow-delete', `--name=${name}`]))
}
