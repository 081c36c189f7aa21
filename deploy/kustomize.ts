import { readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { parse, parseAllDocuments } from 'yaml'

interface Kustomization {
  readonly resources?: readonly string[]
  readonly components?: readonly string[]
  readonly patches?: readonly { readonly path: string }[]
  readonly images?: readonly { readonly name: string; readonly newName?: string; readonly newTag?: string; readonly digest?: string }[]
  readonly replacements?: readonly {
    readonly source: { readonly kind: string; readonly name: string; readonly fieldPath: string }
    readonly targets: readonly { readonly select: { readonly kind: string; readonly name: string }; readonly fieldPaths: readonly string[]; readonly options?: { readonly delimiter: string; readonly index: number } }[]
  }[]
}

/** An object as a manifest writes it. */
export interface KubeObject {
  apiVersion: string
  kind: string
  metadata: { name: string; namespace?: string; labels?: Record<string, string> }
  [field: string]: unknown
}

export const deployDir = import.meta.dirname

/** Every object of a folder with a kustomization, below deploy/ (`onto`: what a component changes): what `kubectl kustomize` prints, for the part of Kustomize our files use (another key is an error). A test compares the two where kubectl is. */
export function kustomized(folder: string, onto: readonly KubeObject[] = []): readonly KubeObject[] {
  const file = resolve(deployDir, folder, 'kustomization.yaml')
  const { apiVersion: _version, kind: _kind, resources = [], components = [], patches = [], images = [], replacements = [], ...rest } = parse(readFileSync(file, 'utf8')) as Kustomization & { apiVersion: string; kind: string }
  if (Object.keys(rest).length > 0) throw new Error(`${file}: ${Object.keys(rest).join(', ')} is not understood here`)
  const dir = dirname(file)
  const own = resources.flatMap(resource => (resource.endsWith('.yaml') ? objectsIn(join(dir, resource)) : kustomized(join(dir, resource))))
  const objects = components.reduce<readonly KubeObject[]>((done, component) => kustomized(join(dir, component), done), [...onto, ...own])
  const patched = patches.flatMap(({ path }) => objectsIn(join(dir, path))).reduce((done, patch) => done.map(object => (isSame(object, patch) ? (merged(object, patch) as KubeObject) : object)), objects)
  const imaged = patched.map(object => withImages(object, images) as KubeObject)
  for (const { source, targets } of replacements) {
    const found = imaged.find(object => object.kind === source.kind && object.metadata.name === source.name)
    const value = String(at(found, source.fieldPath).get())
    for (const { select, fieldPaths, options } of targets) for (const object of imaged.filter(each => each.kind === select.kind && each.metadata.name === select.name)) for (const path of fieldPaths) replace(at(object, path), value, options)
  }
  return imaged
}

/** The objects of one YAML file. */
export function objectsIn(file: string): KubeObject[] {
  return parseAllDocuments(readFileSync(file, 'utf8')).map(document => {
    if (document.errors.length > 0) throw new Error(`${file}: ${document.errors[0]?.message}`)
    return document.toJS() as KubeObject
  })
}

const isSame = (one: KubeObject, other: KubeObject): boolean => one.kind === other.kind && one.metadata.name === other.metadata.name && one.metadata.namespace === other.metadata.namespace

/** Strategic merge, with `name` as the key of every list of objects; new elements come first, as Kustomize puts them. */
function merged(into: unknown, patch: unknown): unknown {
  if (Array.isArray(into) && Array.isArray(patch)) {
    const fresh = patch.filter(({ name }) => !into.some(each => each.name === name))
    return [...fresh, ...into.map(each => merged(each, patch.find(({ name }) => name === each.name) ?? {}))]
  }
  if (!isObject(into) || !isObject(patch)) return patch
  return { ...into, ...Object.fromEntries(Object.entries(patch).map(([key, value]) => [key, key in into ? merged(into[key], value) : value])) }
}

function withImages(value: unknown, images: NonNullable<Kustomization['images']>): unknown {
  if (Array.isArray(value)) return value.map(each => withImages(each, images))
  if (!isObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, each]) => {
    const given = key === 'image' && typeof each === 'string' ? images.find(({ name }) => each.startsWith(`${name}:`)) : undefined
    return [key, given ? `${given.newName ?? given.name}${given.digest ? `@${given.digest}` : `:${given.newTag}`}` : withImages(each, images)]
  }))
}

/** `spec.containers.[name=agent].image` */
function at(object: unknown, path: string): { get: () => unknown; set: (value: string) => void } {
  const words = path.split('.')
  const last = words.pop() ?? ''
  const holder = words.reduce<unknown>((value, word) => {
    const [, key = '', wanted] = /^\[(\w+)=(.*)\]$/.exec(word) ?? []
    return key ? (value as Record<string, unknown>[]).find(each => each[key] === wanted) : (value as Record<string, unknown> | undefined)?.[word]
  }, object) as Record<string, unknown> | undefined
  if (holder === undefined) throw new Error(`nothing at ${path}`)
  return { get: () => holder[last], set: value => void (holder[last] = value) }
}

function replace(field: ReturnType<typeof at>, value: string, options: { readonly delimiter: string; readonly index: number } | undefined): void {
  field.set(options ? String(field.get()).split(options.delimiter).with(options.index, value).join(options.delimiter) : value)
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)
