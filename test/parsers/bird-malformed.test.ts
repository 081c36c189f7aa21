import { expect, test } from 'vitest'
import { parseBirdBfd } from '#parsers/bird-bfd.ts'
import { parseBirdProtocols } from '#parsers/bird-protocols.ts'
import { parseBirdRouteCount } from '#parsers/bird-route-count.ts'
import { parseBirdRoutes } from '#parsers/bird-routes.ts'
import { parseBirdStatic } from '#parsers/bird-static.ts'
import { parseBirdStatus } from '#parsers/bird-status.ts'

test.each([
  [parseBirdProtocols, '1002-NBR-a BGP up\n0000 \n', 'line 1 is not a protocol: NBR-a BGP up'],
  [parseBirdProtocols, '1006-  Channel ipv4\n0000 \n', 'line 1 is of no protocol:   Channel ipv4'],
  [parseBirdProtocols, '1002-a Static t up     00:00:00.000  \n1006-   Odd\n0000 \n', 'line 2 is not of protocol a:    Odd'],
  [parseBirdProtocols, '1002-a Static t up     00:00:00.000  \n1006-  Odd\n0000 \n', 'line 2 is not of protocol a:   Odd'],
  [parseBirdProtocols, '1002-a BGP --- up     00:00:00.000  \n1006-  BGP state:          Odd\n     Neighbor address: 10.0.0.1\n0000 \n', 'line 2 is not a BGP state: Odd'],
  [parseBirdProtocols, '1002-a BGP --- up     00:00:00.000  \n1006-  BGP state:          Idle\n     Neighbor address: 10.0.0.1\n     Neighbor AS:      1\n0000 \n', 'the BGP protocol of line 2 has no line Local AS'],
  [parseBirdProtocols, '1002-a BGP --- up     00:00:00.000  \n1006-  BGP state:          Idle\n     Neighbor address: 10.0.0.1\n     Neighbor AS:      x\n0000 \n', 'line 4 is not of the BGP protocol of line 2:     Neighbor AS:      x'],
  [parseBirdProtocols, '1002-a Static t up     00:00:00.000  \n1006-  Channel ipv4\n     State:          UP\n     State:          UP\n0000 \n', 'line 4 says again what channel ipv4 said before:     State:          UP'],
  [parseBirdBfd, '1020-NBR-BFD:\n 10.0.0.1 eth0 Sideways 00:00:00.000 1.000 0.000\n0000 \n', 'line 2 is not a BFD session: 10.0.0.1 eth0 Sideways 00:00:00.000 1.000 0.000'],
  [parseBirdRoutes, '1007-10.0.0.0/8           unicast [a 00:00:00.000] * (100)\n0000 \n', 'line 1 is not of a route: 10.0.0.0/8           unicast [a 00:00:00.000] * (100)'],
  [parseBirdRoutes, '1007-Table t:\n 10.0.0.0/8           unicast [a] * (100)\n0000 \n', 'line 2 is not of a route: 10.0.0.0/8           unicast [a] * (100)'],
  [parseBirdStatic, '1009-\tdev lo\n0000 \n', 'line 1 is not a static route: \tdev lo'],
  [parseBirdStatus, '1000-BIRD 2.0.12\n0013 Daemon is tired\n', 'line 2 is not of a BIRD status: Daemon is tired'],
  [parseBirdStatus, '1000-BIRD 2.0.12\n0013 Daemon is up and running\n', 'the BIRD status has no router ID'],
  [parseBirdRouteCount, '1007-many routes\n0000 \n', 'line 1 is not a count of routes: many routes'],
])('%o says what it cannot read (synthetic): %j', (parse, text, message) => {
  expect(() => parse(text)).toThrow(new SyntaxError(message))
})
