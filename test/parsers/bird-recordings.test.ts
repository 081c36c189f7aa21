import { describe, expect, test } from 'vitest'
import { type BirdBfd, parseBirdBfd } from '#parsers/bird-bfd.ts'
import { BirdError } from '#parsers/bird-reply.ts'
import { birdVersions, readerOf, recordingsOf, type Said } from './bird-recordings.ts'

const recorded = birdVersions.map(version => ({ version, recordings: recordingsOf(version) }))

describe.each(recorded)('BIRD $version', ({ recordings }) => {
  test('every answer of the control socket is read, and refused exactly where BIRD refused', () => {
    const wrong = recordings.flatMap(({ raw }) => raw).flatMap(said => {
      const seen = outcomeOf(said)
      const nothingMatches = said.code === 8003 && seen?.rows === 0
      return !seen || nothingMatches || seen.code === refusalOf(said) ? [] : [{ ...said, seen }]
    })
    expect(wrong).toEqual([])
  })

  test('no answer holds a line without a name', () => {
    const nameless = recordings.flatMap(({ raw, birdc }) => [...raw, ...birdc]).flatMap(said => othersIn(outcomeOf(said)?.data).map(other => ({ situation: said.situation, command: said.command, other })))
    expect(nameless).toEqual([])
  })

  test('the lines of a socket answer, printed the way birdc prints them, read the same', () => {
    const wrong = recordings.flatMap(({ raw }) => raw).filter(said => readerOf(said.command) && refusalOf(said) === undefined).filter(said => {
      const printed = { ...said, text: printedLikeBirdc(said.text) }
      return JSON.stringify(outcomeOf(said)?.data, shiftLines) !== JSON.stringify(outcomeOf(printed)?.data)
    })
    expect(wrong).toEqual([])
  })
})

test('all recordings hold so many rows', () => {
  const answers = recorded.flatMap(({ recordings }) => recordings).flatMap(({ raw, birdc }) => [...raw.map(said => ({ from: 'socket', said })), ...birdc.map(said => ({ from: 'birdc', said }))])
  const seen = answers.flatMap(({ from, said }) => {
    const outcome = outcomeOf(said)
    return outcome ? [{ kind: `${from} ${readerOf(said.command)?.name}`, ...outcome }] : []
  })
  const kinds = Map.groupBy(seen, ({ kind }) => kind)
  const lines = [...kinds].map(([kind, all]) => `${kind}: ${all.length} answers, ${all.filter(({ data }) => data === undefined).length} refused, ${all.reduce((sum, { rows }) => sum + rows, 0)} rows`)
  // `show route stats`, which nobody asks, shows 40 more routes: 3,998 with them
  expect(lines.sort().join('\n')).toMatchInlineSnapshot(`
    "birdc bfd: 349 answers, 15 refused, 521 rows
    birdc count: 8 answers, 0 refused, 16 rows
    birdc protocols: 706 answers, 30 refused, 4964 rows
    birdc routes: 8 answers, 0 refused, 40 rows
    birdc status: 11 answers, 0 refused, 11 rows
    socket bfd: 684 answers, 117 refused, 891 rows
    socket count: 334 answers, 0 refused, 668 rows
    socket protocols: 1015 answers, 0 refused, 8976 rows
    socket routes: 2377 answers, 666 refused, 3958 rows
    socket static: 72 answers, 8 refused, 112 rows
    socket status: 342 answers, 0 refused, 342 rows"
  `)
})

test('the short and the long list of BFD sessions tell the same', () => {
  // `since` is left out: BIRD may print the same moment a millisecond apart
  const plain = (data: BirdBfd): string[] => data.sessions.map(({ address, interface: scope, state, intervalS, timeoutS }) => [address, scope, state, intervalS, timeoutS].join(' ')).sort()
  const pairs = recorded.flatMap(({ recordings }) => recordings).flatMap(({ situation, raw }) => {
    const [short, long] = ['show bfd sessions', 'show bfd sessions all'].map(command => raw.find(said => said.command === command && refusalOf(said) === undefined))
    return short && long ? [{ situation, short: plain(parseBirdBfd(short.text)), long: plain(parseBirdBfd(long.text)) }] : []
  })
  expect(pairs.length).toBe(217)
  expect(pairs.filter(({ short, long }) => short.join() !== long.join())).toEqual([])
})

test('what birdc printed and what the socket answered a moment before agree, but for sessions that moved in between', () => {
  const compared = { equal: 0, moved: 0, different: [] as string[] }
  for (const { version, recordings } of recorded) {
    for (const { situation, raw, birdc } of recordings) {
      for (const printed of birdc) {
        const command = printed.command.startsWith('show bfd') ? 'show bfd sessions' : printed.command
        const answered = raw.find(said => said.command === command)
        const [before, after] = [answered, printed].map(said => said && outcomeOf(said)?.data)
        if (before === undefined || after === undefined) continue
        if (still(before) === still(after)) compared.equal++
        else if (names(before) === names(after)) compared.moved++
        else compared.different.push(`${version} ${situation} ${command}`)
      }
    }
  }
  expect(compared).toEqual({ equal: 998, moved: 39, different: [] })
})

interface Outcome {
  data?: unknown
  rows: number
  code?: number | undefined
}

/** Undefined for commands nobody asks. A parser that fails is a failed test, but for a BIRD that said nothing at all. */
function outcomeOf(said: Said): Outcome | undefined {
  const reader = readerOf(said.command)
  if (!reader) return undefined
  try {
    const data = reader.parse(said.text)
    return { data, rows: rowsOf(data) }
  } catch (error) {
    if (error instanceof BirdError) return { rows: 0, code: error.code }
    if (said.text === '') return { rows: 0 }
    throw new Error(`${said.command} in ${said.situation}: ${error}`, { cause: error })
  }
}

function rowsOf(data: unknown): number {
  if (Array.isArray(data)) return data.length
  return typeof data === 'object' && data !== null && 'sessions' in data && Array.isArray(data.sessions) ? data.sessions.length : 1
}

/** The code the recorder saw, where it is a refusal. */
const refusalOf = (said: Said): number | undefined => (said.code !== null && said.code !== undefined && said.code >= 8000 ? said.code : undefined)

function othersIn(data: unknown): unknown[] {
  if (typeof data !== 'object' || data === null) return []
  return Object.entries(data).flatMap(([key, value]) => (key === 'other' ? (value as unknown[]) : othersIn(value)))
}

/** Codes off, the welcome before, the empty end away: synthetic, from recorded bytes. */
function printedLikeBirdc(reply: string): string {
  const lines = reply.split('\n').map(line => line.replace(/^(?:\d{4}[ -]| )/, ''))
  return `BIRD 0.0.0 ready.\n${lines.slice(0, /^0000 $/m.test(reply) ? -2 : -1).map(line => `${line}\n`).join('')}`
}

const shiftLines = (key: string, value: unknown): unknown => (key === 'line' && typeof value === 'number' ? value + 1 : value)

const moving = new Set(['line', 'leftS', 'serverTime', 'bytes', 'overheadBytes'])
const still = (data: unknown): string => JSON.stringify(sorted(data), (key, value) => (moving.has(key) ? undefined : value))
const names = (data: unknown): string => [...JSON.stringify(sorted(data)).matchAll(/"(?:name|proto|table|address|protocol)":"[^"]*"/g)].map(([name]) => name).join(' ')

/** BFD sessions come in any order. */
function sorted(data: unknown): unknown {
  if (typeof data !== 'object' || data === null || !('sessions' in data) || !Array.isArray(data.sessions)) return data
  return { ...data, sessions: [...data.sessions].sort((a, b) => String(a.address).localeCompare(String(b.address))) }
}
