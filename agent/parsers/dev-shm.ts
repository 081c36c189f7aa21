export interface ShmFile {
  line: number
  /** of a symbolic link with its target, as printed */
  name: string
  /** as `ls` prints them: `-rw-------`; the first letter is the kind */
  mode: string
  uid: number
  gid: number
  bytes: number
}

/**
 * Parses `ls -ln --time-style=+ /dev/shm` (GNU coreutils 9.1: no time) and `ls -ln /dev/shm` (busybox 1.35: month, day, time or year).
 *     -rw------- 1 0 0 4029520  tshm-stream1
 *     -rw-------    1 0        0          4029520 Nov 24 06:24 tshm-stream1
 * `line` is 1-based; the line `total N` is no file.
 * @throws {SyntaxError} on a line that is not a file, quoting it
 */
export function parseDevShm(text: string): ShmFile[] {
  return text.split('\n').flatMap((text, index) => {
    if (text === '' || /^total \d+$/.test(text)) return []
    const match = /^([-dlbcps][-rwxsStT]{9})[.+@]?\s+\d+\s+(\d+)\s+(\d+)\s+(\d+) (?: |[A-Z][a-z]{2} +\d+ +(?:\d\d:\d\d|\d{4}) )(.+)$/.exec(text)
    if (!match) throw new SyntaxError(`not a file: ${text}`)
    const [, mode = '', uid, gid, bytes, name = ''] = match
    return [{ line: index + 1, name, mode, uid: Number(uid), gid: Number(gid), bytes: Number(bytes) }]
  })
}
