import { cpSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { build, type Plugin } from 'esbuild'

const root = resolve(import.meta.dirname, '..')
const beside = /new URL\('(\.\/[\w/-]+)\.ts', import\.meta\.url\)/g

export interface Bundle {
  /** in the bundle's folder */
  readonly files: readonly string[]
  /** what went in, from the repository's root */
  readonly inputs: readonly string[]
  /** what `cli.mjs` reads before it knows its command */
  readonly atOnce: readonly string[]
}

/** The command line as the image ships it, controller included. Nothing of the probe's own code, of tests or of the lab is in it. */
export const bundleController = (dir = join(root, 'dist/controller')): Promise<Bundle> => bundle('bin/shipped.ts', dir, { minify: true })

/** The command line of this clone, which starts in a tenth of the time of its source; the lab stays source. */
export const bundleCommandLine = (dir = join(root, 'dist/cli')): Promise<Bundle> => bundle('bin/cli.ts', dir, { minify: false })

/** `cli.mjs` in `dir`, what it loads when it needs it, and one file for each program that a module starts beside itself (worker threads). */
async function bundle(entry: string, dir: string, { minify }: { readonly minify: boolean }): Promise<Bundle> {
  rmSync(dir, { recursive: true, force: true })
  const workers = sourcesBelow(join(root, 'controller')).flatMap(file => [...readFileSync(file, 'utf8').matchAll(beside)].map(([, path]) => resolve(dirname(file), `${path}.ts`)))
  const { metafile } = await build({
    entryPoints: [{ in: join(root, entry), out: 'cli' }, ...workers.map(file => ({ in: file, out: outOf(file) }))],
    outdir: dir, outExtension: { '.js': '.mjs' },
    bundle: true, splitting: true, platform: 'node', format: 'esm', target: 'node26', minify, metafile: true, legalComments: 'none', logLevel: 'warning', absWorkingDir: root,
    // CommonJS packages in an ES module ask for Node's own modules
    banner: { js: `import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);` },
    plugins: [programsBeside, kubeconfigAlone, labStaysSource(dir)],
  })
  const pages = join(root, 'controller/ui')
  if (existsSync(pages)) cpSync(pages, join(dir, 'ui'), { recursive: true })
  const outputOf = (file: string) => metafile.outputs[relative(root, join(dir, file))]
  const atOnce = new Set(['cli.mjs'])
  for (const file of atOnce) for (const { path, kind, external } of outputOf(file)?.imports ?? []) if (kind === 'import-statement' && !external) atOnce.add(relative(dir, resolve(root, path)))
  return { files: Object.keys(metafile.outputs).map(file => relative(dir, resolve(root, file))), inputs: Object.keys(metafile.inputs), atOnce: [...atOnce].flatMap(file => Object.keys(outputOf(file)?.inputs ?? {})) }
}

/** In the bundle all files lie in one folder, under other names. */
const programsBeside: Plugin = {
  name: 'programs-beside',
  setup: ({ onLoad }) => onLoad({ filter: /\/controller\/.*\.ts$/ }, ({ path }) => ({
    loader: 'ts',
    contents: readFileSync(path, 'utf8').replace(beside, (_, name: string) => `new URL('./${outOf(resolve(dirname(path), `${name}.ts`))}.mjs', import.meta.url)`),
  })),
}

/** Of @kubernetes/client-node only what reads kubeconfigs is used; its generated API, ten times as much, would be read at each start. */
const kubeconfigAlone: Plugin = {
  name: 'kubeconfig-alone',
  setup({ onLoad, onResolve }) {
    onResolve({ filter: /^@kubernetes\/client-node$/ }, () => ({ path: join(root, 'node_modules/@kubernetes/client-node/dist/config.js') }))
    onLoad({ filter: /\/@kubernetes\/client-node\/dist\/gen\/index\.js$/ }, () => ({ contents: `export const ServerConfiguration = undefined, createConfiguration = () => { throw new Error('the generated API is not in the bundle') }` }))
  },
}

const labStaysSource = (dir: string): Plugin => ({
  name: 'lab-stays-source',
  setup: ({ onResolve }) => onResolve({ filter: /\/test\/lab\/cli\.ts$/ }, () => ({ path: relative(dir, join(root, 'test/lab/cli.ts')), external: true })),
})

const outOf = (file: string): string => `${basename(dirname(file))}-${basename(file, '.ts')}`

function sourcesBelow(dir: string): string[] {
  return readdirSync(dir, { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.ts')).map(name => join(dir, name))
}
