import type { BirdProtocol } from '#parsers/bird-protocols.ts'
import type { Gateway } from '../facts/config-types.ts'

/**
 * How a session that is not up stands, and why: BIRD's state and last error, what they mean, and when BIRD tries again
 * (bird.md §5, 6; every situation is recorded in test/fixtures/bird).
 *     Idle, BGP Error: Bad peer AS (the gateway has another AS, bird.log names it), BIRD waits 56 s before it tries again
 */
export function bgpStory({ bgp, state, message }: BirdProtocol, gateway: Gateway): string {
  const error = bgp?.lastError?.text
  const meaning = error === undefined ? silence[bgp?.state ?? state] : errors.find(([shape]) => shape.test(error))?.[1]
  return [
    `${bgp?.state ?? state}${error === undefined ? '' : `, ${error}`}${message === undefined ? '' : ` "${message}"`}${meaning === undefined ? '' : ` (${meaning})`}`,
    bgp?.neighborGracefulRestart ? `the gateway restarts gracefully and its routes are kept${bgp.restartTimer ? ` for ${Math.round(bgp.restartTimer.leftS)} s more` : ''}` : undefined,
    bgp?.errorWait && `BIRD waits ${Math.round(bgp.errorWait.leftS)} s before it tries again`,
    ...otherwise(bgp, gateway),
  ].filter(part => part !== undefined).join(', ')
}

/** Where BIRD runs with other values than the resource says: its configuration is older, or the frontend did not take it over. */
function otherwise(bgp: BirdProtocol['bgp'], gateway: Gateway): readonly string[] {
  if (!bgp) return []
  return [
    ...(bgp.neighborAs === gateway.remoteAsn ? [] : [`BIRD expects AS ${bgp.neighborAs} where the Gateway says ${gateway.remoteAsn}`]),
    ...(bgp.localAs === gateway.localAsn ? [] : [`BIRD is AS ${bgp.localAs} where the Gateway says ${gateway.localAsn}`]),
  ]
}

/** Texts of BIRD; those after `Socket:` are the C library's, of glibc or musl. */
const errors: readonly (readonly [RegExp, string])[] = [
  [/^BGP Error: Bad peer AS/, 'the gateway has another AS, bird.log names it'],
  [/^Received: Bad peer AS/, 'the gateway expects another AS of us'],
  [/^Received: Unacceptable hold time/, 'our hold time is too short for the gateway'],
  [/^Received: Required capability missing/, 'the gateway demands a capability we do not offer'],
  [/^BGP Error: Required capability missing/, 'the gateway does not offer the address family of this session'],
  [/^BGP Error: Hold timer expired/, 'the gateway fell silent'],
  [/^Received: Administrative shutdown/, 'ended on purpose at the gateway'],
  [/^Error: BFD session down/, 'BFD lost the gateway'],
  [/^Error: Neighbor lost/, 'our interface or address is gone, or another host has our address'],
  [/^Error: Link down/, 'our interface has no carrier'],
  [/^Automatic shutdown: Route limit exceeded/, 'the gateway announces more routes than our limit allows'],
  [/^Socket: (No route to host|Host is unreachable)/, 'nobody answers for the address'],
  [/^Socket: Connection refused/, 'nothing listens on the port at the gateway'],
  [/^Socket: Connection (closed|reset by peer)/, 'the gateway closed the connection: it does not know our address, or its BGP ended'],
]

/** What a state means that came without an error. */
const silence: Readonly<Record<string, string>> = {
  Down: 'disabled by hand on our side',
  down: 'disabled by hand on our side',
  Idle: 'BIRD waits for the interface, or for an address of ours in the gateway\'s network',
  Connect: 'no answer to our connection: nobody there, a filter, no way back, or passwords that differ',
  Active: 'BIRD is about to connect',
  OpenSent: 'the gateway takes the connection and says nothing',
  OpenConfirm: 'the gateway does not confirm the session',
}
