import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '../..')
const dockerfile = (name: string) => readFileSync(join(root, name), 'utf8')
const listOf = (word: string, text: string): unknown => JSON.parse(new RegExp(`^${word} (\\[.*\\])$`, 'm').exec(text)?.[1] ?? 'null')

test('the agent image starts its bundle with the flags the lab and the bench use', () => {
  const flags = JSON.parse(readFileSync(join(root, 'images/probe-node-flags.json'), 'utf8')) as string[]
  expect(listOf('ENTRYPOINT', dockerfile('Dockerfile.agent'))).toEqual(['/opt/trenchscope/node', ...flags, '/opt/trenchscope/agent.cjs'])
})

test('nothing but the entry point tells the agent image what to run', () => {
  expect(dockerfile('Dockerfile.agent')).not.toMatch(/^(CMD|USER)/m)
})

test('the controller image runs as nobody of the node and starts the controller', () => {
  const text = dockerfile('images/Dockerfile.controller')
  expect([/^USER (.*)$/m.exec(text)?.[1], listOf('ENTRYPOINT', text), listOf('CMD', text)]).toEqual(['65532:65532', ['/usr/local/bin/trenchscope'], ['controller']])
})

/** Debian package of each program a probe may run; `base` is in every Debian, `made` in the image by other means. */
const packageOf: Readonly<Record<string, string>> = {
  birdc: 'bird2', bridge: 'iproute2', cat: 'base', conntrack: 'conntrack', fping: 'fping', ip: 'iproute2', 'ip6tables-legacy': 'iptables', 'iptables-legacy': 'iptables', ls: 'base', nfqlb: 'made', nft: 'nftables', ping: 'iputils-ping',
  ps: 'procps', ss: 'iproute2', sysctl: 'procps', tcpdump: 'tcpdump',
}

test('the agent image brings every program a probe may run', () => {
  const source = readFileSync(join(root, 'agent/run/allowed.ts'), 'utf8')
  const programs = /const programs: [^=]*= \{\n([\s\S]*?)\n\}/.exec(source)?.[1]?.split('\n').map(row => /^ {2}'?([\w-]+)'?:/.exec(row)?.[1] ?? row) ?? []
  const installed = new Set(/install\.sh (.*?) &&/.exec(dockerfile('Dockerfile.agent'))?.[1]?.split(' '))
  expect(programs.length).toBeGreaterThan(10)
  expect(programs.filter(program => !['base', 'made'].includes(packageOf[program] ?? '') && !installed.has(packageOf[program] ?? ''))).toEqual([])
})

test('both images name their base by the same argument', () => {
  expect(['Dockerfile.agent', 'images/Dockerfile.controller'].map(name => /^ARG BASE=(.*)$/m.exec(dockerfile(name))?.[1])).toEqual(['debian:12-slim', 'debian:12-slim'])
})
