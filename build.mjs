// Makes what is not written by hand: the registries of facts and checks, and the bundles of probe, client and command line. `node build.mjs` does all of it; `node build.mjs docs` writes docs/checks.md and docs/catalogue.md.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { build } from 'esbuild'

const root = import.meta.dirname

function generate() {
  const factFiles = sources('agent/facts')
  const facts = factFiles.flatMap(file => [...readFileSync(join(root, 'agent/facts', file), 'utf8').matchAll(/^export const (\w+) = (?:defineFact|transcript)\(/gm)].map(([, name]) => ({ file, name })))
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
    plugins: [onlyWhatTheProbeUses, onlyTheProbesWay],
  })
  const foreign = Object.keys(metafile.inputs).filter(input => input.startsWith('controller/'))
  if (foreign.length > 0) throw new Error(`the probe's bundle must not hold controller code: ${foreign.join(', ')}`)
  writeFileSync(join(root, 'dist/agent.meta.json'), JSON.stringify(metafile))
}

/**
 * A quarter of the bundle would be code that cannot run in the probe: ws's server, execa's synchronous, piping, IPC and verbose parts and its Windows
 * lookup, 64-bit integers nobody sends, floats as browsers without DataView have them. What stands in for such a module does nothing or fails at once; the end-to-end tests run this very bundle.
 */
const onlyWhatTheProbeUses = {
  name: 'only-what-the-probe-uses',
  setup(build) {
    const module = path => JSON.stringify(join(root, 'node_modules', path))
    const never = name => `() => { throw new Error('${name} is not in the bundle') }`
    const contents = {
      execa: `import { execaCoreAsync } from ${module('execa/lib/methods/main-async.js')}
        export const execa = (file, args, options) => execaCoreAsync(file, args, options, () => execa)`,
      ws: `export { default as WebSocket } from ${module('ws/lib/websocket.js')}`,
      long: 'export default null',
      'cross-spawn': 'export default { _parse: (command, args, options) => ({ command, args, options }) }',
      'human-signals': 'export const signalsByName = new Proxy({}, { get: (_, name) => ({ description: name }) })',
      figures: 'export default {}',
      'pretty-ms': `export default ${never('pretty-ms')}`,
      yoctocolors: 'export const bold = String, gray = String, red = String, redBright = String, yellowBright = String',
      '@sindresorhus/merge-streams': `export default ${never('merge-streams')}`,
      'signal-exit': `export const onExit = ${never('signal-exit')}`,
      './permessage-deflate': `module.exports = class { static extensionName = 'permessage-deflate' }`,
      '../pipe/setup.js': `export const pipeToSubprocess = ${never('pipe')}`,
      '../convert/add.js': 'export const addConvertedStreams = () => {}',
      '../ipc/methods.js': 'export const addIpcMethods = () => {}',
      '../ipc/buffer-messages.js': 'export const waitForIpcOutput = async () => {}, getBufferedIpcOutput = async (_, output) => output',
      '../ipc/graceful.js': `export const sendAbort = ${never('ipc')}`,
      './float': `const view = bytes => new DataView(bytes.buffer, bytes.byteOffset)
        exports.readDoubleLE = (bytes, at) => view(bytes).getFloat64(at, true)
        exports.writeDoubleLE = (value, bytes, at) => view(bytes).setFloat64(at, value, true)`,
      './longbits': 'module.exports = class { static _configure() {} }',
    }
    const names = Object.keys(contents).map(name => name.replace(/[-/.]/g, '\\$&')).join('|')
    build.onResolve({ filter: new RegExp(`^(?:${names})$`) }, ({ path, importer }) => (path.startsWith('.') && !/\/(?:(?:execa|ws)\/lib|protobufjs\/src\/util)\//.test(importer) ? undefined : { path, namespace: 'stand-in' }))
    build.onLoad({ filter: /.*/, namespace: 'stand-in' }, ({ path }) => ({ contents: contents[path], resolveDir: root }))
  },
}

/** Of the messages that travel one way only, the code for the other way: a third of all. One that comes the wrong way is read as an empty one, which ends the session as well. */
const onlyTheProbesWay = {
  name: 'only-the-probes-way',
  setup(build) {
    const sent = ['Hello', 'FactVersion', 'Proof', 'Record', 'Observation', 'Failure', 'Done', 'Pong', 'Cost', 'Log', 'StreamData', 'Counters']
    const read = ['Challenge', 'Welcome', 'Lease', 'Successor', 'Ask', 'Want', 'Cancel', 'Ping', 'StreamOpen', 'StreamWindow']
    const never = [...sent.map(name => [name, 'decode', `(reader, length) => { reader.skip(length); return new ${name}() }`]), ...read.map(name => [name, 'encode', 'null'])]
    build.onLoad({ filter: /probe\.gen\.js$/ }, ({ path }) => ({
      contents: never.reduce((code, [name, way, instead]) => {
        const written = new RegExp(`^( +)${name}\\.${way} = function .*?^\\1};$`, 'ms')
        if (!written.test(code)) throw new Error(`${path} has no ${name}.${way}`)
        return code.replace(written, `${name}.${way} = ${instead};`)
      }, readFileSync(path, 'utf8')),
    }))
  },
}

/** For programs of others, in Node and in browsers: the typed client, alone. */
async function bundleClient() {
  await build({ entryPoints: [join(root, 'controller/api/client.ts')], outfile: join(root, 'dist/client.mjs'), bundle: true, platform: 'neutral', format: 'esm', target: 'es2022', legalComments: 'none', logLevel: 'warning' })
}

/** Where Node cannot read TypeScript the command line runs from its source, with the Node of the lock file. */
async function bundleCommandLine() {
  if (process.features.typescript) await (await import('./images/bundle.ts')).bundleCommandLine()
}

const sources = folder => readdirSync(join(root, folder)).filter(file => file.endsWith('.ts') && !file.endsWith('.gen.ts')).sort()
const camel = file => basename(file, '.ts').replace(/-(\w)/g, (_, letter) => letter.toUpperCase())
const write = (file, lines) => writeFileSync(join(root, file), `${lines.join('\n')}\n`)

async function writeDocs() {
  const [{ checksPage }, { cataloguePage }, { catalogue }, { checks }] = await Promise.all(['cli/checks-page.ts', 'cli/catalogue-page.ts', 'profiles/meridio/catalogue.ts', 'profiles/meridio/registry.gen.ts'].map(file => import(`./controller/${file}`)))
  writeFileSync(join(root, 'docs/checks.md'), checksPage(checks))
  writeFileSync(join(root, 'docs/catalogue.md'), cataloguePage(catalogue, checks))
}

generate()
if (process.argv[2] === 'docs') await writeDocs()
else if (process.argv[2] !== 'registries') await Promise.all([bundleAgent(), bundleClient(), bundleCommandLine()])
