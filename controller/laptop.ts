import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ApiError } from './api/client.ts'
import { KubeError } from './cluster/errors.ts'
import { ConfigError } from './config.ts'
import { startController } from './main.ts'

export interface Laptop {
  readonly url: string
  readonly tokenFile: string
  close(): Promise<void>
}

/**
 * A controller for one command, with the caller's own kubeconfig and rights; nothing is installed and no pod has to reach it: pods are asked through their logs. Its folder is temporary and goes with it.
 * @throws {ApiError} when the cluster cannot be asked
 */
export async function openLaptop(flags: { readonly kubeconfig?: string; readonly context?: string }, environment: Readonly<Record<string, string | undefined>>, signal: AbortSignal): Promise<Laptop> {
  const folder = mkdtempSync(join(tmpdir(), 'trenchscope-'))
  const remove = () => rmSync(folder, { recursive: true, force: true })
  try {
    const controller = await startController(
      { ...flags, linkAdvertise: '', apiListen: '127.0.0.1:0', apiTokenFile: join(folder, 'api-token'), dataDir: folder, ownNamespace: '', logLevel: environment['TRENCHSCOPE_LOG_LEVEL'] ?? 'error' },
      environment, { announce: false, withoutLink: true, signal },
    )
    return {
      url: controller.url,
      tokenFile: join(folder, 'api-token'),
      close: async () => {
        await controller.close()
        remove()
      },
    }
  } catch (error) {
    remove()
    if (!(error instanceof ConfigError || error instanceof KubeError)) throw error
    throw new ApiError(error.code, error.message, { cause: error })
  }
}
