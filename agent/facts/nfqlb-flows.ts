import { parseNfqlbFlows } from '#parsers/nfqlb-flows.ts'
import { defineFact, type Run } from './fact.ts'

/** Flows of the load balancer in the order it evaluates them, its own companions included. */
export const nfqlbFlows = defineFact({
  id: 'nfqlb-flows',
  version: 1,
  read: listFlows,
})

/** 3000 flows are 0.7 MB. */
export async function listFlows(run: Run) {
  return parseNfqlbFlows(await run(['nfqlb', 'flow-list'], { maxBytes: 4 << 20 }))
}
