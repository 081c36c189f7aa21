import type { Schema } from './schemas.ts'

interface Described {
  readonly info: { readonly title: string; readonly version: string; readonly description: string }
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> }
}
interface Operation {
  readonly tags?: readonly string[]
  readonly summary?: string
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly required?: boolean; readonly description?: string; readonly schema: Schema }[]
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> }
  readonly responses: Readonly<Record<string, { readonly description?: string; readonly content?: Readonly<Record<string, { readonly schema: Schema }>> }>>
}

const style = 'body{font:16px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color-scheme:light dark}code,pre{font-family:ui-monospace,monospace;font-size:.9em}pre{overflow-x:auto;padding:.5rem;background:#8882}' +
  'h3{margin:2rem 0 .2rem}table{border-collapse:collapse}td,th{text-align:left;vertical-align:top;padding:.1rem 1rem .1rem 0}summary{cursor:pointer}'

/** The description for people: one page, without a script and without a request elsewhere. */
export function docsPage({ info, paths, components }: Described): string {
  const operations = Object.entries(paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, operation })))
  const groups = Map.groupBy(operations, ({ operation }) => operation.tags?.[0] ?? 'other')
  return [
    `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escape(info.title)} API</title><style>${style}</style>`,
    `<h1>${escape(info.title)} API ${escape(info.version)}</h1><p>${escape(info.description)} Machine-readable: <a href="openapi.json">openapi.json</a>.</p>`,
    `<nav><p>${[...groups.keys(), 'schemas'].map(name => `<a href="#${escape(name)}">${escape(name)}</a>`).join(' · ')}</p></nav>`,
    ...[...groups].flatMap(([name, members]) => [`<h2 id="${escape(name)}">${escape(name)}</h2>`, ...members.map(({ name, operation }) => operationText(name, operation))]),
    '<h2 id="schemas">schemas</h2>', ...Object.entries(components.schemas).map(([name, schema]) => `<details id="${escape(name)}"><summary><code>${escape(name)}</code> ${escape(String(schema['description'] ?? ''))}</summary>${schemaText(schema)}</details>`),
    '</html>',
  ].join('\n')
}

function operationText(name: string, { summary = '', parameters = [], requestBody, responses }: Operation): string {
  const rows = parameters.map(({ name, in: place, required, description = '', schema }) => `<tr><td><code>${escape(name)}</code></td><td>${escape(place)}${required ? ', required' : ''}</td><td>${escape([typeText(schema), description || String(schema['description'] ?? '')].filter(Boolean).join('; '))}</td></tr>`)
  const answers = Object.entries(responses).map(([status, { description = '', content = {} }]) => `<tr><td>${escape(status)}</td><td>${escape(description)}</td><td>${Object.entries(content).map(([type, { schema }]) => `<code>${escape(type)}</code> ${linked(typeText(schema))}`).join('<br>')}</td></tr>`)
  return [
    `<h3 id="${escape(name)}"><code>${escape(name)}</code></h3><p>${escape(summary)}</p>`, rows.length > 0 ? `<table>${rows.join('')}</table>` : '',
    ...Object.values(requestBody?.content ?? {}).map(({ schema }) => `<details><summary>body</summary>${schemaText(schema)}</details>`), `<table>${answers.join('')}</table>`,
  ].join('\n')
}

const schemaText = (schema: Schema): string => `<pre>${linked(JSON.stringify(schema, null, 2))}</pre>`

function typeText(schema: Schema): string {
  const { $ref, type, enum: values, pattern, minimum, maximum, properties } = schema as Record<string, unknown>
  if ($ref !== undefined) return String($ref)
  const items = (properties as { items?: { items?: Schema } } | undefined)?.items?.items
  if (items) return `list of ${typeText(items)}`
  return [Array.isArray(values) ? values.join(' | ') : String(type ?? ''), ...(pattern === undefined ? [] : [String(pattern)]), ...(minimum === undefined ? [] : [`${String(minimum)} to ${String(maximum ?? '')}`])].join(' ')
}

/** Names of schemas become links to them. */
function linked(text: string): string {
  return escape(text).replace(/#\/components\/schemas\/(\w+)/g, '<a href="#$1">$1</a>')
}

const escape = (text: string): string => text.replace(/[&<>"]/g, character => `&#${character.charCodeAt(0)};`)
