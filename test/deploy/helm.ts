import { parseAllDocuments } from 'yaml'
import type { KubeObject } from '../../deploy/kustomize.ts'

type Values = { readonly [name: string]: unknown }

/**
 * Renders the part of Go templates that our chart uses, on lines of their own (`if`, `if not`, `range`, `end`) or within one (`.Values.…`, `.`, a quoted string, `join`, each with `quote`).
 * @throws {SyntaxError} at any other action: what is not understood here has not been tested
 */
export function rendered(template: string, values: Values): KubeObject[] {
  const lines = template.split('\n').filter(line => !line.startsWith('{{- if ne .Release.Namespace '))
  return parseAllDocuments(block(lines, values, values).join('\n'), { version: '1.1' }).filter(document => document.contents !== null).map(document => {
    if (document.errors.length > 0) throw new SyntaxError(document.errors[0]?.message)
    return document.toJS() as KubeObject
  })
}

function block(lines: readonly string[], values: Values, dot: unknown): string[] {
  const done: string[] = []
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] as string
    const [, word, not, path = ''] = /^\{\{- (if|range) (not )?\.Values\.([\w.]+) \}\}$/.exec(line) ?? []
    if (word === undefined) {
      done.push(line.replace(/\{\{ "\{\{" \}\}|\{\{.*?\}\}/g, action => evaluated(action.slice(2, -2).trim(), values, dot)))
      continue
    }
    const end = endOf(lines, at)
    const inner = lines.slice(at + 1, end)
    const found = lookUp(values, path)
    const truth = Array.isArray(found) ? found.length > 0 : Boolean(found)
    if (word === 'range') for (const each of found as unknown[]) done.push(...block(inner, values, each))
    else if (truth !== (not !== undefined)) done.push(...block(inner, values, dot))
    at = end
  }
  return done
}

function endOf(lines: readonly string[], start: number): number {
  let depth = 0
  for (let at = start; at < lines.length; at++) {
    if (/^\{\{- (if|range) /.test(lines[at] as string)) depth++
    if (lines[at] === '{{- end }}' && --depth === 0) return at
  }
  throw new SyntaxError(`${lines[start]} has no end`)
}

function evaluated(action: string, values: Values, dot: unknown): string {
  if (action === '.') return String(dot)
  if (action === '"{{"') return '{{'
  if (action === 'join "," .Values.namespaces | quote') return JSON.stringify((values['namespaces'] as string[]).join(','))
  const [, path] = /^\.Values\.([\w.]+)$/.exec(action) ?? []
  if (path === undefined) throw new SyntaxError(`{{ ${action} }} is not understood here`)
  return String(lookUp(values, path))
}

function lookUp(values: Values, path: string): unknown {
  const found = path.split('.').reduce<unknown>((each, name) => (each as Values | undefined)?.[name], values)
  if (found === undefined) throw new SyntaxError(`.Values.${path} is not in values.yaml`)
  return found
}
