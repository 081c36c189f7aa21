import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '..')
const aliases: Record<string, string> = { '#parsers/': 'agent/parsers/', '#facts/': 'agent/facts/', '#judge/': 'controller/judge/', '#profiles/': 'controller/profiles/', '#proto/': 'proto/' }

/** What each folder may import besides itself; the longest matching folder counts. Parsers import only parsers. */
const layers: Record<string, readonly string[]> = {
  'agent/parsers': [],
  'agent/facts': ['agent/parsers'],
  'agent/captures': ['agent/facts', 'agent/parsers'],
  agent: ['agent/parsers', 'agent/facts', 'agent/captures', 'proto'],
  // the wire carries observations and records as the facts define them
  proto: ['agent/facts'],
  'controller/log.ts': [],
  'controller/replace-file.ts': [],
  'controller/x509.ts': [],
  'controller/judge': ['agent/facts'],
  'controller/profiles': ['controller/judge', 'agent/facts', 'agent/parsers'],
  'controller/cluster': ['controller/judge', 'controller/log.ts', 'controller/replace-file.ts', 'agent/facts'],
  // keeps what a sweep reports and saw
  'controller/store': ['controller/sweep', 'controller/judge', 'controller/log.ts', 'agent/facts'],
  // when sweeps run, and what they tell while they do
  'controller/schedule': ['controller/sweep', 'controller/store', 'controller/judge', 'controller/log.ts'],
  'controller/link': ['proto', 'controller/log.ts', 'controller/replace-file.ts', 'controller/x509.ts', 'agent/facts'],
  // what keeps a long-lived controller and its probes in order
  'controller/upkeep': ['controller/cluster', 'controller/link', 'controller/log.ts'],
  'controller/sweep': ['controller/judge', 'controller/link', 'controller/cluster', 'controller/log.ts', 'agent/facts'],
  'controller/trace': ['controller/log.ts', 'controller/replace-file.ts', 'controller/judge', 'controller/link', 'controller/cluster', 'controller/store', 'agent/facts', 'proto'],
  'controller/api': ['controller/schedule', 'controller/sweep', 'controller/trace', 'controller/judge', 'controller/store', 'controller/cluster', 'controller/log.ts', 'controller/replace-file.ts', 'controller/x509.ts', 'agent/facts'],
  'controller/cli': ['controller/api', 'controller/schedule', 'controller/store', 'controller/sweep', 'controller/judge', 'controller/profiles'],
  controller: ['controller/log.ts', 'controller/x509.ts', 'controller/upkeep', 'controller/api', 'controller/schedule', 'controller/sweep', 'controller/trace', 'controller/cluster', 'controller/link', 'controller/store', 'controller/judge', 'controller/profiles', 'agent/facts'],
}

/** Each package has one door: files (or a folder) that may import it. */
const owners: Record<string, readonly string[]> = {
  execa: ['agent/run/spawn.ts', 'agent/run.ts'],
  ws: ['agent/dial.ts', 'controller/link', 'controller/api/sockets.ts'],
  '@kubernetes/client-node': ['controller/cluster'],
  '@peculiar/asn1-schema': ['controller/x509.ts'],
  '@peculiar/asn1-x509': ['controller/x509.ts'],
  undici: ['controller/cluster'],
  protobufjs: ['proto'],
  'protobufjs-cli': ['proto/generate.ts'],
  pino: ['controller/log.ts'],
  fastify: ['controller/api'],
  '@fastify/swagger': ['controller/api'],
  croner: ['controller/schedule'],
  commander: ['controller/cli'],
  yaml: ['controller/profiles/meridio/facts/config-map.ts', 'controller/cli/output.ts', 'controller/cluster/kubeconfig.ts'],
}

const files = ['agent', 'controller', 'proto'].flatMap(sourcesBelow)
const imports = new Map(files.map(file => [file, importsOf(file)]))

test('arrows point one way: no folder imports what stands above it', () => {
  const wrong = files.flatMap(file => local(file).filter(target => !allowed(file, target)).map(target => `${file} → ${target}`))
  expect(wrong).toEqual([])
})

test('no module imports itself through others', () => {
  expect(cycles()).toEqual([])
})

test('every package has one owner', () => {
  const wrong = files.flatMap(file => packages(file).filter(name => !(owners[name] ?? []).some(owner => file.startsWith(owner))).map(name => `${file} → ${name}`))
  expect(wrong).toEqual([])
})

test('parsers import nothing from outside', () => {
  expect(files.filter(file => file.startsWith('agent/parsers/')).flatMap(file => [...(imports.get(file) ?? [])].filter(name => !name.startsWith('./') && !name.startsWith('#parsers/')))).toEqual([])
})

test('a profile never imports another', () => {
  const profile = (file: string) => file.split('/')[2]
  expect(files.filter(file => file.startsWith('controller/profiles/')).flatMap(file => local(file).filter(target => target.startsWith('controller/profiles/') && profile(target) !== profile(file)))).toEqual([])
})

test('no hand-written file is over 250 lines', () => {
  const all = [...files, ...['test', 'bin'].flatMap(sourcesBelow)]
  expect(all.filter(file => !file.includes('.gen.')).map(file => [file, readFileSync(join(root, file), 'utf8').split('\n').length - 1] as const).filter(([, lines]) => lines > 250)).toEqual([])
})

test('no test is skipped and no work is left marked without an owner', () => {
  const marks = new RegExp(['\\bTO', 'DO\\b|\\bFIX', 'ME\\b|\\b(?:it|test|describe)\\.sk', 'ip\\b|\\.on', 'ly\\('].join(''))
  const all = [...files, ...['test', 'bin'].flatMap(sourcesBelow)].filter(file => file !== 'test/architecture.test.ts')
  expect(all.filter(file => marks.test(readFileSync(join(root, file), 'utf8')))).toEqual([])
})

function sourcesBelow(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && /\.(ts|js|mjs|py)$/.test(entry.name) && !entry.name.endsWith('.d.ts'))
    .map(entry => relative(root, join(entry.parentPath, entry.name)))
    .filter(file => !file.startsWith('test/fixtures/'))
}

function importsOf(file: string): Set<string> {
  const text = readFileSync(join(root, file), 'utf8')
  return new Set([...text.matchAll(/^(?:import|export)\b[^'"]*?from\s+['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)|^import\s+['"]([^'"]+)['"]/gm)].map(([, a, b, c]) => a ?? b ?? c ?? ''))
}

function local(file: string): string[] {
  return [...(imports.get(file) ?? [])].flatMap(name => {
    if (name.startsWith('.')) return [relative(root, resolve(root, dirname(file), name))]
    const alias = Object.keys(aliases).find(prefix => name.startsWith(prefix))
    return alias ? [name.replace(alias, aliases[alias] ?? '')] : []
  })
}

function packages(file: string): string[] {
  return [...(imports.get(file) ?? [])].filter(name => !name.startsWith('.') && !name.startsWith('#') && !name.startsWith('node:')).map(name => name.split('/').slice(0, name.startsWith('@') ? 2 : 1).join('/'))
}

function folderOf(file: string): string {
  return Object.keys(layers).filter(folder => file === folder || file.startsWith(`${folder}/`)).sort((a, b) => b.length - a.length)[0] ?? ''
}

function allowed(file: string, target: string): boolean {
  const from = folderOf(file)
  const to = folderOf(target)
  return from === to || to === '' || (layers[from] ?? []).includes(to)
}

function cycles(): string[] {
  const state = new Map<string, 'open' | 'done'>()
  const found: string[] = []
  const visit = (file: string, path: readonly string[]): void => {
    if (state.get(file) === 'done' || !imports.has(file)) return
    if (state.get(file) === 'open') {
      found.push([...path.slice(path.indexOf(file)), file].join(' → '))
      return
    }
    state.set(file, 'open')
    for (const target of local(file)) visit(target, [...path, file])
    state.set(file, 'done')
  }
  for (const file of files) visit(file, [])
  return found
}
