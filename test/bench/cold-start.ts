import { spawn, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '../..')
const flags = JSON.parse(readFileSync(join(root, 'images/probe-node-flags.json'), 'utf8')) as string[]

/** Starts the bundle as the image does and takes the time to its key line, in ms; it has nobody to connect to. @throws {Error} when it ends without one */
export function firstLineMs(): Promise<number> {
  const startedAt = performance.now()
  const child = spawn(process.execPath, [...flags, join(root, 'dist/agent.cjs')], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      TRENCHSCOPE_CONTROLLERS: '127.0.0.1:9', TRENCHSCOPE_PINS: 'A'.repeat(43), TRENCHSCOPE_SESSION: 'A'.repeat(22), TRENCHSCOPE_START_BY: String(Math.floor(Date.now() / 1000) + 600),
      TRENCHSCOPE_POD_UID: 'bench', TRENCHSCOPE_POD: 'bench/bench', TRENCHSCOPE_CONTAINER: 'trenchscope-0001',
    },
  })
  return new Promise((resolve, reject) => {
    child.stdout.once('data', () => {
      resolve(performance.now() - startedAt)
      child.kill('SIGKILL')
    })
    child.once('exit', code => reject(new Error(`the probe ended with ${code} before its first line`)))
  })
}

/** What the machine needs for a Node that does nothing, in ms: what the rest is held against. */
export function emptyNodeMs(): number {
  const startedAt = performance.now()
  spawnSync(process.execPath, [...flags, '-e', '0'])
  return performance.now() - startedAt
}
