import { decodeFrame, encodeData, encodeFrame } from './codec.ts'
import { Conversation, type Side, type State } from './conversation.ts'
import type { Frame, Frames, Kind } from './frames.ts'
import { closeCodeOf, type Goodbye, goodbyeOfClose, ProtocolError } from './goodbye.ts'
import { limits, waits } from './limits.ts'

/** What a channel needs of a WebSocket; the package `ws` gives it. */
export interface Socket {
  readonly bufferedAmount: number
  send(data: Uint8Array): void
  close(code: number, reason: string): void
  terminate(): void
  on(event: 'message', listener: (data: Buffer, isBinary: boolean) => void): unknown
  on(event: 'close', listener: (code: number, reason: Buffer) => void): unknown
  on(event: 'error', listener: (error: Error) => void): unknown
}

/** How a session ended. `lost`: without a goodbye. */
export interface Ending {
  readonly by: Side
  readonly code: Goodbye | 'lost'
  readonly message: string
}

export interface ChannelEvents {
  /** a frame in its place. What it throws ends the session: a ProtocolError with its code, anything else as `failed`. */
  onFrame(frame: Frame): void
  /** once */
  onEnd(ending: Ending): void
}

/** One end of a session: frames over a WebSocket, held to the protocol, ended by a goodbye of the closed list. */
export class Channel {
  readonly #socket: Socket
  readonly #side: Side
  readonly #events: ChannelEvents
  readonly #conversation = new Conversation()
  #ended = false
  #problem = 'the connection was lost'

  constructor(socket: Socket, side: Side, events: ChannelEvents) {
    this.#socket = socket
    this.#side = side
    this.#events = events
    socket.on('message', (data, isBinary) => this.#receive(data, isBinary))
    socket.on('error', error => this.#complain(error))
    socket.on('close', (code, reason) => this.#end({ by: this.#otherSide, code: goodbyeOfClose(code) ?? 'lost', message: reason.toString() || this.#problem }))
  }

  get state(): State {
    return this.#ended ? 'closed' : this.#conversation.state
  }

  /** Says nothing once the session is closed. A peer too slow to take what waits for it loses the session. @throws {ProtocolError} for what may not be sent now */
  send<K extends Kind>(kind: K, body: Frames[K]): void {
    if (!this.#ended) this.#put(kind, encodeFrame(kind, body))
  }

  /** Sends a `streamData` with its payload in parts, as `send` does. */
  sendData(parts: readonly Uint8Array[], body: Omit<Frames['streamData'], 'payload'>): void {
    if (!this.#ended) this.#put('streamData', encodeData(parts, body))
  }

  #put(kind: Kind, bytes: Uint8Array): void {
    this.#conversation.take(this.#side, kind)
    this.#socket.send(bytes)
    if (this.#socket.bufferedAmount <= limits.unsentBytes) return
    this.#end({ by: this.#side, code: 'overloaded', message: `${this.#socket.bufferedAmount} bytes wait for a ${this.#otherSide} that does not read` })
    this.#socket.terminate()
  }

  /** Ends the session. Safe twice. The other side has a moment to close the connection. */
  goodbye(code: Goodbye, message: string): void {
    if (this.#ended) return
    this.send('goodbye', { code, message: message.slice(0, limits.messageBytes / 4) })
    this.#close(code, message)
    this.#end({ by: this.#side, code, message })
  }

  /** The other side has not been heard for too long: nothing is said to it. */
  abandon(message: string): void {
    this.#end({ by: this.#side, code: 'silent', message })
    this.#socket.terminate()
  }

  #receive(data: Buffer, isBinary: boolean): void {
    if (this.#ended) return
    try {
      if (!isBinary) throw new ProtocolError('malformed', 'a text message')
      const frame = decodeFrame(data)
      if (!frame) return
      this.#conversation.take(this.#otherSide, frame.kind)
      if (frame.kind !== 'goodbye') return this.#events.onFrame(frame)
      this.#close(frame.body.code, '')
      this.#end({ by: this.#otherSide, ...frame.body })
    } catch (error) {
      this.goodbye(error instanceof ProtocolError ? error.code : 'failed', error instanceof Error ? error.message : String(error))
    }
  }

  /** The WebSocket layer closes of itself when a message is too large for it, or no message at all. */
  #complain(error: Error & { code?: string }): void {
    this.#problem = error.message
    if (!error.code?.startsWith('WS_ERR_')) return
    this.#end({ by: this.#side, code: error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH' ? 'too-large' : 'malformed', message: error.message })
  }

  #close(code: Goodbye, message: string): void {
    // a close frame carries at most 123 bytes
    this.#socket.close(closeCodeOf(code), Buffer.from(message).subarray(0, 120).toString().replace(/\uFFFD$/, ''))
    setTimeout(() => this.#socket.terminate(), waits.closeMs).unref()
  }

  #end(ending: Ending): void {
    if (this.#ended) return
    this.#ended = true
    this.#events.onEnd(ending)
  }

  get #otherSide(): Side {
    return this.#side === 'probe' ? 'controller' : 'probe'
  }
}
