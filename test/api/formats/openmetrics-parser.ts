/** A sample line taken apart. */
export interface ParsedSample { readonly name: string; readonly labels: Readonly<Record<string, string>>; readonly value: number }
export interface ParsedFamily { readonly name: string; readonly type: string; readonly help: string; readonly samples: readonly ParsedSample[] }

const suffixes: Readonly<Record<string, readonly string[]>> = { gauge: [''], counter: ['_total'], histogram: ['_bucket', '_sum', '_count'] }

/**
 * Reads an OpenMetrics 1.0 text exposition as strictly as the specification (and `promtool check metrics`) does: HELP and TYPE before samples, families in one piece and named once, suffixes of
 * their type, counters not negative, buckets cumulative up to `+Inf` and equal to `_count`, label names and escapes, no sample twice, `# EOF` at the end.
 * @throws {SyntaxError} naming the line
 */
export function parseOpenMetrics(text: string): readonly ParsedFamily[] {
  if (!text.endsWith('\n# EOF\n')) throw new SyntaxError('# EOF must end it')
  const families: { name: string; type: string; help: string; samples: ParsedSample[] }[] = []
  const seen = new Set<string>()
  for (const line of text.slice(0, -'# EOF\n'.length).trimEnd().split('\n')) {
    const [, keyword, name = '', rest = ''] = /^# (HELP|TYPE) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.*)$/.exec(line) ?? []
    if (keyword === 'HELP') {
      if (families.some(family => family.name === name) || !rest) throw new SyntaxError(line)
      if (/_total$|_bucket$|_count$|_sum$/.test(name)) throw new SyntaxError(`a family is not called as its samples: ${line}`)
      families.push({ name, type: '', help: rest, samples: [] })
      continue
    }
    const family = families.at(-1)
    if (!family) throw new SyntaxError(line)
    if (keyword === 'TYPE') {
      if (family.name !== name || family.type !== '' || !(rest in suffixes)) throw new SyntaxError(line)
      family.type = rest
      continue
    }
    const sample = parseSample(line)
    if (!(suffixes[family.type] ?? []).some(suffix => sample.name === family.name + suffix)) throw new SyntaxError(`not a sample of ${family.name}: ${line}`)
    if (family.type === 'counter' && !(sample.value >= 0)) throw new SyntaxError(line)
    const identity = JSON.stringify([sample.name, Object.entries(sample.labels).sort()])
    if (seen.has(identity)) throw new SyntaxError(`twice: ${line}`)
    seen.add(identity)
    family.samples.push(sample)
  }
  for (const family of families.filter(({ type }) => type === 'histogram')) checkHistogram(family)
  return families
}

function parseSample(line: string): ParsedSample {
  const [, name, , inside = '', value = ''] = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(\{(.*)\})? (-?\d+(?:\.\d+)?(?:e[+-]?\d+)?|\+Inf|-Inf|NaN)$/.exec(line) ?? []
  if (name === undefined) throw new SyntaxError(line)
  const labels: Record<string, string> = {}
  let rest = inside
  while (rest !== '') {
    const [all, label, text = ''] = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(?:,(?=.)|$)/.exec(rest) ?? []
    if (all === undefined || label === undefined || label in labels) throw new SyntaxError(line)
    labels[label] = text.replace(/\\(.)/g, (_, character: string) => (character === 'n' ? '\n' : character))
    rest = rest.slice(all.length)
  }
  return { name, labels, value: value === '+Inf' ? Infinity : Number(value) }
}

function checkHistogram({ name, samples }: ParsedFamily): void {
  const buckets = samples.filter(sample => sample.name === `${name}_bucket`)
  const bounds = buckets.map(({ labels }) => (labels['le'] === '+Inf' ? Infinity : Number(labels['le'])))
  const count = samples.find(sample => sample.name === `${name}_count`)?.value
  const rising = (values: readonly number[]): boolean => values.every((value, index) => index === 0 || value >= (values[index - 1] ?? 0))
  if (!rising(bounds) || !rising(buckets.map(({ value }) => value)) || bounds.at(-1) !== Infinity || buckets.at(-1)?.value !== count) throw new SyntaxError(`${name}: buckets must rise to +Inf and to its count`)
}
