/** Who calls. */
export interface Caller {
  /** of the {@link Access} that knows him */
  readonly source: string
  readonly name: string
  readonly uid?: string
  readonly groups: readonly string[]
  readonly extra?: Readonly<Record<string, readonly string[]>>
}

/** `look`: what puts a probe into pods (a sweep, a trace). `read`: results. Each is what the caller could do by hand: patch pods/ephemeralcontainers, get pods/log. */
export type Right = 'look' | 'read'

export interface Decision {
  readonly allowed: boolean
  /** whose words allowed it, for the audit */
  readonly reason: string
}

/** Knows callers by their bearer token, and what they may do. */
export interface Access {
  readonly source: string
  /** @param address whence the call came. Undefined: not known here. @throws {Problem} `kubernetes-unavailable` */
  identify(token: string, address: string): Promise<Caller | undefined>
  /** @param namespace absent: in the whole cluster. @throws {Problem} `kubernetes-unavailable` */
  decide(caller: Caller, right: Right, namespace?: string): Promise<Decision>
}

/** Asks one after the other who a caller is; what he may do is decided by the one who knew him. */
export function firstOf(...accesses: readonly Access[]): Access {
  return {
    source: 'first',
    identify: async (token, address) => {
      for (const access of accesses) {
        const caller = await access.identify(token, address)
        if (caller) return caller
      }
      return undefined
    },
    decide: async (caller, right, namespace) => (await accesses.find(({ source }) => source === caller.source)?.decide(caller, right, namespace)) ?? { allowed: false, reason: `${caller.name} is not known here` },
  }
}
