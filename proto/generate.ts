import { join } from 'node:path'
import { promisify } from 'node:util'
import pbjs from 'protobufjs-cli/pbjs.js'

const options = ['--target', 'static-module', '--wrap', 'esm', '--root', 'trenchscope', '--force-number', '--no-create', '--no-verify', '--no-convert', '--no-delimited', '--no-typeurl', '--no-service']

/** Makes probe.gen.js and probe.gen.d.ts of probe/v1/probe.proto. `node proto/generate.ts` does it in place. */
export async function generate(folder: string = import.meta.dirname): Promise<void> {
  const run = promisify(pbjs.main)
  const files = ['--out', join(folder, 'probe.gen.js'), join(import.meta.dirname, 'probe/v1/probe.proto')]
  // the types are made of the comments of the code, which the committed code then does without
  await run([...options, '--dts', ...files])
  await run([...options, '--no-comments', ...files])
}

if (import.meta.main) await generate()
