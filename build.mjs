// Makes what is not written by hand: the registries of facts and checks, and the probe's bundle. `node build.mjs` does all of it.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { build } from 'esbuild'

const root = import.meta.dirname

function generate() {
  const factFiles = sources('agent/facts')
  const facts = factFiles.flatMap(file => [...readFileSync(join(root, 'agent/facts', file), 'utf8').matchAll(/^export const (\w+) = defineFact\(/gm)].map(([, name]) => ({ file, name })))
  write('agent/facts/registry.gen.ts', [
    `import type { AnyFact } from './fact.ts'`,
    ...facts.map(({ file, name }) => `import { ${name} } from './${file}'`),
    '',
    '/** Every fact a probe can look at. Made by build.mjs. */',
    `export const facts: readonly AnyFact[] = [${facts.map(({ name }) => name).join(', ')}]`,
  ])
  for (const profile of readdirSync(join(root, 'controller/profiles'))) {
    const checks = sources(`controller/profiles/${profile}/checks`)
    write(`controller/profiles/${profile}/registry.gen.ts`, [
      `import type { AnyCheck } from '#judge/check.ts'`,
      ...checks.map(file => `import ${camel(file)} from './checks/${file}'`),
      '',
      '/** Every check of the profile, by id. Made by build.mjs. */',
      `export const checks: readonly AnyCheck[] = [${checks.map(camel).join(', ')}]`,
    ])
  }
}

async function bundleAgent() {
  mkdirSync(join(root, 'dist'), { recursive: true })
  const { metafile } = await build({
    entryPoints: [join(root, 'agent/main.ts')],
    outfile: join(root, 'dist/agent.cjs'),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node26',
    minify: true,
    metafile: true,
    legalComments: 'none',
    logLevel: 'warning',
    define: { 'process.env.TRENCHSCOPE_BUILD': JSON.stringify(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version) },
    absWorkingDir: root,
  })
  const foreign = Object.keys(metafile.inputs).filter(input => input.startsWith('controller/'))
  if (foreign.length > 0) throw new Error(`the probe's bundle must not hold controller code: ${foreign.join(', ')}`)
  writeFileSync(join(root, 'dist/agent.meta.json'), JSON.stringify(metafile))
}

const sources = folder => readdirSync(join(root, folder)).filter(file => file.endsWith('.ts') && !file.endsWith('.gen.ts')).sort()
const camel = file => basename(file, '.ts').replace(/-(\w)/g, (_, letter) => letter.toUpperCase())
const write = (file, lines) => writeFileSync(join(root, file), `${lines.join('\n')}\n`)

generate()
if (process.argv[2] !== 'registries') await bundleAgent()
