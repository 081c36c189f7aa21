import { expect, test } from 'vitest'
import { parseDevShm } from '#parsers/dev-shm.ts'
import { fixture } from '../fixture.ts'

test('the shared memory of a load balancer', () => {
  expect(parseDevShm(fixture('trench/healthy/lb-1/dev-shm.txt'))).toEqual([
    { line: 2, name: 'ftshm', mode: '-rw-------', uid: 0, gid: 0, bytes: 72 },
    { line: 3, name: 'nfqlb-trace', mode: '-rw-------', uid: 0, gid: 0, bytes: 8 },
    { line: 4, name: 'tshm-stream1', mode: '-rw-------', uid: 0, gid: 0, bytes: 4029520 },
  ])
})

test('GNU and busybox tell the same', () => {
  const rows = parseDevShm(fixture('kernel/dev-shm-gnu.txt'))
  expect(parseDevShm(fixture('kernel/dev-shm-busybox.txt'))).toEqual(rows)
  expect(rows).toEqual([
    { line: 2, name: 'ftshm', mode: '-rw-------', uid: 0, gid: 0, bytes: 72 },
    { line: 3, name: 'link -> ftshm', mode: 'lrwxrwxrwx', uid: 0, gid: 0, bytes: 5 },
    { line: 4, name: 'old name', mode: '-rw-r--r--', uid: 0, gid: 0, bytes: 0 },
    { line: 5, name: 'sub', mode: 'drwxr-xr-x', uid: 0, gid: 0, bytes: 4096 },
    { line: 6, name: 'tshm-stream1', mode: '-rw-------', uid: 0, gid: 0, bytes: 4029520 },
  ])
})

test('an empty directory has no file', () => {
  expect(parseDevShm('total 0\n')).toEqual([])
})

test.each(['ls: /dev/shm: No such file or directory', '-rw------- 1 root root 72  ftshm'])('%s is refused and quoted', text => {
  expect(() => parseDevShm(`total 4\n${text}\n`)).toThrow(new SyntaxError(`not a file: ${text}`))
})
