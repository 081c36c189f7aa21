import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { checks } from '#profiles/meridio/registry.gen.ts'
import { checksPage } from '../../controller/cli/checks-page.ts'

const page = readFileSync(join(import.meta.dirname, '../../docs/checks.md'), 'utf8')

test('docs/checks.md says what the checks say (`node build.mjs docs` writes it)', () => {
  expect(page).toBe(checksPage(checks))
})

test('every check stands on the page once, with its severity', () => {
  const told = [...page.matchAll(/^### (\S+)\n\n\*\*(\w+)\.\*\*/gm)].map(([, id, severity]) => `${id} ${severity}`)
  expect(told.sort()).toEqual(checks.map(({ id, severity }) => `${id} ${severity}`).sort())
})

test('a catalogue number leads to the checks that carry it', () => {
  expect(page).toContain('- L23: [vip-not-queued](#vip-not-queued)\n')
  expect(page).toContain('- L11: [vip-not-announced](#vip-not-announced)\n')
})

test('every explained check exists', () => {
  const ids = new Set(checks.map(({ id }) => id))
  expect(checks.flatMap(check => (check.explains ?? []).filter(id => !ids.has(id)).map(id => `${check.id} → ${id}`))).toEqual([])
})
