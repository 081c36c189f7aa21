// Tries Trenchscope on a real cluster, in namespaces of its own: `npm run test:e2e -- --advertise 172.18.0.1:7443`. See docs/install.md. Exit 0 all true, 1 something is not, 64 usage, 69 cannot be tried.
import { parseArgs } from 'node:util'
import packageJson from '../../package.json' with { type: 'json' }
import { startDouble } from './double.ts'
import { Steps } from './steps.ts'
import { runSuite } from './suite.ts'

const { values } = parseArgs({ options: {
  image: { type: 'string', default: `trenchscope/agent:${packageJson.version}` }, 'pod-image': { type: 'string' }, pull: { type: 'string', default: 'Never' },
  listen: { type: 'string', default: '0.0.0.0:7443' }, advertise: { type: 'string' }, double: { type: 'boolean', default: false },
} })
const say = (line: string) => process.stderr.write(`${line}\n`)
const kubeconfig = process.env['KUBECONFIG'] ?? ''
if (values.pull !== 'Never' && values.pull !== 'IfNotPresent') usage(`--pull ${values.pull}: Never or IfNotPresent`)
if (!values.double && kubeconfig === '') usage('KUBECONFIG names no cluster; with --double the suite runs on the API server double of this machine (as root)')
if (!values.double && values.advertise === undefined) usage('--advertise ADDRESS:PORT is needed: where pods of the cluster reach this machine (kind: the gateway of its network)')

const double = values.double ? await startDouble() : undefined
const steps = new Steps(say)
try {
  await runSuite({
    kubeconfig: double?.kubeconfig ?? kubeconfig, image: values.image, imagePullPolicy: values.pull as 'Never' | 'IfNotPresent',
    podImage: values['pod-image'] ?? values.image, podCommand: values['pod-image'] === undefined ? ['/opt/trenchscope/sleep'] : ['sleep', 'infinity'],
    linkListen: double?.linkListen ?? values.listen, linkAdvertise: double?.linkAdvertise ?? values.advertise ?? '', podTimeoutMs: 120_000,
  }, steps)
} finally {
  await double?.close()
}
const count = (outcome: string) => steps.results.filter(result => result.outcome === outcome).length
say(`${count('ok')} steps hold, ${count('failed')} do not, ${count('skipped')} were skipped${count('skipped') > 0 ? `: ${steps.results.filter(({ outcome }) => outcome === 'skipped').map(({ name }) => name).join('; ')}` : ''}`)
process.exitCode = steps.exitCode

function usage(words: string): never {
  say(`test:e2e: ${words}`)
  process.exit(64)
}
