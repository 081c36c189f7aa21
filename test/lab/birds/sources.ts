/** Where a Debian machine gets its packages from, as apt wrote it down. */
export interface Sources {
  /** contents of sources.list and of sources.list.d/*.list: one line each (sources.list(5)) */
  readonly lines: string
  /** contents of sources.list.d/*.sources: stanzas (deb822-style) */
  readonly stanzas: string
}

/**
 * The machine's own sources of Debian's main archive with another suite's name, as stanzas for a `.sources` file; empty when it has none.
 * `of`: the machine's own suite (`bookworm`). What is not Debian's (another suite's name), its updates, security and backports stay out.
 *     deb [signed-by=/k.gpg] http://mirror/debian bookworm main   →  Types: deb / URIs: http://mirror/debian / Suites: trixie / Components: main / Signed-By: /k.gpg
 */
export function sourcesOfSuite({ lines, stanzas }: Sources, of: string, suite: string): string {
  return [...lines.split('\n').flatMap(fromLine), ...stanzas.split(/\n\s*\n/).map(fieldsOf)]
    .filter(fields => words(fields, 'types').includes('deb') && words(fields, 'suites').includes(of) && words(fields, 'components').includes('main') && fields.get('enabled') !== 'no')
    .map(fields => ['Types: deb', `URIs: ${fields.get('uris')}`, `Suites: ${suite}`, 'Components: main', ...(fields.has('signed-by') ? [`Signed-By: ${fields.get('signed-by')}`] : []), ''].join('\n'))
    .join('\n')
}

type Fields = ReadonlyMap<string, string>
const words = (fields: Fields, name: string): string[] => (fields.get(name) ?? '').split(/\s+/)

function fromLine(line: string): Fields[] {
  const [, type, options = '', uri, suite, components] = /^(deb)\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s+([^#]+)/.exec(line.trim()) ?? []
  if (!type || !uri || !suite || !components) return []
  const key = /(?:^|\s)signed-by=(\S+)/.exec(options)?.[1]
  return [new Map([['types', type], ['uris', uri], ['suites', suite], ['components', components.trim()], ...(key ? [['signed-by', key] as const] : [])])]
}

/** A line that begins with a blank goes on with the field before it; `#` begins a comment. */
function fieldsOf(stanza: string): Fields {
  const fields = new Map<string, string>()
  let last = ''
  for (const line of stanza.split('\n').filter(line => !line.startsWith('#'))) {
    const [, name, value] = /^([^\s:]+):(.*)$/.exec(line) ?? []
    if (name === undefined) fields.set(last, `${fields.get(last) ?? ''}\n${line}`)
    else fields.set(last = name.toLowerCase(), (value ?? '').trim())
  }
  return fields
}
