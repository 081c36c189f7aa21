"""What happens to one packet: key, flow, stream, target, verdict, and the lines of the trace on the way (nfqlb.md §3, §6)."""
import _socket
import signal
from struct import pack

import hazards
from maglev import djb2
from packets import NAMES, SCTP, UDP, Malformed, icmp_line, read_key
from serverlog import FLOWS, FRAG, INFO, PACKET, WARNING
from serverlog import SCTP as TRACE_SCTP


class PacketHandler:
    """`settings`: hash_mode, nolb_fwmark, notargets_fwmark."""

    def __init__(self, log, flows, trace_flows, fragments, settings):
        self.log = log
        self.flows = flows
        self.trace_flows = trace_flows
        self.fragments = fragments
        self.settings = settings

    def handle(self, ethertype, data):
        """→ the mark to accept the packet with, or a negative number to drop it."""
        try:
            key = read_key(ethertype, data)
        except Malformed:
            self.log.log(WARNING, f'getHashKey rc=-1. proto={ethertype}, len={len(data)}\n')
            return -1
        if key.later:
            return self.later_fragment(key)
        fragment, first = key.fragment, key.first
        flow, udpencap = self.flows.lookup(key, ethertype, data)
        traced = self.trace_match(key, ethertype, data, udpencap) if self.log.mask() & FLOWS else False
        if udpencap and key.protocol == UDP and key.dport == udpencap:
            self.log.trace(TRACE_SCTP, f'Udp encapsulated sctp packet on port {udpencap}\n')
            try:
                key = read_key(ethertype, data, udpencap)
            except Malformed:
                self.log.trace(TRACE_SCTP, 'FAILED: Re-compute key with udpencap\n')
                return -1
            flow, _ = self.flows.lookup(key, ethertype, data)
        if flow is None:
            return self.no_flow(traced)
        mark = self.target(flow.reference.stream, key)
        name = flow.reference.target
        if mark < 0:
            mark = self.settings['notargets_fwmark']
            if traced:
                self.log.tracef(f'NO servers, target={name}, fwmark={mark}\n')
            return mark
        if traced:
            self.log.tracef(f'target={name}, fwmark={mark}\n')
        if first and not self.first_fragment(key, fragment, mark, traced):
            return -1
        mask = self.log.mask()
        if mask & PACKET or (mask & TRACE_SCTP and key.protocol == SCTP):
            self.log.tracef(f'Using LB; {name}\n')
            self.log.tracef(f'Packet; proto={key.protocol}, len={len(data)}, fwmark={mark}\n')
        return mark

    def trace_match(self, key, ethertype, data, udpencap):
        flow, _ = self.trace_flows.lookup(key, ethertype, data)
        if flow is None:
            return False
        self.log.tracef(f'\nMatch for trace-flow: {flow.reference.target}\n')
        line = icmp_line(ethertype, data)
        if line:
            self.log.tracef(line)
        protocol = NAMES.get(key.protocol, key.protocol)
        self.log.tracef(f'proto={protocol}, len={len(data)}, {address(key.source)} {key.sport} -> '
                        f'{address(key.destination)} {key.dport}\n')
        if key.protocol == UDP and udpencap:
            self.log.tracef(f'udpencap={udpencap}\n')
        return True

    def no_flow(self, traced):
        mark = self.settings['nolb_fwmark']
        self.log.trace(PACKET, 'Failed flowLookup\n')
        self.log.log(INFO, 'Failed flowLookup\n')
        if traced:
            self.log.tracef(f'NO target, fwmark={mark}\n')
        return mark

    def target(self, stream, key):
        if stream.M == 0:
            hazards.die_by(signal.SIGFPE, 'a flow to a stream with M=0')
        if key.protocol == SCTP and self.settings['hash_mode'] != 0:
            value = djb2(pack('>HH', key.sport, key.dport))
        else:
            value = djb2(key.bytes())
        index = stream.lookup[value % stream.M]
        return stream.active[index] if index >= 0 else -1

    def first_fragment(self, key, fragment, mark, traced):
        self.log.trace(FRAG, 'First fragment\n')
        if self.fragments.first(key.source, key.destination, fragment, mark):
            return True
        self.log.trace(FRAG, 'FAILED: Handle first fragment\n')
        if traced:
            self.log.tracef('FAILED: Handle first fragment\n')
        return False

    def later_fragment(self, key):
        mark = self.fragments.later(key.source, key.destination, key.fragment)
        if mark is None:
            self.log.trace(FRAG, 'Fragment dropped\n')
            return -1
        self.log.trace(FRAG, f'Handle non-first frag locally fwmark={mark}\n')
        return mark


def address(packed):
    return _socket.inet_ntop(_socket.AF_INET6, packed)
