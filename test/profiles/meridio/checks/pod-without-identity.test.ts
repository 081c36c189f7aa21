import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/pod-without-identity.ts'
import { say, shortNames, type World } from '../recorded-trench.ts'

const label = (meant: (pod: string) => boolean, value?: string): World => ({
  kube: objects => {
    for (const { metadata } of objects['pods'] ?? []) if (metadata.labels && meant(shortNames[metadata.name] ?? '')) Object.assign(metadata.labels, { 'spiffe.io/spiffe-id': value })
  },
})

test('every pod of a healthy trench has the label', async () => {
  expect(await say(check)).toEqual([])
})

test('a target lacks it, or has another value', async () => {
  expect(await say(check, label(pod => pod === 'tg-1'))).toEqual(['red: red/tg-1 has no label spiffe.io/spiffe-id "true"'])
  expect(await say(check, label(pod => pod === 'tg-1', 'yes'))).toEqual(['red: red/tg-1 has no label spiffe.io/spiffe-id "true" but "yes"'])
})

test('where no pod has it, Spire goes by something else', async () => {
  expect(await say(check, label(() => true))).toEqual(['red: not-applicable: no pod of the trench has the label: Spire registers by other selectors here'])
})
