import { cpSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { build, type Plugin } from 'esbuild'

const root = resolve(import.meta.dirname, '..')
const beside = /new URL\('(\.\/[\w/-]+)\.ts', import\.meta\.url\)/g

/**
 * Bundles the shipped command line, controller included, into `dir`: `cli.mjs`, and one file for each program that a module starts beside itself (worker threads).
 * Nothing of the probe's own code, of tests or of the lab is in it.
 */
export async function bundleController(dir = join(root, 'dist/controller')): Promise<{ readonly files: readonly string[]; readonly inputs: readonly string[] }> {
  rmSync(dir, { recursive: true, force: true })
  const workers = sourcesBelow(join(root, 'controller')).flatMap(file => [...readFileSync(file, 'utf8').matchAll(beside)].map(([, path]) => resolve(dirname(file), `${path}.ts`)))
  const { metafile } = await build({
    entryPoints: [{ in: join(root, 'bin/shipped.ts'), out: 'cli' }, ...workers.map(file => ({ in: file, out: outOf(file) }))],
    outdir: dir, outExtension: { '.js': '.mjs' },
    bundle: true, platform: 'node', format: 'esm', target: 'node26', minify: true, metafile: true, legalComments: 'none', logLevel: 'warning', absWorkingDir: root,
    // CommonJS packages in an ES module ask for Node's own modules
    banner: { js: `import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);` },
    plugins: [programsBeside],
  })
  const pages = join(root, 'controller/ui')
  if (existsSync(pages)) cpSync(pages, join(dir, 'ui'), { recursive: true })
  return { files: Object.keys(metafile.outputs).map(file => relative(dir, resolve(root, file))), inputs: Object.keys(metafile.inputs) }
}

/** In the bundle all files lie in one folder, under other names. */
const programsBeside: Plugin = {
  name: 'programs-beside',
  setup: ({ onLoad }) => onLoad({ filter: /\/controller\/.*\.ts$/ }, ({ path }) => ({
    loader: 'ts',
    contents: readFileSync(path, 'utf8').replace(beside, (_, name: string) => `new URL('./${outOf(resolve(dirname(path), `${name}.ts`))}.mjs', import.meta.url)`),
  })),
}

const outOf = (file: string): string => `${basename(dirname(file))}-${basename(file, '.ts')}`

function sourcesBelow(dir: string): string[] {
  return readdirSync(dir, { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.ts')).map(name => join(dir, name))
}
