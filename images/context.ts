import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { bundleController } from './bundle.ts'

export type Architecture = 'amd64' | 'arm64'

const root = resolve(import.meta.dirname, '..')
const npmNames = { amd64: 'x64', arm64: 'arm64' } as const

/** Lays out in dist/ what the Dockerfiles copy: the bundles, and below dist/images/ARCH the locked Node and, where given, an nfqlb. @throws {Error} when the Node package is not the locked one */
export async function layOut({ architecture, nfqlb }: { readonly architecture: Architecture; readonly nfqlb?: string }): Promise<void> {
  execFileSync(process.execPath, [join(root, 'build.mjs')], { stdio: 'inherit' })
  await bundleController()
  const dir = join(root, 'dist/images', architecture)
  rmSync(dir, { recursive: true, force: true })
  mkdirSync(dir, { recursive: true })
  layNode(architecture, join(dir, 'node'))
  if (nfqlb) copyFileSync(nfqlb, join(dir, 'nfqlb'))
}

/** npm installs the Node of this machine's architecture only; another one is packed by npm and held to the lock file's hash. */
function layNode(architecture: Architecture, to: string): void {
  const name = `node-linux-${npmNames[architecture]}`
  const installed = join(root, 'node_modules', name, 'bin/node')
  if (existsSync(installed)) return copyFileSync(installed, to)
  const locked = (JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as { packages: Record<string, { version: string; integrity: string }> }).packages[`node_modules/${name}`]
  if (!locked) throw new Error(`package-lock.json does not know ${name}`)
  const scratch = mkdtempSync(join(tmpdir(), 'trenchscope-node-'))
  try {
    execFileSync('npm', ['pack', '--silent', `${name}@${locked.version}`], { cwd: scratch, stdio: ['ignore', 'ignore', 'inherit'] })
    const packed = join(scratch, `${name}-${locked.version}.tgz`)
    const integrity = `sha512-${createHash('sha512').update(readFileSync(packed)).digest('base64')}`
    if (integrity !== locked.integrity) throw new Error(`${name}@${locked.version} is not what package-lock.json locked: ${integrity}`)
    execFileSync('tar', ['-xzf', packed, '-C', scratch, 'package/bin/node'])
    copyFileSync(join(scratch, 'package/bin/node'), to)
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}
