/**
 * The commands a recorded file answers, by its name in `test/fixtures/trench` (that folder's README has the table).
 * Empty for files that are not the output of one command (`sysctl*.txt`, `route-get-*.txt`: see terminal.ts; maps, fault.json).
 */
export function commandsOf(file: string): readonly (readonly string[])[] {
  const fixed = byName[file]
  if (fixed) return fixed
  const procNet = /^proc-net-(netfilter-)?(.+)\.txt$/.exec(file)
  if (procNet) return [['cat', `/proc/net/${procNet[1] ? 'netfilter/' : ''}${procNet[2]}`]]
  const show = /^nfqlb-show-(.+)\.txt$/.exec(file)
  if (show) return [['nfqlb', 'show', `--shm=${show[1]}`]]
  return []
}

const words = (...lines: string[]): string[][] => lines.map(line => line.split(' '))

const byName: Readonly<Record<string, readonly (readonly string[])[]>> = {
  'ip-link.json': words('ip -j -d -s link'),
  'ip-addr.json': words('ip -j addr'),
  'ip-rule4.json': words('ip -j -4 rule'),
  'ip-rule6.json': words('ip -j -6 rule'),
  'ip-route4.json': words('ip -j -4 route show table all'),
  'ip-route6.json': words('ip -j -6 route show table all'),
  // details (-d) add nothing to a neighbour
  'ip-neigh.json': words('ip -j -s neigh', 'ip -j -d -s neigh'),
  'ip-netconf.json': words('ip -j netconf'),
  'bridge-fdb.json': words('bridge -j fdb show br bridge0'),
  'bridge-link.json': words('bridge -j -d link'),
  'ss.txt': words('ss -H -a -n -t -u -x -p'),
  'dev-shm.txt': words('ls -ln --time-style=+ /dev/shm'),
  'nft-ruleset.json': words('nft -j list ruleset'),
  'nft-ruleset.txt': words('nft list ruleset'),
  'iptables-legacy-mangle.txt': words('iptables-legacy -t mangle -S'),
  'ip6tables-legacy-mangle.txt': words('ip6tables-legacy -t mangle -S'),
  'conntrack-list.txt': words('conntrack -L'),
  'conntrack-stats.txt': words('conntrack -S'),
  'nfqlb-flow-list.json': words('nfqlb flow-list'),
  'nfqlb-stats.txt': words('nfqlb stats'),
  'bird.log': words('cat /var/log/bird.log'),
  'bird-fe-meridio.conf': words('cat /etc/bird/bird-fe-meridio.conf'),
  'birdc-status.txt': words('birdc show status'),
  'birdc-protocols.txt': words('birdc show protocols'),
  'birdc-protocols-all.txt': words('birdc show protocols all'),
  'birdc-protocols-all-NBR.txt': words('birdc show protocols all "NBR-*"'),
  'birdc-bfd-sessions.txt': words('birdc show bfd sessions'),
  'birdc-bfd-sessions-NBR-BFD.txt': words(`birdc show bfd sessions 'NBR-BFD'`, 'birdc show bfd sessions NBR-BFD'),
  'birdc-route-all.txt': words('birdc show route all'),
  'birdc-route-table-all.txt': words('birdc show route table all all'),
  'birdc-route-count.txt': words('birdc show route count'),
  'birdc-memory.txt': words('birdc show memory'),
  'birdc-interfaces.txt': words('birdc show interfaces'),
  'birdc-interfaces-summary.txt': words('birdc show interfaces summary'),
  'birdc-symbols.txt': words('birdc show symbols'),
}
