// Builds both images from this clone. usage: npm run images -- [--arch amd64|arm64] [--base IMAGE] [--nfqlb FILE | --nfqlb-image IMAGE] [--name PREFIX] [--with buildah|docker|podman]
import { execFileSync, spawnSync } from 'node:child_process'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import packageJson from '../package.json' with { type: 'json' }
import { type Architecture, layOut } from './context.ts'

const root = resolve(import.meta.dirname, '..')

export interface BuildOptions {
  readonly architecture: Architecture
  /** builder and its own options, e.g. `['buildah', '--root', dir]` */
  readonly builder: readonly string[]
  /** before the image's own name, e.g. `registry.example/trenchscope/` */
  readonly prefix: string
  readonly base?: string
  readonly nfqlbImage?: string
  /** further words of the builder's `build` */
  readonly extra?: readonly string[]
}

/** Runs the builder on what `layOut` laid out. @returns the names of the images. @throws {Error} when the builder fails */
export function buildImages({ architecture, builder, prefix, base, nfqlbImage, extra = [] }: BuildOptions): { readonly agent: string; readonly controller: string } {
  const [program = '', ...words] = builder
  const build = (file: string, name: string, given: Record<string, string | undefined>): string => {
    const image = `${prefix}${name}:${packageJson.version}`
    const all = { ARCH: architecture, BASE: base, ...given }
    const args = Object.entries(all).flatMap(([argument, value]) => (value === undefined ? [] : ['--build-arg', `${argument}=${value}`]))
    execFileSync(program, [...words, 'build', '--platform', `linux/${architecture}`, ...extra, ...args, '-f', join(root, file), '-t', image, root], { stdio: ['ignore', 'inherit', 'inherit'] })
    return image
  }
  return { agent: build('Dockerfile.agent', 'agent', { NFQLB: nfqlbImage }), controller: build('images/Dockerfile.controller', 'controller', {}) }
}

if (import.meta.main) {
  const { values } = parseArgs({ options: {
    arch: { type: 'string', default: process.arch === 'arm64' ? 'arm64' : 'amd64' }, base: { type: 'string' }, nfqlb: { type: 'string' }, 'nfqlb-image': { type: 'string' },
    name: { type: 'string', default: 'trenchscope/' }, with: { type: 'string' },
  } })
  const builder = values.with ?? ['docker', 'podman', 'buildah'].find(program => spawnSync(program, ['--version']).status === 0)
  if (builder === undefined) throw new Error('no docker, podman or buildah on this machine (Debian: apt-get install buildah)')
  if (values.arch !== 'amd64' && values.arch !== 'arm64') throw new Error(`--arch ${values.arch}: amd64 or arm64`)
  await layOut({ architecture: values.arch, ...(values.nfqlb !== undefined && { nfqlb: values.nfqlb }) })
  const images = buildImages({ architecture: values.arch, builder: [builder], prefix: values.name, ...(values.base !== undefined && { base: values.base }), ...(values['nfqlb-image'] !== undefined && { nfqlbImage: values['nfqlb-image'] }), ...(builder === 'buildah' && { extra: ['--timestamp', '0'] }) })
  process.stdout.write(`${images.agent}\n${images.controller}\n`)
}
