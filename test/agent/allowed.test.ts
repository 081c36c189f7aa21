import { describe, expect, test } from 'vitest'
import { facts } from '../../agent/facts/registry.gen.ts'
import { sysctlCommand } from '../../agent/facts/sysctls.ts'
import { refusalOf } from '../../agent/run/allowed.ts'

const words = (line: string): string[] => line.split(' ')

test.each([
  'ip -j -d -s link', 'ip -j addr', 'ip -j -4 rule', 'ip -j -6 route show table all', 'ip -j -s neigh', 'ip -j netconf',
  'ip -j route get 20.0.0.1 from 203.0.113.1 iif nsm-1 mark 5090', 'ip route list table 4096',
  'bridge -j fdb show br bridge0', 'bridge -j -d link', 'ss -H -a -n -t -u -x -p', 'ls -ln --time-style=+ /dev/shm', 'ps -e -o pid,ppid,stat,lstart,comm',
  'nft -j list ruleset', 'iptables-legacy -t mangle -S', 'ip6tables-legacy -t mangle -S', 'cat /proc/net/ip_tables_names', 'cat /var/log/bird.log.backup', 'conntrack -C', 'conntrack -S', 'conntrack -L -f ipv6', 'ping -n -c 1 -W 1 -I nsm-1 -m 5090 172.16.0.1', 'ping -n -c 1 -W 1 fd00::1', 'fping -r 0 -e -t 1000 -i 1 fd00::1', 'fping -r 0 -e -t 1000 -i 1 -I proxy.load-1f0a 172.16.0.1',
  'nfqlb version', 'nfqlb flow-list', 'nfqlb flow-list --name=tshm-a-b', 'nfqlb flow-list-names', 'nfqlb trace-flow-list', 'nfqlb show --shm=tshm-a', 'nfqlb stats',
  'nfqlb fwmark --shm=tshm-a --proto=tcp --src=203.0.113.1:1 --dst=[2000::1]:5000',
  'birdc show status', 'birdc show protocols all', 'birdc show protocols all "NBR-*"', 'birdc show bfd sessions all', `birdc show static 'NBR-gateway-a'`, 'birdc show route count',
  'birdc show route table master4 where net = 0.0.0.0/0 all', 'birdc show route table master6 where net = ::/0 all', 'birdc show interfaces', 'birdc show memory',
  'cat /proc/net/netfilter/nfnetlink_queue', 'cat /proc/1234/status', 'cat /proc/1234/root/var/log/bird.log', 'cat /etc/bird/bird-fe-meridio.conf', 'cat /sys/class/net/nsm-1/mtu',
  sysctlCommand.join(' '), 'sysctl -e net.ipv4.conf.*.rp_filter net.ipv4.conf.proxy/load-1.rp_filter',
])('%s only looks', line => {
  expect(refusalOf(words(line))).toBeUndefined()
})

describe('is refused', () => {
  test.each([
    'ip link set eth0 down', 'ip l', 'ip route add default via 10.0.0.1', 'ip route del default', 'ip r', 'ip rule add from all', 'ip addr flush dev eth0', 'ip neigh flush all', 'ip route flush cache',
    'ip -n other link', 'ip -batch /tmp/x', 'ip -b /tmp/x', 'ip -force link', 'ip netns exec x sh', 'ip xfrm state', 'ip monitor', 'ip link show -batch', 'ip vrf exec x sh', 'ip route save', 'ip', 'ip -j',
    'bridge fdb add 02:00:00:00:00:01 dev x', 'bridge fdb del 02:00:00:00:00:01 dev x', 'bridge monitor', 'bridge f', 'ss -K', 'ss -D /tmp/x', 'ss -a -K', 'ss --kill', 'ls -R /', 'ls relative', 'ls /proc/../root',
    'ps -e -o pid e', 'ps axe', 'nft flush ruleset', 'nft -f /tmp/x', 'iptables-legacy -t mangle -F', 'iptables-legacy -t nat -S', 'iptables-legacy -t mangle -S -Z', 'iptables -t mangle -S', 'ip6tables-legacy -t mangle -A PREROUTING -j DROP', 'nft list ruleset ; flush ruleset', 'conntrack -D', 'conntrack -F', 'conntrack -E',
    'ping -f 10.0.0.1', 'ping 10.0.0.1', 'ping -c 100 10.0.0.1', 'ping -c 0 10.0.0.1', 'ping -c 1 -W 60 10.0.0.1', 'ping -c 1 -i 0.001 10.0.0.1', 'ping -c 1 host.example', 'ping -c 1 -I -f 10.0.0.1', 'ping -c 1 -b 10.0.0.255',
    'fping', 'fping 10.0.0.1', 'fping -r 0 -e -t 1000 -i 1', 'fping -r 0 -e -t 1000 -i 0 10.0.0.1', 'fping -r 9 -e -t 1000 -i 1 10.0.0.1', 'fping -l -r 0 -e -t 1000 -i 1 10.0.0.1', 'fping -r 0 -e -t 1000 -i 1 10.0.0.1 10.0.0.2', 'fping -r 0 -e -t 1000 -i 1 -g 10.0.0.0/8',
    'fping -r 0 -e -t 1000 -i 1 -I -l 10.0.0.1', 'fping -r 0 -e -t 1000 -i 1 -f /etc/shadow', 'fping -r 0 -e -t 1000 -i 1 -I nsm-1 -l 10.0.0.1', 'fping -r 0 -e -t 1000 -i 1 host.example', 'fping -r 0 -e -t 1000 -i 1 dead.beef', 'fping -r 0 -e -t 1000 -i 1 fe80::1%eth0',
    'nfqlb', 'nfqlb loglevel', 'nfqlb loglevel 7', 'nfqlb trace --selection=flows', 'nfqlb trace-flow-set --name=x', 'nfqlb trace-flow-delete --name=x', 'nfqlb flow-set --name=x', 'nfqlb flow-delete --name=x',
    'nfqlb init --shm=tshm-a', 'nfqlb activate --shm=tshm-a 1', 'nfqlb deactivate --shm=tshm-a 1', 'nfqlb delete --shm=tshm-a', 'nfqlb flowlb', 'nfqlb lb', 'nfqlb flow', 'nfqlb show --shm=a/b', 'nfqlb flow-list-names extra',
    'birdc configure', 'birdc down', 'birdc show route all', 'birdc show route', 'birdc show route for 0.0.0.0/0 all', 'birdc show route table master4 all', 'birdc show route table master4 where net = 0.0.0.0/0 all filter', 'birdc show protocols all # x',
    'birdc disable all', 'birdc eval 1', 'birdc echo all', 'birdc dump routes', 'birdc sh st', 'birdc', 'birdc restrict', 'birdc show symbols', 'birdc show route table master4 where net = 0.0.0.0/0; down',
    'cat', 'cat relative', 'cat /etc/shadow', 'cat /proc/1/environ', 'cat /proc/1/mem', 'cat /proc/kcore', 'cat /proc/1/root/etc/shadow', 'cat /etc/bird/../shadow', 'cat /proc/1/root/proc/1/environ', 'cat /var/log/bird.log /etc/shadow',
    'cat /var/run/secrets/kubernetes.io/serviceaccount/token', 'cat /proc/sys/net/ipv6/conf/all/stable_secret',
    'sysctl -w net.ipv4.ip_forward=0', 'sysctl net.ipv4.ip_forward', 'sysctl -e net.ipv4.ip_forward=0', 'sysctl -e -w', 'sysctl -e -p', 'sysctl -e', 'sysctl -e ../../etc/shadow', 'sysctl -e net.ipv6.conf.*.stable_secret',
    'sh -c id', 'bash', 'tcpdump -i any', 'kill -9 1', 'nsenter -t 1 -m sh', 'constructor', 'toString x', '',
  ])('%s', line => {
    expect(refusalOf(words(line))).toEqual(expect.any(String))
  })

  test.each([[['birdc', 'show status\ndown']], [['ip', 'link', 'show', 'a\0b']], [['nfqlb', 'flow-list', '--name=a\neoc:']], [['ls', '/\x1b[2J']]])('a control character: %j', argv => {
    expect(refusalOf(argv)).toEqual(expect.any(String))
  })
})

test('every fact that takes no parameters asks only for what is allowed', async () => {
  const refused: string[] = []
  for (const fact of facts.filter(fact => !fact.params)) {
    await fact.read(async argv => {
      const refusal = refusalOf(argv)
      if (refusal !== undefined) refused.push(`${fact.id}: ${argv.join(' ')}: ${refusal}`)
      throw new SyntaxError('nothing to read')
    }, {}).catch(() => {})
  }
  expect(refused).toEqual([])
})
