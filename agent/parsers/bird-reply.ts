/** One line of an answer, without its code. Indentation is meaning and is kept. */
export interface BirdLine {
  /** 1-based in the text given */
  line: number
  /** absent in what `birdc` prints */
  code?: number
  text: string
}

/** BIRD answered with a run-time error (8xxx) or refused the command (9xxx). */
export class BirdError extends Error {
  /** absent where a client, not BIRD, spoke (`Unable to connect to server control socket`) */
  readonly code: number | undefined
  /** 1-based in the text given */
  readonly line: number
  constructor(code: number | undefined, text: string, line: number) {
    super(text)
    this.name = 'BirdError'
    this.code = code
    this.line = line
  }
}

/** Answers that only say that there is nothing: no protocol matches the pattern. */
export const noProtocolsMatch = 8003

/**
 * Splits an answer of BIRD 2 or 3 into lines: the bytes of the control socket for one command, with or without the welcome line
 * before them, or what `birdc` printed (grammar: BIRD's nest/cli.c and client/client.c; recorded from 2.0.8 to 3.4.0).
 *     1007-Table master4:  →  { line: 1, code: 1007, text: 'Table master4:' }
 *      0.0.0.0/0  …        →  { line: 2, code: 1007, text: '0.0.0.0/0  …' }     a continuation repeats the code
 *     0000                 →  the end; a final line with text is a line like any other
 * Asynchronous lines (`+…`), the welcome and `Access restricted` are no part of the answer.
 * @throws {BirdError} when BIRD answered with an error
 * @throws {SyntaxError} on a line that is none of an answer, quoting it, and on an answer without its end
 */
export function parseBirdReply(text: string): BirdLine[] {
  const rows = text.split('\n')
  if (rows.at(-1) === '') rows.pop()
  const first = rows.find(row => !row.startsWith('+'))
  if (first === undefined) throw new SyntaxError('BIRD said nothing')
  return /^\d{4}[ -]/.test(first) ? codedLines(rows) : printedLines(rows)
}

function codedLines(rows: readonly string[]): BirdLine[] {
  const lines: BirdLine[] = []
  let code: number | undefined
  let ended = false
  for (const [index, row] of rows.entries()) {
    const line = index + 1
    if (row.startsWith('+')) continue
    const coded = /^(\d{4})([ -])(.*)$/s.exec(row)
    if (ended || (!coded && (code === undefined || !row.startsWith(' ')))) throw new SyntaxError(`line ${line} is no part of a BIRD reply: ${row}`)
    if (!coded) {
      lines.push({ line, ...(code !== undefined && { code }), text: row.slice(1) })
      continue
    }
    const [, digits, mark, said = ''] = coded
    code = Number(digits)
    if (code >= 8000) throw new BirdError(code, said, line)
    if (mark === ' ' && lines.length === 0 && opens(code) && index < rows.length - 1) {
      code = undefined
      continue
    }
    ended = mark === ' '
    if (!ended || said !== '') lines.push({ line, code, text: said })
  }
  if (!ended) throw new SyntaxError(`the BIRD reply stops before its end, after: ${rows.at(-1)}`)
  return lines
}

/** 0001 welcomes, 0016 confirms `restrict`: both stand before the answer in a session. */
const opens = (code: number): boolean => code === 1 || code === 16

function printedLines(rows: readonly string[]): BirdLine[] {
  const lines = rows.map((text, index) => ({ line: index + 1, text }))
  const first = lines.shift()
  if (first?.text.startsWith('Unable to connect to server control socket')) throw new BirdError(undefined, first.text, first.line)
  if (!first || !/^BIRD \S+ ready\.$/.test(first.text)) throw new SyntaxError(`line 1 does not open a BIRD reply: ${first?.text}`)
  if (lines[0]?.text === 'Access restricted') lines.shift()
  const last = lines.at(-1)
  const refusal = last && refusals.find(({ text }) => text.test(last.text))
  if (last && refusal) throw new BirdError(refusal.code, last.text, last.line)
  return lines
}

/** How BIRD words the errors a reader can meet, for answers that lost their codes. The last one is `birdc`'s own. */
const refusals: readonly { code: number; text: RegExp }[] = [
  { code: 8001, text: /^Network not found$/ },
  { code: noProtocolsMatch, text: /^No protocols match$/ },
  { code: 8007, text: /^Access denied$/ },
  { code: 9001, text: /^syntax error, / },
  { code: 9001, text: /^\S+: Not an? (?:\S+ )?protocol$/ },
  { code: 9001, text: /^There (?:is no|are multiple) \S+ protocols? running$/ },
  { code: 9001, text: /^No valid tables$|^Requested 'show route export' to protocols / },
  { code: 9001, text: /^No such command\./ },
]
