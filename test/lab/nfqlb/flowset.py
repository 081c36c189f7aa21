"""
Flows and trace flows: validation, normalisation, first match wins, and the listings byte for byte (nfqlb.md §5).
A set is replaced as a whole by every change, so the packet threads read it without a lock.
"""
import _socket
import re

from bytematch import ByteMatch, all_hold
from packets import ICMP, ICMP6, SCTP, TCP, UDP

PROTOCOLS = {'tcp': TCP, 'udp': UDP, 'sctp': SCTP}
MAX_CIDRS = 32


class Refused(Exception):
    """The request cannot be a flow; the text is nfqlb's reply."""


class Flow:
    """`fields`: name, priority, protocols, dsts, srcs, dports, sports, match, udpencap as the request had them."""

    def __init__(self, fields, reference):
        self.name = fields['name']
        self.priority = fields.get('priority', 0)
        self.reference = reference
        self.udpencap = fields.get('udpencap', 0)
        self.matches = 0
        self.protocols = self.of(fields, 'protocols', parse_protocols)
        self.dports = self.of(fields, 'dports', parse_ports)
        self.sports = self.of(fields, 'sports', parse_ports, 'dports')
        self.dsts = self.of(fields, 'dsts', parse_cidrs)
        self.srcs = self.of(fields, 'srcs', parse_cidrs)
        self.match = None
        if 'match' in fields:
            self.match = [self.byte_match(item) for item in fields['match'].split(',') if item]

    def of(self, fields, key, parser, said=None):
        if key not in fields:
            return None
        parsed = parser(fields[key])
        if parsed is None:
            # nfqlb says dports for bad sports as well.
            raise Refused(f'Invalid {said or key}')
        return parsed

    def byte_match(self, item):
        try:
            return ByteMatch(item)
        except ValueError as reason:
            raise Refused(f'Match [{item}] {reason}') from reason

    def takes(self, key, source, destination, ping, ethertype, data):
        """`source` and `destination` are the key's addresses as numbers; `ping`: ICMP that any flow may take."""
        if self.dsts is not None and not in_cidrs(destination, self.dsts):
            return False
        if self.srcs is not None and not in_cidrs(source, self.srcs):
            return False
        if ping:
            return True
        if self.protocols is not None and key.protocol not in self.protocols:
            return False
        if self.dports is not None and not in_ranges(key.dport, self.dports):
            return False
        if self.sports is not None and not in_ranges(key.sport, self.sports):
            return False
        return self.match is None or all_hold(self.match, key.protocol, ethertype, data)

    def text(self, with_reference):
        lines = [f'"name": "{self.name}"', f'"priority": {self.priority & 0xffffffff}']
        if self.protocols is not None:
            names = ', '.join(f'"{name}"' for name, number in PROTOCOLS.items() if number in self.protocols)
            lines.append(f'"protocols": [ {names} ]')
        lines += block('dests', self.dsts, cidr_text)
        lines += block('dports', self.dports, range_text)
        lines += block('srcs', self.srcs, cidr_text)
        lines += block('sports', self.sports, range_text)
        lines += block('match', self.match, lambda item: item.text)
        if self.udpencap:
            lines.append(f'"udpencap": {self.udpencap}')
        lines.append(f'"matches_count": {self.matches & 0xffffffff}')
        if with_reference:
            lines.append(f'"user_ref": "{self.reference.target if self.reference else "NULL"}"')
        return '{\n  ' + ',\n  '.join(lines) + '\n}'


class FlowSet:
    def __init__(self, promiscuous_ping):
        self.promiscuous_ping = promiscuous_ping
        self.flows = ()

    def find(self, name):
        return next((flow for flow in self.flows if flow.name == name), None)

    def define(self, flow):
        """Adds the flow, or replaces the one of its name in place; priority descends, equals keep their order."""
        if self.find(flow.name):
            flows = [flow if flow.name == other.name else other for other in self.flows]
        else:
            flows = [*self.flows, flow]
        self.flows = tuple(sorted(flows, key=lambda other: -other.priority))

    def remove(self, name):
        removed = self.find(name)
        self.flows = tuple(flow for flow in self.flows if flow is not removed)
        return removed

    def lookup(self, key, ethertype, data):
        """
        → (first flow that takes the packet and has a reference, udpencap). A flow without reference (the `#NAME`
        companion of one with udpencap) counts, tells its udpencap, and the search goes on.
        """
        source = int.from_bytes(key.source, 'big')
        destination = int.from_bytes(key.destination, 'big')
        # Not only echo requests: a timestamp request (ICMP 13) found a UDP flow in trace-flows-icmp-errors.
        ping = self.promiscuous_ping and key.protocol in (ICMP, ICMP6)
        udpencap = 0
        for flow in self.flows:
            if flow.takes(key, source, destination, ping, ethertype, data):
                flow.matches += 1
                if not ping:
                    udpencap = flow.udpencap
                if flow.reference is not None:
                    return flow, udpencap
        return None, udpencap

    def text(self, name, with_reference):
        if name is not None:
            flow = self.find(name)
            return flow.text(with_reference) if flow else ''
        return '[' + ',\n'.join(flow.text(with_reference) for flow in self.flows) + ']\n'

    def names_text(self):
        return '[\n' + ',\n'.join(f'  "{flow.name}"' for flow in self.flows) + '\n]\n' if self.flows else '[]\n'


def block(key, items, text):
    if items is None:
        return []
    return [f'"{key}": [\n' + ',\n'.join(f'    "{text(item)}"' for item in items) + '\n  ]']


def words(text):
    return [word for word in re.split('[, ]', text) if word]


def parse_protocols(text):
    numbers = [PROTOCOLS.get(word.lower()) for word in words(text)]
    return None if None in numbers else set(numbers)


def parse_ports(text):
    """Merged and sorted (first, last) ranges within 1..65535; None if one is not."""
    ranges = []
    for word in words(text):
        parts = re.match(r'([0-9]+)-([0-9]+)' if '-' in word else r'([0-9]+)', word)
        if parts is None:
            return None
        first, last = int(parts.group(1)), int(parts.group(parts.lastindex))
        if not 1 <= first <= last <= 65535:
            return None
        ranges.append((first, last))
    merged = []
    for first, last in sorted(ranges):
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        else:
            merged.append((first, last))
    return merged


def parse_cidrs(text):
    """(network, mask, prefix length) as IPv6 numbers; None without a prefix length, for none at all and for more than 32."""
    cidrs = []
    for word in words(text):
        address, _, prefix = (word if ':' in word else f'::ffff:{word}').partition('/')
        digits = re.match('[0-9]+', prefix)
        length = (int(digits.group()) if digits else 999) + (0 if ':' in word else 96)
        if length > 128:
            return None
        try:
            number = int.from_bytes(_socket.inet_pton(_socket.AF_INET6, address), 'big')
        except OSError:
            return None
        mask = (1 << 128) - (1 << (128 - length))
        cidrs.append((number & mask, mask, length))
    return cidrs if 0 < len(cidrs) <= MAX_CIDRS else None


def in_cidrs(number, cidrs):
    return any(number & mask == network for network, mask, _ in cidrs)


def in_ranges(number, ranges):
    return any(first <= number <= last for first, last in ranges)


def cidr_text(cidr):
    return f"{_socket.inet_ntop(_socket.AF_INET6, cidr[0].to_bytes(16, 'big'))}/{cidr[2]}"


def range_text(pair):
    return f'{pair[0]}' if pair[0] == pair[1] else f'{pair[0]}-{pair[1]}'
