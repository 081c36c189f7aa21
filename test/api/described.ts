import { fastify, type FastifyInstance } from 'fastify'

type Json = Readonly<Record<string, any>>

/** One operation as `/openapi.json` describes it. */
export interface Operation {
  readonly name: string
  readonly method: string
  readonly path: string
  readonly parameters: readonly { readonly name: string; readonly in: 'path' | 'query' | 'header'; readonly required?: boolean; readonly schema: Json }[]
  readonly body: Json | undefined
  readonly responses: Json
}

/** Checks answers against the description: status, media type, and the body's schema. */
export class Described {
  readonly operations: readonly Operation[]
  readonly #validator: FastifyInstance

  private constructor(operations: readonly Operation[], validator: FastifyInstance) {
    this.operations = operations
    this.#validator = validator
  }

  static async of(url: string): Promise<Described> {
    const api = (await (await fetch(`${url}/openapi.json`)).json()) as Json
    const operations = Object.entries(api['paths'] as Record<string, Json>).flatMap(([path, methods]) => Object.entries(methods as Record<string, Json>).map(([method, told]): Operation => ({
      name: `${method.toUpperCase()} ${path}`, method: method.toUpperCase(), path, parameters: told['parameters'] ?? [], body: told['requestBody']?.content['application/json']?.schema, responses: told['responses'],
    })))
    const validator = fastify({ bodyLimit: 1 << 28, ajv: { customOptions: { removeAdditional: false, coerceTypes: false, useDefaults: false } } })
    for (const [name, schema] of Object.entries(api['components'].schemas as Record<string, Json>)) validator.addSchema(relink({ $id: name, ...schema }) as Json)
    for (const { name, responses } of operations) for (const [status, { content = {} }] of Object.entries(responses as Record<string, Json>)) for (const [type, { schema }] of Object.entries(content as Record<string, Json>)) {
      // a body of another type than JSON is wrapped, so that its schema is asked all the same
      validator.post(addressOf(name, status, type), { schema: { body: { type: 'object', properties: { answer: relink(schema) as Json }, required: ['answer'] } } }, () => 'good')
    }
    await validator.ready()
    return new Described(operations, validator)
  }

  /** Why the answer is not as described; undefined: it is. */
  async complaint({ name, responses }: Operation, status: number, mediaType: string, text: string): Promise<string | undefined> {
    const key = responses[status] ? String(status) : `${String(status)[0]}XX`
    const told = responses[key] as Json | undefined
    const type = mediaType.includes(';as=Table') ? mediaType.replace(/; ?charset=.*/, '') : (mediaType.split(';')[0] ?? '')
    if (!told) return `${name} answered ${status}, which is not described`
    if (!told['content']?.[type]) return `${name} answered ${status} as ${type}, which is not described`
    const bodies = type.includes('ndjson') ? text.split('\n').filter(Boolean).map(line => JSON.parse(line) as unknown) : [type.includes('json') ? (JSON.parse(text) as unknown) : text]
    for (const answer of bodies) {
      const checked = await this.#validator.inject({ method: 'POST', url: addressOf(name, key, type), payload: { answer } as object })
      if (checked.body !== 'good') return `${name} ${status}: ${checked.body}`
    }
    return undefined
  }

  close(): Promise<void> {
    return this.#validator.close() as unknown as Promise<void>
  }
}

const addressOf = (...words: readonly string[]): string => `/${Buffer.from(words.join(' ')).toString('base64url').match(/.{1,90}/g)?.join('/')}`

function relink(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(relink)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, each]) => (key === '$ref' ? [key, String(each).replace('#/components/schemas/', '').concat('#')] : [key, relink(each)])))
}
