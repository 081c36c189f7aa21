import { createHash, randomUUID } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import type { Store } from '../store/store.ts'
import { Problem } from './problems.ts'
import { type Schema, string } from './schemas.ts'

/** Headers of a POST that may be repeated safely. */
export const onceHeaders: Schema = { type: 'object', properties: { 'idempotency-key': { ...string, minLength: 1, maxLength: 200, description: 'a repeated request with the same key answers with what the first one made' } } }

/**
 * Makes a thing once per `Idempotency-Key`: `make` gets the id it shall have. A request that repeats the key gets the id of the first; while nothing could be made the key stays free.
 * @throws {Problem} `idempotency-conflict`
 */
export async function once(store: Pick<Store, 'promise' | 'breakPromise'>, request: FastifyRequest, kind: string, at: number, make: (id: string) => Promise<void>): Promise<{ readonly id: string; readonly isNew: boolean }> {
  const key = request.headers['idempotency-key']
  const id = randomUUID()
  if (typeof key !== 'string') {
    await make(id)
    return { id, isNew: true }
  }
  const caller = request.caller.name
  const hash = createHash('sha256').update(JSON.stringify(request.body)).digest('base64url')
  const { id: promised, outcome } = await store.promise({ caller, key, hash, kind, id, at })
  if (outcome === 'other') throw new Problem('idempotency-conflict', `the key ${key} stands for another request`)
  if (outcome === 'same') return { id: promised, isNew: false }
  try {
    await make(id)
  } catch (error) {
    await store.breakPromise({ caller, key })
    throw error
  }
  return { id, isNew: true }
}
