// `trenchscope extcap` alone: Wireshark starts it for each of its questions, and waits. What `trenchscope extcap install` writes calls this.
import { Command } from 'commander'
import { ApiError } from '../controller/api/client.ts'
import { addConnection, Connection } from '../controller/cli/connect.ts'
import { addExtcapCommand } from '../controller/cli/extcap-command.ts'
import { meet } from '../controller/rendezvous.ts'

const abort = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => abort.abort(new Error(signal)))

const program = addConnection(new Command('trenchscope'))
const inCluster = process.argv.some(word => ['--kubeconfig', '--context', '--service', '--service-account'].includes(word)) || (!process.argv.includes('--server') && !meet())
const doors = inCluster ? await import('../controller/cluster-door.ts') : undefined
const secured = process.argv.some(word => word.startsWith('https:') || word === '--ca-file') || meet()?.caFile !== undefined ? (await import('../controller/server-door.ts')).openServerDoor : undefined
const connection = new Connection({ meet, ...(secured && { secured }), door: flags => (doors && (Object.keys(flags).length > 0 || doors.hasKubeconfig()) ? doors.openClusterDoor(flags) : undefined) })
addExtcapCommand(program, { client: () => connection.client(program.opts()), connection: () => program.opts(), print: lines => void process.stdout.write(lines.map(line => `${line}\n`).join('')), stdout: process.stdout, signal: abort.signal })
try {
  await program.parseAsync()
} catch (error) {
  if (!(error instanceof ApiError)) throw error
  process.stderr.write(`trenchscope: ${error.message}\n`)
  process.exitCode = 2
} finally {
  await connection.close()
}
