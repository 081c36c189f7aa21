import { parseBirdRoutes } from '#parsers/bird-routes.ts'
import { askBird } from './bird-ask.ts'
import { commandText, defineFact, type Run } from './fact.ts'

/**
 * Default routes in BIRD's master tables, best or not, with their attributes. The tables are searched by a condition, which costs as much
 * as counting; the whole of them is never asked for, and `show route for` may crash BIRD 3.3.0 and 3.3.1.
 */
export const birdDefaultRoutes = defineFact({
  id: 'bird-default-routes',
  version: 1,
  read: async run => (await Promise.all([
    defaultsOf(run, 'IPv4', 'master4', '0.0.0.0/0'),
    defaultsOf(run, 'IPv6', 'master6', '::/0'),
  ])).flat(),
})

async function defaultsOf(run: Run, family: 'IPv4' | 'IPv6', table: string, net: string) {
  const argv = ['birdc', 'show', 'route', 'table', table, 'where', 'net', '=', net, 'all']
  const routes = await askBird(run, argv, parseBirdRoutes)
  return routes.map(route => ({ ...route, family, command: commandText(argv) }))
}
