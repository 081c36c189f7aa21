/** One family of an exposition. Label values may be anything; label sets are bounded by the caller. */
export interface Family {
  readonly name: string
  readonly type: 'gauge' | 'counter' | 'histogram'
  readonly help: string
  readonly samples: readonly Sample[]
}

export interface Sample {
  /** `_total`, `_bucket`, `_sum`, `_count`; nothing for a gauge */
  readonly suffix?: string
  readonly labels?: Readonly<Record<string, string>>
  readonly value: number
}

/** OpenMetrics 1.0 text; with `prometheus` the older Prometheus text format (0.0.4), in which a counter's family is called as its sample. */
export function exposition(families: readonly Family[], format: 'openmetrics' | 'prometheus'): string {
  const lines = families.flatMap(({ name, type, help, samples }) => {
    const family = format === 'prometheus' && type === 'counter' ? `${name}_total` : name
    return [`# HELP ${family} ${escapeHelp(help)}`, `# TYPE ${family} ${type}`, ...samples.map(({ suffix = '', labels = {}, value }) => `${name}${suffix}${labelText(labels)} ${numberText(value)}`)]
  })
  return `${[...lines, ...(format === 'openmetrics' ? ['# EOF'] : [])].join('\n')}\n`
}

export const mediaTypes = { openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8', prometheus: 'text/plain; version=0.0.4; charset=utf-8' } as const

const labelText = (labels: Readonly<Record<string, string>>): string => {
  const entries = Object.entries(labels)
  return entries.length === 0 ? '' : `{${entries.map(([name, value]) => `${name}="${value.replace(/[\\"\n]/g, character => (character === '\n' ? '\\n' : `\\${character}`))}"`).join(',')}}`
}
const escapeHelp = (text: string): string => text.replace(/[\\\n]/g, character => (character === '\n' ? '\\n' : '\\\\'))
const numberText = (value: number): string => (value === Infinity ? '+Inf' : value === -Infinity ? '-Inf' : String(value))
