import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { LinkKeys } from '../../controller/link/keys.ts'
import { PinFile } from '../../controller/link/pin-store.ts'
import { ProbeRegistry } from '../../controller/link/registry.ts'
import { LinkServer, type LinkServerOptions } from '../../controller/link/server.ts'
import type { ReadKeyLine, SessionsOptions } from '../../controller/link/sessions.ts'
import { createLog } from '../../controller/log.ts'

/** A folder for a controller's state, removed with `remove`. */
export function stateFolder(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'trenchscope-link-'))
  return { path, remove: () => rmSync(path, { recursive: true }) }
}

/** The key lines of containers, as pods/log gives them: `pod/container` → key and container id. Counts how often it was asked. */
export class KeyLines {
  readonly lines = new Map<string, { key: string; containerId: string }>()
  asked = 0

  readonly read: ReadKeyLine = async ({ pod }, container) => {
    this.asked += 1
    const line = this.lines.get(`${pod}/${container}`)
    if (!line) throw new Error(`container "${container}" in pod "${pod}" is waiting to start: ContainerCreating`)
    return line
  }
}

/** The link's controller side on 127.0.0.1, its state in `folder`. */
export async function startController(folder: string, keyLines: KeyLines, options: Partial<LinkServerOptions & SessionsOptions> = {}): Promise<{ keys: LinkKeys; registry: ProbeRegistry; server: LinkServer; address: string; environment: Record<string, string> }> {
  const log = createLog(process.env['LINK_LOG'] ?? 'silent')
  const keys = new LinkKeys(join(folder, 'keys'))
  const registry = new ProbeRegistry({ readKeyLine: keyLines.read, store: new PinFile(join(folder, 'pins.json')), log, ...options })
  const server = await LinkServer.listen({ keys, registry, host: '127.0.0.1', port: 0, log, ...options })
  const address = `127.0.0.1:${server.address.port}`
  return { keys, registry, server, address, environment: { TRENCHSCOPE_CONTROLLERS: address, TRENCHSCOPE_PINS: keys.pins.join(',') } }
}
