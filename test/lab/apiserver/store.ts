import { randomUUID } from 'node:crypto'
import { frozen, type KubeObject, sameJson } from './objects.ts'
import { apiVersionOf, type ResourceType, Resources } from './resources.ts'
import { alreadyExists, expired, notFound } from './status.ts'

export interface StoreEvent {
  readonly rv: number
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'
  /** the new object; of a DELETED event the last one, with the resourceVersion of the deletion */
  readonly object: KubeObject
  readonly previous?: KubeObject
}

type Listener = (event: StoreEvent) => void

interface Shelf {
  objects: Map<string, KubeObject>
  ring: StoreEvent[]
  /** a watch from before this version is too old */
  oldest: number
  listeners: Set<Listener>
}

/**
 * The objects of a cluster in memory: one global resourceVersion, a bounded ring of events per resource, everything stored is frozen.
 * Nothing is validated here; the doors do that (`update.ts`, `ephemeral.ts`). `now` is Unix ms.
 */
export class Store {
  readonly resources: Resources
  #shelves = new Map<ResourceType, Shelf>()
  #version = 1
  readonly #ringSize: number
  readonly #now: () => number

  constructor(resources: Resources, options: { ringSize: number; now: () => number }) {
    this.resources = resources
    this.#ringSize = options.ringSize
    this.#now = options.now
  }

  get version(): number {
    return this.#version
  }

  now(): number {
    return this.#now()
  }

  get(type: ResourceType | string, namespace: string | undefined, name: string): KubeObject | undefined {
    return this.#shelf(type).objects.get(keyOf(namespace, name))
  }

  /** In order of namespace and name, as etcd keys sort. */
  list(type: ResourceType | string, namespace?: string): KubeObject[] {
    return sorted([...this.#shelf(type).objects.values()].filter(object => !namespace || object.metadata.namespace === namespace))
  }

  /** The list as it was at `version`: the ring is undone step by step. @throws {ApiError} 410 when the ring does not reach back */
  listAt(type: ResourceType, version: number, namespace?: string): KubeObject[] {
    const shelf = this.#shelf(type)
    if (version < shelf.oldest) throw expired('The resourceVersion for the provided list is too old.')
    const then = new Map(shelf.objects)
    for (const event of shelf.ring.toReversed().filter(each => each.rv > version)) {
      const key = keyOf(event.object.metadata.namespace, event.object.metadata.name)
      if (event.previous) then.set(key, event.previous)
      else then.delete(key)
    }
    return sorted([...then.values()].filter(object => !namespace || object.metadata.namespace === namespace))
  }

  /** @throws {ApiError} 409 when the name is taken */
  create(type: ResourceType | string, object: KubeObject): KubeObject {
    const known = this.#typeOf(type)
    const { name, namespace } = object.metadata
    if (this.get(known, namespace, name)) throw alreadyExists(known, name)
    const { uid = randomUUID(), creationTimestamp = this.timestamp(), generation = 1 } = object.metadata
    const metadata = { ...object.metadata, uid, creationTimestamp, ...(object['spec'] !== undefined && { generation }) }
    return this.#write(known, 'ADDED', { ...object, apiVersion: apiVersionOf(known), kind: known.kind, metadata })
  }

  /**
   * Replaces an object by what `change` makes of it; equal content is no write and keeps the resourceVersion.
   * @throws {ApiError} 404
   */
  update(type: ResourceType | string, namespace: string | undefined, name: string, change: (old: KubeObject) => KubeObject): KubeObject {
    const known = this.#typeOf(type)
    const previous = this.get(known, namespace, name)
    if (!previous) throw notFound(known, name)
    const next = change(previous)
    return sameJson({ ...next, metadata: { ...next.metadata, resourceVersion: previous.metadata.resourceVersion } }, previous) ? previous : this.#write(known, 'MODIFIED', next, previous)
  }

  /** @throws {ApiError} 404 */
  remove(type: ResourceType | string, namespace: string | undefined, name: string): KubeObject {
    const known = this.#typeOf(type)
    const previous = this.get(known, namespace, name)
    if (!previous) throw notFound(known, name)
    return this.#write(known, 'DELETED', previous, previous)
  }

  /** For whoever builds a cluster: creates the object or replaces all but its identity; a missing namespace is made. */
  apply(object: KubeObject): KubeObject {
    const type = this.resources.byKind(object.apiVersion, object.kind)
    const { name, namespace } = object.metadata
    if (type.namespaced && !namespace) throw new Error(`${object.kind} ${name} has no namespace`)
    if (namespace && !this.get('namespaces', undefined, namespace)) this.apply(namespaceObject(namespace))
    const old = this.get(type, namespace, name)
    if (!old) return this.create(type, object)
    const { uid, creationTimestamp } = old.metadata
    return this.update(type, namespace, name, () => ({ ...object, metadata: { ...object.metadata, uid, creationTimestamp } as KubeObject['metadata'] }))
  }

  /** Events after `version`, oldest first, or undefined when the ring does not reach back that far. */
  since(type: ResourceType, version: number): StoreEvent[] | undefined {
    const shelf = this.#shelf(type)
    return version < shelf.oldest ? undefined : shelf.ring.filter(event => event.rv > version)
  }

  oldest(type: ResourceType): number {
    return this.#shelf(type).oldest
  }

  /** Calls `listener` for every later event; returns the way to stop it. */
  subscribe(type: ResourceType | string, listener: Listener): () => void {
    const { listeners } = this.#shelf(type)
    listeners.add(listener)
    return () => listeners.delete(listener)
  }

  /** Forgets all history: every resourceVersion but the newest is too old from now on. */
  expire(): void {
    this.#version++
    for (const type of this.resources.all) Object.assign(this.#shelf(type), { ring: [], oldest: this.#version })
  }

  /** As an etcd that was restored from a backup of `version`: objects stay as they are, versions count on from there, and there is no history. Open watches are to be dropped. */
  restore(version: number): void {
    this.#version = version - 1
    this.expire()
  }

  timestamp(): string {
    return `${new Date(this.#now()).toISOString().slice(0, 19)}Z`
  }

  #write(type: ResourceType, kind: StoreEvent['type'], content: KubeObject, previous?: KubeObject): KubeObject {
    const shelf = this.#shelf(type)
    const rv = ++this.#version
    const object = frozen<KubeObject>(JSON.parse(JSON.stringify({ ...content, metadata: { ...content.metadata, resourceVersion: String(rv) } })))
    const key = keyOf(object.metadata.namespace, object.metadata.name)
    if (kind === 'DELETED') shelf.objects.delete(key)
    else shelf.objects.set(key, object)
    const event: StoreEvent = { rv, type: kind, object, ...(previous && { previous }) }
    shelf.ring.push(event)
    if (shelf.ring.length > this.#ringSize) shelf.oldest = shelf.ring.shift()?.rv ?? rv
    for (const listener of [...shelf.listeners]) listener(event)
    return object
  }

  #typeOf(type: ResourceType | string): ResourceType {
    return typeof type === 'string' ? this.resources.byName(type) : type
  }

  #shelf(type: ResourceType | string): Shelf {
    const known = this.#typeOf(type)
    const shelf = this.#shelves.get(known) ?? { objects: new Map(), ring: [], oldest: 1, listeners: new Set() }
    this.#shelves.set(known, shelf)
    return shelf
  }
}

export function namespaceObject(name: string, labels: Record<string, string> = {}): KubeObject {
  return {
    apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: { 'kubernetes.io/metadata.name': name, ...labels } },
    spec: { finalizers: ['kubernetes'] }, status: { phase: 'Active' },
  }
}

const keyOf = (namespace: string | undefined, name: string): string => `${namespace ?? ''}/${name}`

function sorted(objects: KubeObject[]): KubeObject[] {
  const key = (object: KubeObject) => keyOf(object.metadata.namespace, object.metadata.name)
  return objects.sort((a, b) => (key(a) < key(b) ? -1 : 1))
}
