// Makes a Helm chart of the Kustomize files, so that there is one source. usage: node deploy/chart.ts [FOLDER, default dist/chart/trenchscope]
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { stringify } from 'yaml'
import packageJson from '../package.json' with { type: 'json' }
import { type KubeObject, kustomized } from './kustomize.ts'

/** What a component of deploy/components adds, and the value that asks for it. */
const choices = { 'api.enabled': 'components/api', 'api.certManager': 'components/api-tls', 'monitoring.enabled': 'components/monitoring', 'kubeEvents.enabled': 'components/kube-events' } as const

/** A value written into a field: stands in the YAML as a word, and becomes `{{ … }}` once it is text. */
const value = (expression: string): string => `__VALUE ${expression} END__`
const block = (action: string): string => `__BLOCK ${action} END__`

/**
 * The chart's files by name. The namespace is Helm's to make, and always `trenchscope`: the admission policy names our service account by it.
 * Templates use `if`, `range`, `fail`, `join`, `quote` and `.Values` alone.
 */
export function chartFiles(): Readonly<Record<string, string>> {
  const base = kustomized('overlays/cluster-wide')
  const image = imageOf(base, 'DaemonSet')
  const controllerImage = imageOf(base, 'Deployment')
  const chosen = Object.entries(choices).map(([flag, component]) => ({ flag, file: `templates/${basename(component)}.yaml`, objects: kustomized(component, base) }))
  const perNamespace = kustomized('overlays/per-namespace')
  const own = base.filter(({ kind }) => kind !== 'Namespace').map(object => {
    const marked = [...chosen, { flag: 'namespaces', objects: perNamespace }].reduce((done, { flag, objects }) => choosing(done, object, counterpart(objects, object), flag) as KubeObject, object)
    return templated(marked, image, controllerImage)
  })
  const [binding] = perNamespace.filter(({ kind }) => kind === 'RoleBinding').filter(object => !counterpart(base, object))
  const everywhere = own.filter(isBinding)
  return {
    'Chart.yaml': stringify({ apiVersion: 'v2', name: 'trenchscope', description: packageJson.description, type: 'application', version: packageJson.version, appVersion: packageJson.version, kubeVersion: '>=1.30.0-0' }),
    'values.yaml': valuesText(image, controllerImage),
    'templates/base.yaml': `{{- if ne .Release.Namespace "trenchscope" }}{{ fail "install it as: helm install trenchscope FOLDER --namespace trenchscope --create-namespace" }}{{- end }}\n${text(own.filter(object => !isBinding(object)))}`,
    'templates/bindings.yaml': `{{- if .Values.namespaces }}\n{{- range .Values.namespaces }}\n${text([{ ...binding, metadata: { ...binding?.metadata, namespace: value('.') } }])}{{- end }}\n{{- end }}\n{{- if not .Values.namespaces }}\n${text(everywhere)}{{- end }}\n`,
    ...Object.fromEntries(chosen.map(({ flag, file, objects }) => [file, `{{- if .Values.${flag} }}\n${text(objects.filter(object => !counterpart(base, object)))}{{- end }}\n`])),
    'templates/NOTES.txt': notes,
  }
}

const isBinding = ({ kind, metadata }: KubeObject): boolean => kind === 'ClusterRoleBinding' && ['trenchscope-trenches', 'trenchscope-mesh'].includes(metadata.name)
const counterpart = (objects: readonly KubeObject[], { kind, metadata }: KubeObject): KubeObject | undefined => objects.find(each => each.kind === kind && each.metadata.name === metadata.name && each.metadata.namespace === metadata.namespace)

/** What `changed` has beyond `plain` in lists of named elements, put into `into` behind a flag. @throws {Error} where it differs in another way */
function choosing(into: unknown, plain: unknown, changed: unknown, flag: string): unknown {
  if (changed === undefined) return into
  if (Array.isArray(into) && Array.isArray(plain) && Array.isArray(changed)) {
    const fresh = changed.filter(each => !plain.some(known => known.name === each.name))
    const rest = into.map(each => (isObject(each) ? choosing(each, plain.find(({ name }) => name === each['name']), changed.find(({ name }) => name === each['name']), flag) : each))
    return fresh.length > 0 && isObject(fresh[0]) ? [block(`if .Values.${flag}`), ...fresh, block('end'), ...rest] : rest
  }
  if (isObject(into) && isObject(plain) && isObject(changed)) {
    const surplus = Object.keys(changed).filter(key => !(key in plain))
    if (surplus.length > 0) throw new Error(`${flag} adds ${surplus.join(', ')}: a chart is made of added list elements only`)
    return Object.fromEntries(Object.entries(into).map(([key, each]) => [key, choosing(each, plain[key], changed[key], flag)]))
  }
  if (plain !== undefined && plain !== changed) throw new Error(`${flag} changes ${String(plain)}: a chart is made of added list elements only`)
  return into
}

/** The object with the values an operator may set in the place of what the overlays write. */
function templated(object: KubeObject, image: string, controllerImage: string): KubeObject {
  return JSON.parse(JSON.stringify(object), (key, each) => {
    if (typeof each !== 'string') return isObject(each) && each['name'] === 'TRENCHSCOPE_NAMESPACES' ? { ...each, value: value('join "," .Values.namespaces') } : each
    if (key === 'storage') return value('.Values.storage.size')
    return each.replaceAll(controllerImage, value('.Values.images.controller')).replaceAll(image, value('.Values.images.agent'))
  }) as KubeObject
}

/** YAML documents, quoted as YAML 1.1 wants it (`on` is a boolean to Kubernetes' reader); a `{{` of an object itself (an alert's text) is Helm's to print, not to read. */
function text(objects: readonly object[]): string {
  return objects.map(object => `---\n${stringify(object, { version: '1.1', lineWidth: 0, aliasDuplicateObjects: false })}`).join('')
    .replaceAll('{{', '{{ "{{" }}')
    .replace(/^\s*- __BLOCK (.*) END__$/gm, '{{- $1 }}')
    .replace(/: __VALUE (.*) END__$/gm, (_, expression: string) => `: ${expression.startsWith('join') ? `{{ ${expression} | quote }}` : `"{{ ${expression} }}"`}`)
    .replace(/__VALUE (.*?) END__/g, '{{ $1 }}')
}

function imageOf(objects: readonly KubeObject[], kind: string): string {
  const { template } = objects.find(object => object.kind === kind)?.['spec'] as { template: { spec: { containers: { image: string }[] } } }
  return template.spec.containers[0]?.image ?? ''
}

const isObject = (each: unknown): each is Record<string, unknown> => typeof each === 'object' && each !== null && !Array.isArray(each)

const valuesText = (image: string, controllerImage: string): string => `# Name them by digest in production (registry.example/trenchscope/agent@sha256:…): the admission policy lets in what stands here, and nothing else.
images:
  controller: ${controllerImage}
  # pulled ahead to every node, injected, and the one the admission policy lets in
  agent: ${image}
# Only these namespaces, with one RoleBinding each; empty: all that carry the label trenchscope.io/allow=true.
namespaces: []
storage:
  size: 5Gi
# The API for callers outside of the pod. Its certificate is by the controller's own authority (ConfigMap trenchscope-api-ca), or cert-manager's.
api:
  enabled: false
  certManager: false
# ServiceMonitor, alert rules, Grafana dashboard; needs the Prometheus operator.
monitoring:
  enabled: false
# Kubernetes Events at the pods a finding is about; one more right: to create events.
kubeEvents:
  enabled: false
`

const notes = `Nothing enters a namespace without its label:

  kubectl label namespace trenchscope pod-security.kubernetes.io/enforce=restricted
  kubectl label namespace RED trenchscope.io/allow=true pod-security.kubernetes.io/enforce=privileged
  kubectl -n trenchscope exec deploy/controller -- trenchscope preflight -A
  kubectl -n trenchscope exec deploy/controller -- trenchscope sweep -A
`

if (import.meta.main) {
  const folder = resolve(process.argv[2] ?? join(import.meta.dirname, '../dist/chart/trenchscope'))
  rmSync(join(folder, 'templates'), { recursive: true, force: true })
  for (const [name, content] of Object.entries(chartFiles())) {
    mkdirSync(join(folder, name, '..'), { recursive: true })
    writeFileSync(join(folder, name), content)
  }
  process.stdout.write(`helm install trenchscope ${folder} --namespace trenchscope --create-namespace\n`)
}
