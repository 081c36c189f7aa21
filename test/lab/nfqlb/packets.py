"""
What nfqlb reads from a packet: the 40 byte key its hash and its flows work on, and the ICMP line of the trace.
Follows nfqlb's arithmetic also where that is wrong: extension headers are skipped by their length field without the
first 8 bytes, so an 8 byte header is an error and the first fragment of IPv6 shows ports of the fragment header.
"""
from struct import pack, unpack_from

IPV4 = 0x0800
IPV6 = 0x86dd
ICMP, TCP, UDP, ICMP6, SCTP = 1, 6, 17, 58, 132
WITH_PORTS = (TCP, UDP, SCTP)
EXTENSIONS = (0, 43, 44, 60)
FRAGMENT = 44
MAPPED = b'\0' * 10 + b'\xff\xff'
NAMES = {TCP: 'tcp', UDP: 'udp', SCTP: 'sctp', ICMP: 'icmp', ICMP6: 'icmp6'}


class Malformed(Exception):
    """nfqlb's getHashKey answers -1: the packet is dropped."""


class Key:
    """
    `first` / `later`: a first, or a later fragment of `fragment` (its id; the key of a later one has addresses
    only). `echo` is the id of an echo request, else 0. Ports are 0 where the protocol has none.
    """
    __slots__ = ('source', 'destination', 'protocol', 'sport', 'dport', 'echo', 'first', 'later', 'fragment')

    def __init__(self, source, destination, protocol=0, sport=0, dport=0, echo=0, first=False, later=False, fragment=0):
        self.source = source
        self.destination = destination
        self.protocol = protocol
        self.sport = sport
        self.dport = dport
        self.echo = echo
        self.first = first
        self.later = later
        self.fragment = fragment

    def bytes(self):
        return b''.join((self.source, self.destination, pack('>H', self.echo), pack('<H', self.protocol),
                         pack('>HH', self.sport, self.dport)))


def read_key(ethertype, data, udpencap=0):
    """The key of a packet (bytes from the IP header on); `udpencap` is the UDP port that carries SCTP. Raises Malformed."""
    try:
        if ethertype == IPV4:
            return read_ipv4(data, udpencap)
        if ethertype == IPV6:
            return read_ipv6(data, udpencap)
    except Exception as error:
        raise Malformed from error
    raise Malformed


def read_ipv4(data, udpencap):
    source, destination = MAPPED + data[12:16], MAPPED + data[16:20]
    header = (data[0] & 15) * 4
    if len(data) < 20 or header < 20:
        raise Malformed
    flags = unpack_from('>H', data, 6)[0]
    identity = unpack_from('>H', data, 4)[0]
    if flags & 0x1fff:
        return Key(source, destination, later=True, fragment=identity)
    first = bool(flags & 0x2000)
    protocol = data[9]
    if protocol == ICMP:
        kind = data[header]
        if kind in (3, 4, 5, 11):
            if first:
                raise Malformed
            return read_inner_ipv4(data, header + 8, udpencap)
        echo = unpack_from('>H', data, header + 4)[0] if kind == 8 else 0
        return Key(source, destination, ICMP, echo=echo, first=first, fragment=identity)
    return with_ports(Key(source, destination, protocol, first=first, fragment=identity), data, header, udpencap)


def read_inner_ipv4(data, at, udpencap):
    header = (data[at] & 15) * 4
    if len(data) < at + 20 or header < 20:
        raise Malformed
    key = Key(MAPPED + data[at + 16:at + 20], MAPPED + data[at + 12:at + 16], data[at + 9])
    return with_ports(key, data, at + header, udpencap, reverse=True)


def read_ipv6(data, udpencap):
    if len(data) < 40:
        raise Malformed
    source, destination = data[8:24], data[24:40]
    protocol, at = skip_extensions(data, data[6], 40, stop=FRAGMENT)
    first, identity = False, 0
    if protocol == FRAGMENT:
        offset, identity = unpack_from('>HI', data, at + 2)
        if offset & 0xfff8:
            return Key(source, destination, later=True, fragment=identity)
        first = True
        while protocol in EXTENSIONS:
            protocol, at = data[at], at + data[at + 1] * 8
    if protocol == ICMP6:
        kind = data[at]
        if kind in (1, 2):
            if first:
                raise Malformed
            return read_inner_ipv6(data, at + 8, udpencap)
        echo = unpack_from('>H', data, at + 4)[0] if kind == 128 else 0
        return Key(source, destination, ICMP6, echo=echo, first=first, fragment=identity)
    return with_ports(Key(source, destination, protocol, first=first, fragment=identity), data, at, udpencap)


def read_inner_ipv6(data, at, udpencap):
    if len(data) < at + 40:
        raise Malformed
    protocol, ports_at = skip_extensions(data, data[at + 6], at + 40)
    key = Key(data[at + 24:at + 40], data[at + 8:at + 24], protocol)
    return with_ports(key, data, ports_at, udpencap, reverse=True)


def skip_extensions(data, protocol, at, stop=None):
    while protocol in EXTENSIONS and protocol != stop:
        length = data[at + 1]
        if length == 0:
            raise Malformed
        protocol, at = data[at], at + length * 8
    return protocol, at


def with_ports(key, data, at, udpencap, reverse=False):
    """Adds the ports; `reverse` is the inner packet of an ICMP error, seen from the other side."""
    if key.protocol not in WITH_PORTS:
        return key
    ports = unpack_from('>HH', data, at)
    if udpencap and key.protocol == UDP and ports[0 if reverse else 1] == udpencap:
        ports = unpack_from('>HH', data, at + 8)
        key.protocol = SCTP
    key.sport, key.dport = (ports[1], ports[0]) if reverse else ports
    return key


def icmp_line(ethertype, data):
    """The line the trace prints for an ICMP packet, '' for any other."""
    try:
        if ethertype == IPV4:
            return icmp4_line(data) if data[9] == ICMP else ''
        protocol, at = skip_extensions(data, data[6], 40)
        return icmp6_line(data, at) if protocol == ICMP6 else ''
    except Exception:
        return ''


def icmp4_line(data):
    at = (data[0] & 15) * 4
    kind, code = data[at], data[at + 1]
    first, second = unpack_from('>HH', data, at + 4)
    if kind == 3:
        return f'ICMP_DEST_UNREACH/FRAG_NEEDED: mtu={second}\n' if code == 4 else f'ICMP_DEST_UNREACH: code={code}\n'
    return f'ICMP_ECHO: id={first}, seq={second}\n' if kind == 8 else f'ICMP {kind}, {code}\n'


def icmp6_line(data, at):
    kind, code = data[at], data[at + 1]
    if kind == 2:
        return f"ICMP6_PACKET_TOO_BIG: mtu={unpack_from('>I', data, at + 4)[0]}\n"
    if kind == 128:
        first, second = unpack_from('>HH', data, at + 4)
        return f'ICMP6_ECHO_REQUEST: id={first}, seq={second}\n'
    return f'ICMP6 {kind}, {code}\n'
