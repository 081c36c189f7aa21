import { timingSafeEqual } from 'node:crypto'
import type { Access } from './access.ts'

/** For callers on this machine: whoever can read the file may do everything. Known from loopback addresses only, whatever the API listens on. */
export function tokenFileAccess(token: string): Access {
  const wanted = Buffer.from(token)
  const owner = { source: 'token-file', name: 'token-file', groups: [] }
  return {
    source: 'token-file',
    identify: async (given, address) => {
      if (!/^(::ffff:)?127\.|^::1$/.test(address)) return undefined
      const bytes = Buffer.from(given)
      return bytes.length === wanted.length && timingSafeEqual(bytes, wanted) ? owner : undefined
    },
    decide: async () => ({ allowed: true, reason: 'the token file of this machine' }),
  }
}
