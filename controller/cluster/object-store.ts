import type { KubeObject } from '#judge/profile.ts'
import type { RawObject } from './watch-stream.ts'

export interface Change {
  readonly type: 'added' | 'updated' | 'deleted'
  readonly object: KubeObject
}

/** The last known state of one resource, by namespace and name. Tells what changed; a recreated object (same name, other UID) is a deletion and an addition. */
export class ObjectStore {
  readonly #objects = new Map<string, KubeObject>()
  readonly #tell: (change: Change) => void

  constructor(tell: (change: Change) => void) {
    this.#tell = tell
  }

  get size(): number {
    return this.#objects.size
  }

  list(): readonly KubeObject[] {
    return [...this.#objects.values()]
  }

  get(namespace: string | undefined, name: string): KubeObject | undefined {
    return this.#objects.get(keyOf({ namespace, name }))
  }

  put(object: KubeObject): void {
    const key = keyOf(object.metadata)
    const held = this.#objects.get(key)
    if (held && held.metadata.uid !== object.metadata.uid) {
      this.#objects.delete(key)
      this.#tell({ type: 'deleted', object: held })
    }
    this.#objects.set(key, object)
    this.#tell({ type: held?.metadata.uid === object.metadata.uid ? 'updated' : 'added', object })
  }

  /** A late deletion of an object whose name has a new owner is nothing. */
  remove({ metadata }: RawObject): void {
    const key = keyOf(metadata)
    const held = this.#objects.get(key)
    if (!held || held.metadata.uid !== metadata.uid) return
    this.#objects.delete(key)
    this.#tell({ type: 'deleted', object: held })
  }

  /** Makes the store equal to a complete list, telling only what differs. */
  replace(objects: readonly KubeObject[]): void {
    const next = new Map(objects.map(object => [keyOf(object.metadata), object]))
    for (const [key, held] of [...this.#objects]) {
      if (next.has(key)) continue
      this.#objects.delete(key)
      this.#tell({ type: 'deleted', object: held })
    }
    for (const [key, object] of next) {
      const held = this.#objects.get(key)
      if (!held || held.metadata.uid !== object.metadata.uid || held.metadata['resourceVersion'] !== object.metadata['resourceVersion']) this.put(object)
    }
  }
}

function keyOf({ namespace, name }: { readonly namespace?: string | undefined; readonly name: string }): string {
  return `${namespace ?? ''}/${name}`
}
