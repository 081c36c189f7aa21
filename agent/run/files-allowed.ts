/**
 * Whether `cat` may show a file: what the kernel tells about network and processes, and BIRD's configuration and log.
 * Never environments, memory, keys or tokens. `/proc/PID/root/…` is judged by what stands behind it.
 */
export function fileAllowed(path: string): boolean {
  if (!path.startsWith('/') || path.split('/').some(part => part === '..' || part === '.')) return false
  const inner = belowRoot(path)?.inner ?? path
  return shown.some(pattern => pattern.test(inner)) && !/secret|fastopen_key/.test(inner)
}

/** Splits `/proc/PID/root/etc/x` into the process's root and `/etc/x`. */
export function belowRoot(path: string): { root: string; inner: string } | undefined {
  const match = /^(\/proc\/(?:\d+|self)\/root)(\/.+)$/.exec(path)
  return match?.[1] && match[2] ? { root: match[1], inner: match[2] } : undefined
}

const shown: readonly RegExp[] = [
  /^\/proc\/(?:(?:self|\d+)\/)?net\/[\w/-]+$/,
  /^\/proc\/(?:self|\d+)\/(?:stat|status|comm|cmdline|maps|limits|cgroup|stack|wchan|mountinfo|oom_score_adj)$/,
  /^\/proc\/(?:uptime|loadavg|meminfo|stat|version|modules)$/,
  /^\/proc\/sys\/[\w/.:@-]+$/,
  /^\/sys\/class\/net\/[^/]+\/[\w/-]+$/,
  /^\/sys\/devices\/(?:.+\/)?net\/[^/]+\/[\w/-]+$/,
  /^\/sys\/fs\/cgroup\/[\w/.-]+$/,
  /^\/etc\/bird\/[\w.-]+\.conf$/,
  /^\/var\/log\/bird\.log(?:\.backup)?$/,
]
