import { parseIpRules } from '#parsers/ip-rules.ts'
import { commandText, defineFact } from './fact.ts'

/** Policy routing rules of both families, in the order the kernel looks at them. */
export const ipRules = defineFact({
  id: 'ip-rules',
  version: 1,
  read: async run => {
    const commands = { IPv4: ['ip', '-j', '-4', 'rule'], IPv6: ['ip', '-j', '-6', 'rule'] } as const
    const [v4, v6] = await Promise.all([run(commands.IPv4), run(commands.IPv6)])
    return [
      ...parseIpRules(v4).map(rule => ({ ...rule, family: 'IPv4' as const, command: commandText(commands.IPv4) })),
      ...parseIpRules(v6).map(rule => ({ ...rule, family: 'IPv6' as const, command: commandText(commands.IPv6) })),
    ]
  },
})
