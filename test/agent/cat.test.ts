import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { resolveBelow } from '../../agent/run/below.ts'
import { birdSocketPaths } from '../../agent/run/bird-sockets.ts'
import { cat } from '../../agent/run/cat.ts'
import { defaultLimits } from '../../agent/run/outcome.ts'
import { until } from './quiet.ts'

let folder: string | undefined
let other: ChildProcess | undefined
afterEach(async () => {
  other?.kill('SIGKILL')
  if (other) await until(() => other?.exitCode !== null || other.signalCode !== null)
  other = undefined
  if (folder) rmSync(folder, { recursive: true })
  folder = undefined
})

const look = (path: string, limits = defaultLimits) => cat(['cat', path], limits)

test('a file of /proc, which has no size, is read whole', async () => {
  expect(await look('/proc/self/net/protocols')).toEqual({ exitCode: 0, stdout: readFileSync('/proc/self/net/protocols', 'utf8'), stderr: '' })
})

test('what is not there is not found, in the words of cat', async () => {
  expect((await look('/proc/net/nowhere')).error).toEqual({ code: 'not-found', message: 'cat /proc/net/nowhere: No such file or directory' })
})

test('a folder, and what the kernel does not let read, end with 1', async () => {
  expect(await look('/proc/self/net/stat')).toEqual({ exitCode: 1, stdout: '', stderr: 'cat: /proc/self/net/stat: Is a directory\n' })
  expect(await look('/proc/sys/net/ipv4/route/flush')).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(/^cat: .*: (Permission denied|Operation not permitted)\n$/) })
})

test('more than the byte limit is too long; what came is kept', async () => {
  expect(await look('/proc/self/net/protocols', { timeoutMs: 5000, maxBytes: 10 })).toMatchObject({
    exitCode: null, stdout: readFileSync('/proc/self/net/protocols', 'utf8').slice(0, 10), error: { code: 'too-long', message: 'cat /proc/self/net/protocols printed more than 10 bytes' },
  })
})

describe('the root of another process', () => {
  /** A process with mounts of its own: its /var/log holds what `fill` puts there. */
  async function processWith(fill: string): Promise<number> {
    other = spawn('unshare', ['-m', 'sh', '-ec', `mount -t tmpfs none /var/log; cd /var/log; ${fill}; echo ready; exec sleep 600`], { stdio: ['ignore', 'pipe', 'inherit'] })
    let said = ''
    other.stdout?.on('data', data => {
      said += data
    })
    await until(() => said.includes('ready'))
    return other.pid ?? 0
  }

  test('is looked into', async () => {
    const pid = await processWith('echo flap > bird.log')
    expect(await look(`/proc/${pid}/root/var/log/bird.log`)).toEqual({ exitCode: 0, stdout: 'flap\n', stderr: '' })
  })

  test('its links lead where that process would get, not to our own files', async () => {
    const pid = await processWith('echo theirs > bird.log.backup; ln -s /var/log/bird.log.backup bird.log')
    expect(await look(`/proc/${pid}/root/var/log/bird.log`)).toEqual({ exitCode: 0, stdout: 'theirs\n', stderr: '' })
  })

  test('a link to what a probe does not show is refused', async () => {
    const pid = await processWith('ln -s /etc/shadow bird.log')
    expect((await look(`/proc/${pid}/root/var/log/bird.log`)).error).toEqual({
      code: 'refused', message: `cat /proc/${pid}/root/var/log/bird.log was not run: the file is a link to /etc/shadow, which a probe does not show`,
    })
  })

  test('a pipe in the place of a file does not hang the probe', async () => {
    const pid = await processWith('mkfifo bird.log')
    expect(await look(`/proc/${pid}/root/var/log/bird.log`)).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('Is a directory') })
  })
})

describe('a path below a root', () => {
  test.each([
    ['/run/bird/bird.ctl', '/run/bird/bird.ctl'],
    ['/var/run/bird/bird.ctl', '/run/bird/bird.ctl'],
    ['/relative/bird.ctl', '/run/bird/bird.ctl'],
    ['/../../run/bird/./bird.ctl', '/run/bird/bird.ctl'],
    ['/escape/bird.ctl', '/run/bird/bird.ctl'],
  ])('%s is %s', async (path, inner) => {
    folder = mkdtempSync(join(tmpdir(), 'below-'))
    mkdirSync(join(folder, 'run/bird'), { recursive: true })
    mkdirSync(join(folder, 'var'))
    writeFileSync(join(folder, 'run/bird/bird.ctl'), '')
    symlinkSync('/run', join(folder, 'var/run'))
    symlinkSync('var/run/bird', join(folder, 'relative'))
    symlinkSync('../../../../run/bird', join(folder, 'escape'))
    expect(await resolveBelow(folder, path)).toEqual({ inner, outer: join(folder, inner) })
  })

  test('links in a circle end', async () => {
    folder = mkdtempSync(join(tmpdir(), 'below-'))
    symlinkSync('/b', join(folder, 'a'))
    symlinkSync('/a', join(folder, 'b'))
    await expect(resolveBelow(folder, '/a')).rejects.toMatchObject({ code: 'ELOOP' })
  })
})

test("BIRD's socket is looked for in the known places, then below processes called bird of our network namespace", async () => {
  const proc = folder = mkdtempSync(join(tmpdir(), 'proc-'))
  const processes = [['self', 'node', 'net:[1]'], ['7', 'bird', 'net:[2]'], ['12', 'bird', 'net:[1]'], ['9', 'birdwatcher', 'net:[1]'], ['100', 'bird', 'net:[1]']] as const
  for (const [pid, comm, net] of processes) {
    mkdirSync(join(proc, pid, 'ns'), { recursive: true })
    mkdirSync(join(proc, pid, 'root/run/bird'), { recursive: true })
    writeFileSync(join(proc, pid, 'comm'), `${comm}\n`)
    writeFileSync(join(proc, pid, 'root/run/bird/bird.ctl'), '')
    symlinkSync(net, join(proc, pid, 'ns/net'))
  }
  const found: string[] = []
  for await (const path of birdSocketPaths(['/var/run/bird/bird.ctl'], proc)) found.push(path)
  expect(found).toEqual(['/var/run/bird/bird.ctl', `${proc}/12/root/run/bird/bird.ctl`, `${proc}/100/root/run/bird/bird.ctl`])
})
