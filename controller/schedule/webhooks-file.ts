import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { Log } from '../log.ts'
import { Webhook, type WebhookOptions } from './webhook.ts'

/**
 * Receivers as the operator lists them, a JSON array: `{ "name", "url", "secretFile", "format"? }`; the signature's key stands in a file of its own (relative to the list), so that it can be a mounted Secret.
 * @throws {Error} naming the file and the entry
 */
export function readWebhooks(file: string, log: Log): readonly Webhook[] {
  return entriesOf(file).map((entry, index) => {
    const { name, url, secretFile, format = 'trenchscope', ...rest } = entry as Readonly<Record<string, unknown>>
    const wrong = (words: string): Error => new Error(`${file}: entry ${index + 1}: ${words}`)
    if (typeof name !== 'string' || typeof url !== 'string' || typeof secretFile !== 'string') throw wrong('needs name, url and secretFile')
    if (!/^https?:$/.test(URL.parse(url)?.protocol ?? '')) throw wrong(`${url} is no http or https URL`)
    if (format !== 'trenchscope' && format !== 'alertmanager') throw wrong(`format is trenchscope or alertmanager, not ${String(format)}`)
    if (Object.keys(rest).length > 0) throw wrong(`unknown: ${Object.keys(rest).join(', ')}`)
    const options: WebhookOptions = { name, url, format, log, secret: readFileSync(resolve(dirname(file), secretFile), 'utf8').trim() }
    if (options.secret.length < 16) throw wrong(`the key in ${secretFile} has fewer than 16 characters`)
    return new Webhook(options)
  })
}

function entriesOf(file: string): readonly unknown[] {
  try {
    const entries: unknown = JSON.parse(readFileSync(file, 'utf8'))
    if (Array.isArray(entries)) return entries
  } catch (cause) {
    throw new Error(`${file} cannot be read: ${(cause as Error).message}`, { cause })
  }
  throw new Error(`${file} holds no list`)
}
