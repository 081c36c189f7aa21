import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { generate } from '../../proto/generate.ts'

// the generator reads its own comments back to make types, which takes seconds
test('the committed code is what the generator makes of probe.proto', async () => {
  const fresh = mkdtempSync(join(tmpdir(), 'trenchscope-proto-'))
  onTestFinished(() => rmSync(fresh, { recursive: true }))
  await generate(fresh)
  const committed = join(import.meta.dirname, '../../proto')
  for (const file of ['probe.gen.js', 'probe.gen.d.ts']) {
    expect(readFileSync(join(fresh, file), 'utf8') === readFileSync(join(committed, file), 'utf8'), `${file}: run node proto/generate.ts`).toBe(true)
  }
}, 120_000)
