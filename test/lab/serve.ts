// Serves the lab of this machine until it is told to end: by SIGTERM or SIGINT, or when the process that started it goes. Tells its parent `ready`, or why not.
import { startLab } from './lab.ts'
import { currentLab, forgetLab, noteLab } from './current.ts'
import { shapeNamed } from './trench/shapes.ts'
import { measuredLatencies } from './kubelet/options.ts'

const tell = (message: object) => process.connected && process.send?.(message)
const attached = process.argv.includes('--attached')
const shape = process.argv.find(word => word.startsWith('--shape='))?.slice('--shape='.length) ?? 'standard'

const other = currentLab()
if (other) {
  tell({ failed: `a lab runs already (process ${other.pid}): npx trenchscope lab down ends it` })
  process.exit(1)
}
let ending = false
const lab = await startLab({ kubeletLatencies: measuredLatencies, shape: shapeNamed(shape) }).catch((error: Error) => {
  tell({ failed: error.message })
  process.exit(1)
})
const end = async () => {
  if (ending) return
  ending = true
  forgetLab()
  await lab.close()
  process.exit(0)
}
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => void end())
if (attached) process.on('disconnect', () => void end())
try {
  tell({ step: 'namespaces, processes and API server are up; waiting for BGP and traffic' })
  await lab.trench.waitHealthy({ timeoutMs: 60_000 })
  const current = { pid: process.pid, dir: lab.trench.dir, kubeconfig: lab.kubeconfig, linkListen: lab.linkListen, linkAdvertise: lab.linkAdvertise }
  noteLab(current)
  tell({ ready: current })
  if (!attached) process.disconnect?.()
} catch (error) {
  tell({ failed: (error as Error).message })
  await end()
}
