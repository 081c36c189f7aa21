import { isIP } from 'node:net'
import { type Command, InvalidArgumentError, Option } from 'commander'
import type { ApiClient } from '../api/client.ts'
import type { FlowTuple, FlowWay } from '../api/trace-events.ts'
import type { Print } from './output.ts'

export interface FlowCommand {
  readonly client: () => Promise<ApiClient>
  readonly print: Print
  readonly end: (code: number) => void
}

interface Endpoint { readonly address: string; readonly port: number }
interface Flags { readonly namespace?: string; readonly src: Endpoint; readonly dst: Endpoint; readonly proto: FlowTuple['protocol']; readonly id?: number; readonly output: 'text' | 'json' }

/** `trenchscope explain-flow`: where a packet would go through each load balancer, from facts alone. Exit code 1: it would not arrive. */
export function addFlowCommand(program: Command, { client, print, end }: FlowCommand): void {
  program.command('explain-flow [trench]').description('predict the way of a flow: flow, stream, target, rule, route, neighbour; nothing is sent')
    .option('-n, --namespace <namespace>', 'of the trench').requiredOption('--src <address:port>', 'the client: 192.0.2.10:40000, [2001:db8::1]:40000', endpoint).requiredOption('--dst <vip:port>', 'what it speaks to', endpoint)
    .addOption(new Option('--proto <protocol>', 'of the flow').choices(['tcp', 'udp', 'sctp', 'icmp']).default('tcp')).option('--id <id>', 'of a ping', whole)
    .addOption(new Option('-o, --output <format>', 'how to print').choices(['text', 'json']).default('text'))
    .action(async (trench: string | undefined, { namespace, src, dst, proto, id, output }: Flags) => {
      const body = { ...(trench !== undefined && { trench }), ...(namespace !== undefined && { namespace }), protocol: proto, source: src.address, sourcePort: src.port, destination: dst.address, destinationPort: dst.port, ...(id !== undefined && { echoId: id }) }
      const answer = await (await client()).explainFlow(body)
      print(output === 'json' ? [JSON.stringify(answer, null, 2)] : answer.items.flatMap(wayLines), output)
      end(answer.items.some(({ target }) => target === undefined) ? 1 : 0)
    })
}

/** A load balancer, its steps, and where they end. */
export function wayLines({ pod, steps, target, interface: name, stops }: FlowWay): string[] {
  const width = 9
  return [pod, ...steps.map(({ what, text }) => `  ${what.padEnd(width)}  ${text}`), `  ${(target === undefined ? 'STOPS' : 'arrives').padEnd(width)}  ${target === undefined ? stops : `${target}/${name}`}`]
}

function endpoint(text: string): Endpoint {
  const [, v6, v4, port = '0'] = /^(?:\[([\da-fA-F:.]+)\]|([\d.]+|[\da-fA-F:]*::[\da-fA-F:]*))(?::(\d{1,5}))?$/.exec(text) ?? []
  const address = v6 ?? v4
  if (address === undefined || isIP(address) === 0 || Number(port) > 65_535) throw new InvalidArgumentError('an address with a port is needed: 192.0.2.10:40000 or [2001:db8::1]:40000')
  return { address, port: Number(port) }
}

function whole(text: string): number {
  if (!/^\d{1,5}$/.test(text)) throw new InvalidArgumentError('a whole number is needed')
  return Number(text)
}
