import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { chartFiles } from '../../deploy/chart.ts'
import { type KubeObject, kustomized } from '../../deploy/kustomize.ts'
import { rendered } from './helm.ts'

const files = chartFiles()
const defaults = parse(files['values.yaml'] ?? '') as Record<string, object>

const byKey = (objects: readonly KubeObject[]) => Object.fromEntries(objects.filter(({ kind }) => kind !== 'Namespace').map(object => [`${object.kind} ${object.metadata.namespace ?? ''}/${object.metadata.name}`, sorted(object)]))
/** Lists of named elements in the order of their names: which of two variables comes first says nothing. */
const sorted = (each: unknown): unknown => Array.isArray(each) ? each.map(sorted).sort((one, other) => nameOf(one).localeCompare(nameOf(other)))
  : typeof each === 'object' && each !== null ? Object.fromEntries(Object.entries(each).map(([key, inner]) => [key, sorted(inner)])) : each
const nameOf = (each: unknown): string => String((each as { name?: unknown } | null)?.name)
const chart = (values: object) => Object.entries(files).filter(([name]) => /^templates\/.*\.yaml$/.test(name)).flatMap(([, template]) => rendered(template, { ...defaults, ...values }))

const all = { api: { enabled: true, certManager: false }, monitoring: { enabled: true }, kubeEvents: { enabled: true } }

test.each<[string, object, string]>([
  ['with its default values', {}, 'overlays/cluster-wide'],
  ['with a list of namespaces', { namespaces: ['red'] }, 'overlays/per-namespace'],
  ['with every choice taken', all, 'overlays/everything'],
])('the chart %s is what Kustomize makes, but for the namespace, which Helm makes', (_how, values, overlay) => {
  expect(byKey(chart(values))).toEqual(byKey(kustomized(overlay)))
})

test('with cert-manager the certificate is its own, beside the same API', () => {
  const wanted = kustomized('components/api-tls', kustomized('components/api', kustomized('overlays/cluster-wide')))
  expect(byKey(chart({ api: { enabled: true, certManager: true } }))).toEqual(byKey(wanted))
})

test('an image is named once: what is pulled ahead, injected and let in follows', () => {
  const agent = 'registry.example/trenchscope/agent@sha256:1234'
  const objects = JSON.stringify(chart({ images: { agent, controller: 'registry.example/c:2' } }))
  expect([objects.split(agent).length - 1, objects.split('registry.example/c:2').length - 1, objects.includes('trenchscope/agent:')]).toEqual([3, 1, false])
})

test('each namespace gets a binding of its own, and nothing is bound in the whole cluster', () => {
  const bindings = chart({ namespaces: ['red', 'blue', '123'] }).filter(({ metadata }) => metadata.name === 'trenchscope-trenches' && 'namespace' in metadata)
  expect(bindings.map(({ kind, metadata }) => [kind, metadata.namespace])).toEqual([['RoleBinding', 'red'], ['RoleBinding', 'blue'], ['RoleBinding', '123']])
  expect(chart({ namespaces: ['red'] }).filter(({ kind, metadata }) => kind === 'ClusterRoleBinding' && metadata.name === 'trenchscope-trenches')).toEqual([])
})

test('helm renders the same objects, where helm is', context => {
  if (spawnSync('helm', ['version']).status !== 0) return context.skip('no helm on this machine')
  const folder = mkdtempSync(join(tmpdir(), 'trenchscope-chart-'))
  try {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true })
      writeFileSync(join(folder, name), content)
    }
    const flags = Object.keys(all).map(name => `--set=${name}.enabled=true`)
    const text = execFileSync('helm', ['template', 'trenchscope', folder, '--namespace', 'trenchscope', ...flags], { encoding: 'utf8' })
    expect(byKey(parseAllDocuments(text, { version: '1.1' }).map(document => document.toJS() as KubeObject))).toEqual(byKey(kustomized('overlays/everything')))
  } finally {
    rmSync(folder, { recursive: true })
  }
})
