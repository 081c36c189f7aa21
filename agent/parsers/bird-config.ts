export interface BirdProtocolConfig {
  /** of its first line */
  line: number
  /** `bgp`, `static`, `kernel`, `bfd` … */
  kind: string
  /** absent: BIRD numbers it */
  name?: string
  /** seconds between looks at the kernel's table; absent: BIRD's default of 60 */
  scanTimeS?: number
  /** kernel table; absent: the main one */
  kernelTable?: number
}

/**
 * The protocols of a BIRD configuration as Meridio's frontend writes it (pkg/frontend, v1.2.8: one block per protocol, begun at the start of a
 * line), and of each what is judged. Not a parser of BIRD's language.
 *     protocol kernel { ipv4 { import none; export filter cluster_breakout; }; scan time 10; kernel table 4096; merge paths on; }
 */
export function parseBirdConfig(text: string): BirdProtocolConfig[] {
  const starts = [...text.matchAll(/^protocol +(\w+)(?: +'?([\w.-]+)'?)?/gm)]
  return starts.map((match, index) => {
    const body = text.slice(match.index, starts[index + 1]?.index)
    const [scan, table] = [/\bscan time (\d+)/.exec(body)?.[1], /\bkernel table (\d+)/.exec(body)?.[1]]
    return {
      line: text.slice(0, match.index).split('\n').length,
      kind: match[1] ?? '',
      ...(match[2] !== undefined && { name: match[2] }),
      ...(scan !== undefined && { scanTimeS: Number(scan) }),
      ...(table !== undefined && { kernelTable: Number(table) }),
    }
  })
}
