import { createServer, type Server, type Socket } from 'node:net'

export interface BirdDoubleOptions {
  /** default: 2.0.12's */
  readonly welcome?: string
  /** replies by command; `restrict` and `timeformat …` are known */
  readonly replies?: Readonly<Record<string, string>>
  /** commands that get no answer; `welcome`: not even that */
  readonly silent?: readonly string[]
  /** bytes per write, to tear lines apart */
  readonly chunkBytes?: number
}

/** A control socket that speaks as BIRD does, and writes down how its client behaves. A client that ends its side gets no answer any more. */
export interface BirdDouble {
  /** commands of each connection, in order */
  readonly sessions: readonly (readonly string[])[]
  /** most connections that were open at once */
  readonly mostOpen: () => number
  readonly open: () => number
  /** bytes sent that the client did not take */
  readonly unread: () => number
  /** drops every connection */
  hangUp(): void
  close(): Promise<void>
}

export async function birdDouble(path: string, options: BirdDoubleOptions = {}): Promise<BirdDouble> {
  const sessions: string[][] = []
  const sockets = new Set<Socket>()
  let most = 0
  const server: Server = createServer({ allowHalfOpen: true }, socket => {
    sockets.add(socket)
    most = Math.max(most, sockets.size)
    sessions.push(converse(socket, options))
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>(resolve => server.listen(path, resolve))
  return {
    sessions,
    mostOpen: () => most,
    open: () => sockets.size,
    unread: () => [...sockets].reduce((sum, socket) => sum + socket.writableLength, 0),
    hangUp: () => sockets.forEach(socket => socket.destroy()),
    close: () => new Promise<void>(resolve => {
      sockets.forEach(socket => socket.destroy())
      server.close(() => resolve())
    }),
  }
}

function converse(socket: Socket, { welcome = '0001 BIRD 2.0.12 ready.\n', replies = {}, silent = [], chunkBytes }: BirdDoubleOptions): string[] {
  const commands: string[] = []
  const known: Readonly<Record<string, string>> = { restrict: '0016 Access restricted\n', 'timeformat iso long us': '0000 \n', ...replies }
  const say = (text: string): void => {
    if (socket.destroyed) return
    const bytes = Buffer.from(text)
    for (let at = 0; at < bytes.length; at += chunkBytes ?? bytes.length) socket.write(bytes.subarray(at, at + (chunkBytes ?? bytes.length)))
  }
  let rest = ''
  if (!silent.includes('welcome')) say(welcome)
  socket.on('data', data => {
    const lines = (rest + data).split('\n')
    rest = lines.pop() ?? ''
    for (const command of lines) {
      commands.push(command)
      if (!silent.includes(command)) setTimeout(() => say(known[command] ?? '9001 syntax error, unexpected CF_SYM_UNDEFINED\n'), 2)
    }
  })
  socket.on('end', () => socket.destroy())
  return commands
}
