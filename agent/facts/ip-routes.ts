import { parseIpRoutes } from '#parsers/ip-routes.ts'
import { commandText, defineFact, type RunOptions } from './fact.ts'

/** Routes of all tables, both families. */
export const ipRoutes = defineFact({
  id: 'ip-routes',
  version: 1,
  read: async run => {
    const commands = { IPv4: ['ip', '-j', '-4', 'route', 'show', 'table', 'all'], IPv6: ['ip', '-j', '-6', 'route', 'show', 'table', 'all'] } as const
    const [v4, v6] = await Promise.all([run(commands.IPv4, wide), run(commands.IPv6, wide)])
    return [
      ...parseIpRoutes(v4).map(route => ({ ...route, family: 'IPv4' as const, command: commandText(commands.IPv4) })),
      ...parseIpRoutes(v6).map(route => ({ ...route, family: 'IPv6' as const, command: commandText(commands.IPv6) })),
    ]
  },
})

// about 120 bytes a route: 30 000 routes, more than any trench has
const wide: RunOptions = { maxBytes: 4 * 1024 * 1024 }
