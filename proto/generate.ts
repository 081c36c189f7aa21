import { readFileSync, writeFileSync } from 'node:fs'
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
  const code = join(folder, 'probe.gen.js')
  writeFileSync(code, withoutUnknownFields(readFileSync(code, 'utf8')))
}

/** Fields this side does not know are ignored, not kept to be written again: a tenth of the code, and memory a peer could fill. @throws when the generator writes it otherwise */
function withoutUnknownFields(code: string): string {
  const keeping = /^ *if \(!reader\.discardUnknown\) \{\n(?:.*\n){2} *\}\n/gm
  const writing = /^ *if \(message\.\$unknowns != null .*\n(?:.*\n){2}/gm
  const messages = code.match(/\.decode = function/g)?.length
  if (code.match(keeping)?.length !== messages || code.match(writing)?.length !== messages) throw new Error('the generated code keeps unknown fields in another way than expected')
  return code.replace(keeping, '').replace(writing, '')
}

if (import.meta.main) await generate()
