import { parseRouteGet } from '#parsers/route-get.ts'
import { argument, onlyKnown } from './arguments.ts'
import { defineFact, FactError, type Params } from './fact.ts'

/** A packet to `to`, perhaps from `from`, coming in on `iif`, with the mark `mark`. */
export type RouteGetParams = { readonly to: string; readonly from?: string; readonly iif?: string; readonly mark?: number }

/** Where the kernel would send a packet: rules, tables and next hop in one answer, without traffic. That it would drop it is data. */
export const routeGet = defineFact({
  id: 'route-get',
  version: 1,
  params: checkedParams,
  read: async (run, { to, from, iif, mark }: RouteGetParams) => {
    const argv = [
      'ip', '-j', 'route', 'get', to,
      ...(from === undefined ? [] : ['from', from]),
      ...(iif === undefined ? [] : ['iif', iif]),
      ...(mark === undefined ? [] : ['mark', String(mark)]),
    ]
    // 2: the kernel said no
    return parseRouteGet(await run(argv, { exitCodes: [0, 2], output: 'all' }))
  },
})

function checkedParams(given: Params): RouteGetParams {
  onlyKnown('route-get', given, ['to', 'from', 'iif', 'mark'])
  const to = argument.address(given, 'to')
  const from = argument.address(given, 'from')
  const iif = argument.interface(given, 'iif')
  const mark = argument.mark(given, 'mark')
  if (to === undefined) throw new FactError('refused', 'route-get needs an address `to`')
  if (from !== undefined && from.includes(':') !== to.includes(':')) throw new FactError('refused', `${from} and ${to} are of different families`)
  return { to, ...(from !== undefined && { from }), ...(iif !== undefined && { iif }), ...(mark !== undefined && { mark }) }
}
