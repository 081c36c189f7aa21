/** Bounds of the wire, held by both ends. What happens at each stands in PROTOCOL.md, Limits. Bytes of UTF-8 unless said. */
export const limits = Object.freeze({
  /** of one message */
  frameBytes: 8 << 20,
  /** of all that a stranger may send before its proof is accepted */
  openingBytes: 64 << 10,
  /** of a record's stdout and stderr together; of an observation's data */
  textBytes: 4 << 20,
  /** parameters and log fields, as JSON */
  jsonBytes: 64 << 10,
  /** ids, names, codes, one word of an argv */
  nameBytes: 1 << 10,
  messageBytes: 4 << 10,
  /** words */
  argv: 4096,
  /** facts in a hello */
  facts: 512,
  /** wants in an ask, records in an observation */
  wants: 1024,
  pins: 8,
  /** asks under way in a session */
  asks: 16,
  /** of a capture's records that wait in the probe for their window */
  streamBytes: 1 << 20,
  /** of all lines of a session without a connection: below the 10 MiB at which a kubelet starts a new log file */
  logBytes: 8 << 20,
  /** of a plan in a container's environment; Linux takes 128 KiB in one variable */
  planBytes: 96 << 10,
  /** what may wait in memory for a slow peer */
  unsentBytes: 32 << 20,
})

/** Bounds of the waits that belong to the protocol, in ms. */
export const waits = Object.freeze({
  /** TCP, TLS and the WebSocket's opening */
  connectMs: 10_000,
  /** from the connection to the welcome; the controller may have to read the pod's log in between */
  openingMs: 20_000,
  /** the longest that may be asked for */
  askMs: 600_000,
  pingEveryMs: 2000,
  /** pings without any frame from the other side until it counts as gone */
  silentPings: 4,
  /** for the other side to close after a goodbye */
  closeMs: 500,
})
