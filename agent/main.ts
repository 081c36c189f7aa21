// The probe. What it does first is the order of product.md §3 and §4: give way to the pod when memory runs out, then say the key line, then load the rest.
import { generateKeyPairSync } from 'node:crypto'
import { writeFileSync, writeSync } from 'node:fs'

try {
  writeFileSync('/proc/self/oom_score_adj', '1000')
} catch {
  // not Linux, or a /proc of its own: nothing to give way to
}

process.once('SIGTERM', () => process.exit(0))

// run again long after the injection, by a kubelet that came back: nobody waits for it
if (Number(process.env['TRENCHSCOPE_START_BY']) <= Date.now() / 1000) process.exit(0)

const { publicKey, privateKey } = generateKeyPairSync('ed25519')
const version = process.env['TRENCHSCOPE_BUILD'] ?? 'dev'
const key = publicKey.export({ format: 'jwk' }).x
writeSync(1, `${JSON.stringify({ trenchscope: 1, key, session: process.env['TRENCHSCOPE_SESSION'], version })}\n`)

const fatal = (error: unknown): void => {
  try {
    writeSync(1, `${JSON.stringify({ trenchscope: 1, fatal: error instanceof Error ? error.stack : String(error) }).slice(0, 4096)}\n`)
  } catch {
    // nobody reads it
  }
}

// less memory: no optimising compilers, which would never pay, and nothing gathered for them. Not on the command line, where flags make V8 compile Node's own modules anew
for (const flag of ['--no-opt', '--no-maglev', '--invocation-count-for-feedback-allocation=1000000', '--optimize-for-size']) process.getBuiltinModule('node:v8').setFlagsFromString(flag)

import('./start.ts').then(({ start }) => start({ privateKey, key: Buffer.from(key!, 'base64url'), version, fatal })).catch(error => {
  fatal(error)
  process.exit(70)
})
