import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { LineReader, toLines } from '#proto/log-lines.ts'

/** Three frames of a session as one log; the second takes several lines. */
const frames = [Buffer.from('hello'), randomBytes(40_000), Buffer.from('{"a":1}')]
const log = frames.reduce<string[]>((lines, frame) => [...lines, ...toLines(frame, lines.length + 1)], [])

const read = (lines: readonly string[], reader = new LineReader()) => lines.flatMap(line => reader.take(line) ?? [])

test('what was written is read again, frame by frame', () => {
  expect(read(log)).toEqual(frames)
  expect(log).toHaveLength(7)
})

test('no line is as long as a container runtime cuts', () => {
  expect(Math.max(...log.map(line => line.length))).toBeLessThan(16 << 10)
})

test.each([
  ['read twice from the start', [...log, ...log]],
  ['read again from the middle', [...log.slice(0, 3), ...log.slice(1)]],
  ['with other output between', log.flatMap(line => ['{"trenchscope":1,"key":"x"}', line, '', 'fatal: ~3 . AAAA'])],
  ['with a line cut off and then read again', [log[0]!, log[1]!.slice(0, 5000), ...log]],
  ['with a line in two halves and then read again', [log[0]!, log[1]!.slice(0, 5000), log[1]!.slice(5000), ...log]],
])('a log gives each frame once: %s', (_, lines) => {
  expect(read(lines)).toEqual(frames)
})

test('a missing line is an error until the log is read again', () => {
  const reader = new LineReader()
  expect(read(log.slice(0, 2), reader)).toEqual([frames[0]])
  expect(() => reader.take(log[4]!)).toThrow('line 3 of its log is missing')
  expect(read(log, reader)).toEqual(frames.slice(1))
})

test.each([
  ['a changed character', (line: string) => line.replace(/(.) (\S+)$/, (_, last, sum) => `${last === 'A' ? 'B' : 'A'} ${sum}`)],
  ['another number', (line: string) => line.replace('~1 ', '~2 ')],
  ['a wrong sum', (line: string) => line.replace(/ \w+$/, ' 0')],
])('a line with %s is not taken', (_, edit) => {
  const reader = new LineReader()
  expect([reader.take(edit(log[0]!)), reader.taken]).toEqual([undefined, 0])
})

test('a frame that unpacks to more than a frame may hold is refused', () => {
  expect(() => read(toLines(Buffer.alloc(9 << 20), 1))).toThrow('not a deflated frame')
})
