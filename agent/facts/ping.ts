import { argument, onlyKnown } from './arguments.ts'
import { commandText, FactError, type Params, type Run } from './fact.ts'
import { transcript } from './transcript.ts'

/** `address` is asked once; `interface` binds the packet to it, `mark` lets it take the way of marked packets. */
export type PingParams = { readonly address: string; readonly interface?: string; readonly mark?: number }

/** What a program printed about the address, stdout then stderr. */
export interface PingText {
  readonly program: 'fping' | 'ping'
  readonly command: string
  readonly text: string
}

/**
 * Whether an address answers one echo request within a second. No answer, and no way to send, are data. `fping` is asked, which answers many
 * addresses as one process; `ping` where there is no fping, and for a mark, which fping 5.1 cannot set.
 */
export const ping = transcript('ping', fetchPing, checkedParams)

async function fetchPing(run: Run, { address, interface: name, mark }: PingParams): Promise<PingText> {
  const bound = name === undefined ? [] : ['-I', name]
  const ask = async (program: PingText['program'], ...words: string[]): Promise<PingText> => {
    const argv = [program, ...words]
    // 1: no reply; 2: ping could not send, which is 1 for fping
    return { program, command: commandText(argv), text: await run(argv, { exitCodes: program === 'ping' ? [0, 1, 2] : [0, 1], output: 'all' }) }
  }
  if (mark === undefined) {
    try {
      return await ask('fping', '-r', '0', '-e', '-t', '1000', '-i', '1', ...bound, address)
    } catch (error) {
      if (!(error instanceof FactError) || error.code !== 'not-found') throw error
    }
  }
  return ask('ping', '-n', '-c', '1', '-W', '1', ...bound, ...(mark === undefined ? [] : ['-m', String(mark)]), address)
}

function checkedParams(given: Params): PingParams {
  onlyKnown('ping', given, ['address', 'interface', 'mark'])
  const address = argument.address(given, 'address')
  const name = argument.interface(given, 'interface')
  const mark = argument.mark(given, 'mark')
  if (address === undefined) throw new FactError('refused', 'ping needs an address')
  return { address, ...(name !== undefined && { interface: name }), ...(mark !== undefined && { mark }) }
}
