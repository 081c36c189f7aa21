import { startKubelet } from './kubelet.ts'

/** Runs a kubelet-lite in a process of its own, so that a test can kill it: `run-alone.ts '{ apiserver, node, images, sandbox }'`. */
const { sandbox, ...options } = JSON.parse(process.argv[2] ?? '{}')
await startKubelet({ ...options, sandboxOf: () => sandbox })
