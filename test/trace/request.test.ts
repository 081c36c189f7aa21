import { expect, test } from 'vitest'
import { filterOf } from '../../controller/trace/request.ts'

const vips = ['10.0.0.1', '1000::1']

test.each<[string, Parameters<typeof filterOf>[0], string]>([
  ['all VIPs, both families', {}, '(ip host 10.0.0.1 or ip6 host 1000::1)'],
  ['one VIP, its port and the port behind a port-NAT', { vip: '10.0.0.1', port: 80, protocol: 'tcp' }, 'ip host 10.0.0.1 and tcp and (port 80 or port 8080)'],
  ['a filter alone stands for itself', { filter: 'tcp[13] & 2 != 0' }, '(tcp[13] & 2 != 0)'],
  ['a filter on top stays in its parentheses', { peer: '192.0.2.1', filter: 'tcp or udp' }, '(ip host 10.0.0.1 or ip6 host 1000::1) and ip host 192.0.2.1 and (tcp or udp)'],
])('%s', (_, request, filter) => {
  expect(filterOf(request, vips, [{ port: 80, targetPort: 8080 }])).toBe(filter)
})

test.each([['tcp) or (udp', /closes a parenthesis/], ['((tcp)', /closes a parenthesis/], ['-w /tmp/x', /begins with a dash/], ['tcp -r x', /begins with a dash/], ['tcp\nudp', /not printable ASCII/], ['höst', /not printable ASCII/], ['tcp\0udp', /not printable ASCII/], ['tcp)(', /closes a parenthesis/], [' -i any', /begins with a dash/]])('%s is refused, in words', (filter, message) => {
  expect(() => filterOf({ filter }, vips)).toThrow(message)
})
