interface Setting { readonly key: string; readonly value: string }

/** What the kernel should be set to: value by key. */
export type Wanted = Readonly<Record<string, string>>

/** Settings with another value than wanted, in the order wanted; several numbers are parted by one space. */
export function settingsThatDiffer<S extends Setting>(settings: readonly S[], wanted: Wanted): readonly { readonly row: S; readonly is: string; readonly wanted: string }[] {
  return Object.entries(wanted).flatMap(([key, value]) => {
    const row = settings.find(setting => setting.key === key)
    const is = row?.value.split(/\s+/).join(' ')
    return row && is !== undefined && is !== value ? [{ row, is, wanted: value }] : []
  })
}

/** What the kernel did not tell, of what is judged. */
export function untoldSettings(settings: readonly Setting[], wanted: Wanted): readonly string[] {
  return Object.keys(wanted).filter(key => !settings.some(setting => setting.key === key)).map(key => `the kernel tells no ${key}`)
}

/** Next hops are chosen by the whole flow, not by addresses alone. */
export const byFlow: Wanted = { 'net.ipv4.fib_multipath_hash_policy': '1', 'net.ipv6.fib_multipath_hash_policy': '1' }
