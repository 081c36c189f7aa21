import { afterAll, beforeAll, expect, test } from 'vitest'
import { ApiClient } from '../../controller/api/client.ts'
import type { Access } from '../../controller/api/auth/access.ts'
import { lb, red } from '../store/synthetic.ts'
import { type ApiBed, openApiBed } from './bed.ts'
import { quietSight } from './tracer.ts'

// trench red has a target in namespace apps
const mixed = { ...red, pods: [lb, { ...lb, role: 'tapa' as const, namespace: 'apps', name: 'target-1' }], namespaces: ['red', 'apps'] }
/** Synthetic: where each may read and look; `*` is everywhere. */
const rights: Readonly<Record<string, { readonly read: string; readonly look: string }>> = { anna: { read: 'red', look: 'red' }, bob: { read: 'red', look: '' }, carl: { read: 'blue', look: 'blue' }, eve: { read: '*', look: '*' } }
const access: Access = {
  source: 'synthetic',
  identify: async token => (rights[token] ? { source: 'synthetic', name: token, groups: [] } : undefined),
  decide: async ({ name }, right, namespace) => {
    const where = rights[name]?.[right as 'read' | 'look']
    return { allowed: where === '*' || (where !== '' && where === namespace), reason: `${name} cannot ${right} in ${namespace}` }
  },
}
let bed: ApiBed
beforeAll(async () => { bed = await openApiBed({ trenches: [mixed], access, sight: quietSight(mixed) }) })
afterAll(() => bed.close())
const clientOf = (user: string) => new ApiClient({ url: bed.api.url, token: user })

test('neither sees, freezes, reads nor removes a ring of another; who may read but not look in all of its namespaces sees it and no more', async () => {
  const { id } = await clientOf('eve').json<{ id: string }>('/v1/rings', { body: { trench: 'red' } })
  const armBy = (user: string) => clientOf(user).json('/v1/rings', { body: { trench: 'red' } })
  await expect(armBy('carl')).rejects.toMatchObject({ status: 404, code: 'trench-not-found' })
  await expect(armBy('bob')).rejects.toMatchObject({ status: 403, message: 'bob cannot look in red' })
  const list = async (user: string) => (await clientOf(user).json<{ items: { id: string }[] }>('/v1/rings')).items.map(ring => ring.id)
  const see = (user: string) => clientOf(user).json<{ state: string }>(`/v1/rings/${id}`)
  const freeze = (user: string) => clientOf(user).json(`/v1/rings/${id}/freeze`, { method: 'POST' })
  const remove = (user: string) => clientOf(user).json(`/v1/rings/${id}`, { method: 'DELETE' })
  const read = (kind: string) => (user: string) => clientOf(user).text(`/v1/rings/${id}/${kind}`)
  expect([await list('carl'), await list('bob'), (await see('bob')).state]).toEqual([[], [id], 'armed'])
  for (const use of [see, freeze, remove, read('file'), read('events')]) await expect(use('carl')).rejects.toMatchObject({ status: 404, message: `no ring ${id} is known` })
  for (const use of [freeze, remove, read('file'), read('events')]) {
    await expect(use('bob')).rejects.toMatchObject({ status: 403, message: 'bob cannot look in red' })
    await expect(use('anna')).rejects.toMatchObject({ status: 403, message: 'anna cannot look in apps' })
  }
  await expect(read('file')('eve')).rejects.toMatchObject({ status: 404, message: `ring ${id} is armed, it has no file` })
  expect(await remove('eve')).toMatchObject({ id, state: 'armed', armedBy: 'eve', namespaces: ['red', 'apps'] })
  expect(await list('eve')).toEqual([])
})
