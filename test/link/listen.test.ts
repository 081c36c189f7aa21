import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { LinkKeys } from '../../controller/link/keys.ts'
import { ProbeRegistry } from '../../controller/link/registry.ts'
import { LinkServer } from '../../controller/link/server.ts'
import { silent } from '../store/synthetic.ts'

test('an address that is taken is an error of listen, not the end of the process', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'trenchscope-listen-'))
  const other = createServer()
  await new Promise<void>(resolve => other.listen(0, '127.0.0.1', resolve))
  try {
    const registry = new ProbeRegistry({ log: silent, store: { load: () => [], save: async () => {}, drop: async () => {} }, readKeyLine: () => Promise.reject(new Error('no pods here')) })
    const { port } = other.address() as AddressInfo
    await expect(LinkServer.listen({ keys: new LinkKeys(folder), registry, host: '127.0.0.1', port, log: silent })).rejects.toMatchObject({ code: 'EADDRINUSE' })
  } finally {
    await new Promise(resolve => other.close(resolve))
    rmSync(folder, { recursive: true })
  }
})
