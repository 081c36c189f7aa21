import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sysctlCommand } from '../../agent/facts/sysctls.ts'
import { defaultLimits } from '../../agent/run/outcome.ts'
import { sysctl } from '../../agent/run/sysctl.ts'

const namespace = `sysctl-${randomBytes(4).toString('hex')}`
const inNamespace = (...argv: string[]): string => execFileSync('ip', ['netns', 'exec', namespace, ...argv], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })

beforeAll(() => {
  execFileSync('ip', ['netns', 'add', namespace])
  inNamespace('ip', 'link', 'add', 'proxy.load-1f', 'type', 'veth', 'peer', 'name', 'ext-vlan0.5')
})
afterAll(() => {
  execFileSync('ip', ['netns', 'del', namespace])
})

const module = join(import.meta.dirname, '../../agent/run/sysctl.ts')
const script = `import { sysctl } from ${JSON.stringify(module)}; process.stdout.write((await sysctl(process.argv.slice(1), { timeoutMs: 5000, maxBytes: 1 << 20 })).stdout)`
const ours = (keys: readonly string[]): string => inNamespace(process.execPath, '--no-warnings', '--input-type=module', '-e', script, 'sysctl', '-e', ...keys)
const theirs = (keys: readonly string[]): string => inNamespace('sysctl', '-e', ...keys)

/** procps knows no `*` on its command line: every interface by name, as it wants them written. */
function spelledOut(keys: readonly string[]): string[] {
  const names = inNamespace('ls', '/proc/sys/net/ipv4/conf').trim().split('\n').sort().map(name => name.replaceAll('.', '/'))
  return keys.flatMap(key => (key.includes('*') ? names.map(name => key.replace('*', name)) : [key]))
}

test.each([
  ['as the fact asks', sysctlCommand.slice(2)],
  ['dots in an interface name', ['net.ipv4.conf.proxy/load-1f.rp_filter', 'net.ipv6.conf.ext-vlan0/5.forwarding', 'net/ipv4/conf/ext-vlan0.5/rp_filter', 'net.ipv4.conf.proxy.load-1f.rp_filter']],
  ['several values, tabs', ['net.ipv4.tcp_rmem', 'net.ipv4.ip_local_port_range', 'net.ipv4.ping_group_range', 'kernel.printk']],
  ['an empty value, and several lines', ['net.ipv4.ip_local_reserved_ports', 'kernel.core_modes']],
  ['missing, write-only and repeated keys', ['no.such.key', 'net.ipv4.route.flush', 'net.ipv4.ip_forward', 'net.ipv4.ip_forward']],
])('prints what sysctl -e prints: %s', (_, keys) => {
  const real = theirs(spelledOut(keys))
  expect(real).not.toBe('')
  expect(ours(keys)).toBe(real)
})

test('a key in the middle of which * stands is asked for every entry there', async () => {
  const { stdout } = await sysctl(['sysctl', '-e', 'net.ipv4.conf.*.rp_filter'], defaultLimits)
  expect(stdout.trim().split('\n').map(line => line.split('.')[3])).toEqual(readdirSync('/proc/sys/net/ipv4/conf').sort().map(name => name.replaceAll('.', '/')))
})

test('more than the byte limit is too long', async () => {
  expect((await sysctl(['sysctl', '-e', 'net.ipv4.conf.*.rp_filter'], { timeoutMs: 5000, maxBytes: 60 })).error?.code).toBe('too-long')
})
