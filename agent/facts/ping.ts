import { parsePing } from '#parsers/ping.ts'
import { argument, onlyKnown } from './arguments.ts'
import { defineFact, FactError, type Params } from './fact.ts'

/** `address` is asked once; `interface` binds the packet to it, `mark` lets it take the way of marked packets. */
export type PingParams = { readonly address: string; readonly interface?: string; readonly mark?: number }

/** Whether an address answers one echo request within a second. No answer, and no way to send, are data. */
export const ping = defineFact({
  id: 'ping',
  version: 1,
  params: checkedParams,
  read: async (run, { address, interface: name, mark }: PingParams) => {
    const argv = ['ping', '-n', '-c', '1', '-W', '1', ...(name === undefined ? [] : ['-I', name]), ...(mark === undefined ? [] : ['-m', String(mark)]), address]
    // 1: no reply; 2: could not send
    return parsePing(await run(argv, { exitCodes: [0, 1, 2], output: 'all', timeoutMs: 3000 }))
  },
})

function checkedParams(given: Params): PingParams {
  onlyKnown('ping', given, ['address', 'interface', 'mark'])
  const address = argument.address(given, 'address')
  const name = argument.interface(given, 'interface')
  const mark = argument.mark(given, 'mark')
  if (address === undefined) throw new FactError('refused', 'ping needs an address')
  return { address, ...(name !== undefined && { interface: name }), ...(mark !== undefined && { mark }) }
}
