// Carries TCP connections of a network namespace to a Unix socket outside of it: pods have no way to this machine's own network.
// usage: relay.mjs PORT SOCKET
import { connect, createServer } from 'node:net'

const [port, socket] = process.argv.slice(2)
const server = createServer(client => {
  const inner = connect(socket)
  client.setNoDelay(true)
  client.pipe(inner).pipe(client)
  for (const [end, other] of [[client, inner], [inner, client]]) end.on('error', () => other.destroy()).on('close', () => other.destroy())
})
server.listen(Number(port), '0.0.0.0', () => process.stdout.write('listening\n'))
process.stdin.on('end', () => process.exit(0)).resume()
