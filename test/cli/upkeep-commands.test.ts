import { expect, test } from 'vitest'
import type { PreflightView } from '../../controller/api/client.ts'
import { preflightExitCode, preflightLines } from '../../controller/cli/upkeep-commands.ts'

const right = (name: string, allowed: boolean) => ({ right: name, allowed, reason: '' })
const report: PreflightView = {
  image: 'trenchscope/agent:0.1.0', problems: [],
  namespaces: [
    { namespace: 'blue', optIn: false, podSecurity: 'baseline', rights: [right('patch pods/ephemeralcontainers', false), right('get pods/log', true)] },
    { namespace: 'red', optIn: true, podSecurity: '', rights: [right('patch pods/ephemeralcontainers', true)] },
  ],
  pods: [
    { pod: 'red/lb-1', role: 'lb', node: 'worker1', allowed: true, entries: 1, reuse: 'trenchscope-0001', warnings: [] },
    { pod: 'red/lb-2', role: 'lb', node: 'worker2', allowed: true, entries: 17, warnings: ['it has had 17 ephemeral containers, 3 more may be added before the pod must be replaced'] },
    { pod: 'blue/px', role: 'proxy', node: '', allowed: false, code: 'not-allowed', message: 'no probe in blue/px: namespace blue does not carry the label trenchscope.io/allow=true. Label the namespace.', entries: 0, warnings: [] },
  ],
}

test('refusals come first, with who refuses, why, and how to mend it', () => {
  expect(preflightLines(report).join('\n')).toMatchInlineSnapshot(`
    "NAMESPACE  OPT-IN  POD-SECURITY  MISSING-RIGHTS
    blue       no      baseline      patch pods/ephemeralcontainers
    red        yes     -             -

    POD       ROLE   NODE     OF-20  ANSWER
    blue/px   proxy  -        0      refused: not-allowed
        no probe in blue/px: namespace blue does not carry the label trenchscope.io/allow=true. Label the namespace.
    red/lb-1  lb     worker1  1      its probe trenchscope-0001 is used
    red/lb-2  lb     worker2  17     a probe may enter
        it has had 17 ephemeral containers, 3 more may be added before the pod must be replaced

    2 of 3 pods take trenchscope/agent:0.1.0; nothing was changed"
  `)
})

test.each<[string, Partial<PreflightView>, number]>([
  ['every pod takes a probe', { pods: report.pods.slice(0, 2) }, 0],
  ['a pod refuses', {}, 1],
  ['something could not be asked', { problems: ['images of nodes: timeout'] }, 2],
  ['the API server did not answer for a pod', { pods: [{ pod: 'red/lb-1', node: '', allowed: false, code: 'api-unreachable', message: 'x', entries: 0, warnings: [] }] }, 2],
])('%s: exit code %3$s', (_what, change, code) => {
  expect(preflightExitCode({ ...report, ...change })).toBe(code)
})
