import { constants, promises } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { commandText } from '#facts/fact.ts'
import { resolveBelow } from './below.ts'
import { belowRoot, fileAllowed } from './files-allowed.ts'
import { ended, type Limits, type Outcome, stopped, within } from './outcome.ts'

/** `cat FILE` without a process. A link leads nowhere `cat` may not look. Errors the kernel has are answered as cat words them, exit code 1. */
export function cat(argv: readonly string[], limits: Limits): Promise<Outcome> {
  const text = commandText(argv)
  return within(limits, text, deadline => show(argv[1] ?? '', text, limits.maxBytes, deadline))
}

async function show(path: string, text: string, maxBytes: number, deadline: AbortSignal): Promise<Outcome> {
  try {
    const { outer, inner } = await placeOf(path)
    if (!fileAllowed(inner)) return stopped('refused', `${text} was not run: the file is a link to ${inner}, which a probe does not show`)
    const { bytes, whole } = await readBounded(outer, maxBytes, deadline)
    const stdout = bytes.toString('utf8')
    return whole ? ended(0, stdout) : stopped('too-long', `${text} printed more than ${maxBytes} bytes`, { stdout })
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException
    if (!Object.hasOwn(words, code)) throw error
    if (code === 'ENOENT' || code === 'ENOTDIR') return stopped('not-found', `${text}: ${words[code]}`)
    return ended(1, '', `cat: ${path}: ${words[code]}\n`)
  }
}

async function placeOf(path: string): Promise<{ outer: string; inner: string }> {
  const below = belowRoot(path)
  if (below) return resolveBelow(below.root, below.inner)
  const real = await promises.realpath(path)
  return { outer: real, inner: real }
}

/** Reads at most `maxBytes`. Files of /proc have no size, and a read may be short: only a read of nothing is the end. */
async function readBounded(path: string, maxBytes: number, deadline: AbortSignal): Promise<{ bytes: Buffer; whole: boolean }> {
  const file = await promises.open(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW)
  try {
    if (!(await file.stat()).isFile()) throw Object.assign(new Error(`${path} is no file`), { code: 'EISDIR' })
    return await readAll(file, maxBytes, deadline)
  } finally {
    await file.close()
  }
}

async function readAll(file: FileHandle, maxBytes: number, deadline: AbortSignal): Promise<{ bytes: Buffer; whole: boolean }> {
  const chunks: Buffer[] = []
  const room = Buffer.allocUnsafe(Math.min(maxBytes + 1, 64 * 1024))
  let left = maxBytes + 1
  while (left > 0 && !deadline.aborted) {
    const { bytesRead } = await file.read(room, 0, Math.min(left, room.length))
    if (bytesRead === 0) return { bytes: Buffer.concat(chunks), whole: true }
    chunks.push(Buffer.from(room.subarray(0, bytesRead)))
    left -= bytesRead
  }
  return { bytes: Buffer.concat(chunks).subarray(0, maxBytes), whole: false }
}

/** strerror(3) of glibc for what reading a file can answer */
const words: Readonly<Record<string, string>> = {
  ENOENT: 'No such file or directory', ENOTDIR: 'Not a directory', EACCES: 'Permission denied', EPERM: 'Operation not permitted', EISDIR: 'Is a directory',
  EIO: 'Input/output error', ELOOP: 'Too many levels of symbolic links', ESRCH: 'No such process', EINVAL: 'Invalid argument', ENXIO: 'No such device or address',
}
