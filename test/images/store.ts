import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What an image says of itself, as far as a runtime uses it. */
export interface ImageConfig {
  readonly entrypoint: readonly string[]
  readonly command: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly user: string
}

/** Images of this run only, in a directory of their own: nothing of the machine's images is seen or touched. */
export interface ImageStore {
  /** words that start buildah on this store */
  readonly builder: readonly string[]
  /** options of `build` that make it work inside a container and give the same image each time */
  readonly buildOptions: readonly string[]
  /** Makes a Debian without any registry and imports it. @returns its name */
  bootstrapBase(): string
  build(name: string, dockerfile: string, context: string, args: Readonly<Record<string, string>>): string
  idOf(image: string): string
  /** of all layers, in 10^6 bytes */
  megabytesOf(image: string): number
  configOf(image: string): ImageConfig
  /** the image's files, until `close` */
  rootfsOf(image: string): string
  close(): void
}

/** Why images cannot be built here, or undefined. Installs buildah and debootstrap from Debian where it may. */
export function missingTools(): string | undefined {
  const missing = ['buildah', 'debootstrap'].filter(tool => spawnSync('sh', ['-c', `command -v ${tool}`]).status !== 0)
  if (missing.length === 0) return process.getuid?.() === 0 ? undefined : 'building images and running them in namespaces needs root'
  if (process.getuid?.() !== 0 || spawnSync('sh', ['-c', 'command -v apt-get']).status !== 0) return `${missing.join(' and ')} not found, and only root on Debian may install them`
  process.stderr.write(`installing from Debian: ${missing.join(', ')}\n`)
  const { status, stderr } = spawnSync('sh', ['-c', `apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends ${missing.join(' ')}`], { encoding: 'utf8' })
  return status === 0 ? undefined : `apt-get could not install ${missing.join(' and ')}: ${stderr.trim().split('\n').at(-1)}`
}

export function openImageStore(): ImageStore {
  const dir = mkdtempSync(join(tmpdir(), 'trenchscope-images-'))
  const builder = ['buildah', '--root', join(dir, 'store'), '--runroot', join(dir, 'run'), '--storage-driver', 'vfs']
  const buildOptions = ['--isolation', 'chroot', '--timestamp', '0', '--pull=never']
  const buildah = (...words: string[]): string => execFileSync(builder[0] ?? '', [...builder.slice(1), ...words], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: 64 << 20 }).trim()
  return {
    builder, buildOptions,
    bootstrapBase: () => {
      const root = join(dir, 'base')
      execFileSync('debootstrap', ['--variant=minbase', 'bookworm', root], { stdio: ['ignore', 'ignore', 'inherit'] })
      const context = join(dir, 'base-context')
      mkdirSync(context)
      execFileSync('tar', ['-C', root, '--sort=name', '-cf', join(context, 'base.tar'), '.'])
      writeFileSync(join(context, 'Dockerfile'), 'FROM scratch\nADD base.tar /\n')
      buildah('build', ...buildOptions, '-t', 'localhost/base', context)
      for (const used of [root, context]) rmSync(used, { recursive: true })
      return 'localhost/base'
    },
    build: (name, dockerfile, context, args) => {
      buildah('build', ...buildOptions, ...Object.entries(args).flatMap(([argument, value]) => ['--build-arg', `${argument}=${value}`]), '-f', dockerfile, '-t', name, context)
      return name
    },
    idOf: image => buildah('images', '--no-trunc', '--quiet', image),
    megabytesOf: image => {
      const [{ size } = { size: '' }] = JSON.parse(buildah('images', '--json', image)) as { size: string }[]
      const [, digits, unit] = /^([\d.]+) (MB|GB)$/.exec(size) ?? []
      if (digits === undefined) throw new Error(`the size of ${image} is not known: ${size}`)
      return Math.round(Number(digits) * (unit === 'GB' ? 1000 : 1))
    },
    configOf: image => {
      const { OCIv1 } = JSON.parse(buildah('inspect', '--type', 'image', image)) as { OCIv1: { config: { Entrypoint?: string[]; Cmd?: string[]; Env?: string[]; User?: string } } }
      const { Entrypoint = [], Cmd = [], Env = [], User = '' } = OCIv1.config
      return { entrypoint: Entrypoint, command: Cmd, user: User, env: Object.fromEntries(Env.map(entry => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)])) }
    },
    rootfsOf: image => buildah('mount', buildah('from', '--pull=never', image)),
    close: () => {
      spawnSync(builder[0] ?? '', [...builder.slice(1), 'rm', '--all'], { stdio: 'ignore' })
      rmSync(dir, { recursive: true, force: true })
    },
  }
}
