// Builds both images without any registry and proves them: `npm run test:images`. Exit 0 all true, 1 something is not, 69 cannot be tried here.
import { spawnSync } from 'node:child_process'
import { join, resolve } from 'node:path'
import { buildImages } from '../../images/build.ts'
import { layOut } from '../../images/context.ts'
import { sweepByImage } from './controller-image.ts'
import { firstLineMs, runIn } from './rootfs.ts'
import { missingTools, openImageStore } from './store.ts'
import { sweepWithImage } from './sweep.ts'

const root = resolve(import.meta.dirname, '../..')
const architecture = process.arch === 'arm64' ? 'arm64' : 'amd64'
const say = (text: string) => process.stderr.write(`${text}\n`)
const wrong: string[] = []
const hold = (claim: string, found: string, holds: boolean) => {
  say(`${holds ? 'ok  ' : 'NOT '} ${claim}: ${found}`)
  if (!holds) wrong.push(claim)
}

const missing = missingTools()
if (missing !== undefined) {
  say(`test:images was not run: ${missing}`)
  process.exit(69)
}
const store = openImageStore()
try {
  say('making a Debian with debootstrap, then both images on it')
  const base = store.bootstrapBase()
  await layOut({ architecture })
  const build = () => buildImages({ architecture, builder: store.builder, prefix: 'localhost/trenchscope/', base, extra: store.buildOptions })
  const images = build()
  const first = [store.idOf(images.agent), store.idOf(images.controller)]
  const agent = store.configOf(images.agent)
  const agentRoot = store.rootfsOf(images.agent)

  const megabytes = store.megabytesOf(images.agent) - store.megabytesOf(base)
  hold('the agent image holds at most 180 MB beyond its base', `${megabytes} MB`, megabytes <= 180)
  const lines = await firstLineMs(agentRoot, agent)
  const [least, bare] = [lines, await firstLineMs(agentRoot, { ...agent, entrypoint: [agent.entrypoint[0] ?? '', '-e', 'console.log(1)'] }, '1')].map(taken => Math.min(...taken)) as [number, number]
  // a busy machine starts Node itself late
  hold('the probe says its first line within 150 ms, or 75 ms after what bare Node takes here', `${least} ms, bare Node ${bare} ms (least of ten)`, least <= 150 || least <= bare + 75)
  hold('the agent image has no command and no user', JSON.stringify([agent.command, agent.user]), agent.command.length === 0 && agent.user === '')
  const tools = ['birdc', 'bridge', 'conntrack', 'fping', 'ip', 'ip6tables-legacy', 'iptables-legacy', 'nft', 'nsenter', 'ping', 'ps', 'ss', 'sysctl', 'tcpdump']
  const absent = tools.filter(tool => runIn(agentRoot, ['/bin/sh', '-c', `command -v ${tool}`]).status !== 0)
  hold(`the agent image has ${tools.join(', ')}`, absent.length === 0 ? 'all there' : `without ${absent.join(', ')}`, absent.length === 0)
  const sleeper = spawnSync('timeout', ['--signal=TERM', '--preserve-status', '0.5', 'unshare', '--pid', '--fork', '--kill-child', 'chroot', agentRoot, '/opt/trenchscope/sleep'])
  hold('the prepull sleeper is static and ends with 0 when told to', `status ${sleeper.status}`, sleeper.status === 0 || sleeper.status === 143)

  const labRoot = store.rootfsOf(store.build('localhost/trenchscope/lab', join(import.meta.dirname, 'Dockerfile.lab'), join(root, 'test/lab/nfqlb'), { AGENT: images.agent }))
  const swept = await sweepWithImage({ rootfs: labRoot, entrypoint: agent.entrypoint, env: agent.env })
  hold('a healthy trench swept with the built image is ok', swept.words, swept.ok)
  const byImage = await sweepByImage(store.rootfsOf(images.controller), store.configOf(images.controller))
  hold('the controller image, as its own user, sweeps a trench', byImage.words, byImage.ok)

  build()
  hold('a second build gives the same images', 'by image id', first[0] === store.idOf(images.agent) && first[1] === store.idOf(images.controller))
} finally {
  store.close()
}
say(wrong.length === 0 ? 'all of it holds' : `${wrong.length} of it does not hold: ${wrong.join('; ')}`)
process.exitCode = wrong.length === 0 ? 0 : 1
