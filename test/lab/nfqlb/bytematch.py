"""Byte matches of a flow: `tcp[12:2]&0x1ff=0x2` compares bytes of the L4 header (nfqlb.md §5 and §9)."""
import re

from packets import EXTENSIONS, FRAGMENT, IPV4, SCTP, TCP, UDP

PATTERN = re.compile(r'(sctp|tcp|udp)\[([0-9]+) *: *([124])\](?: *& *(0x[0-9a-f]+))? *= *(0x[0-9a-f]+|[0-9]+)')
PROTOCOLS = {'sctp': SCTP, 'tcp': TCP, 'udp': UDP}
HEADER_BYTES = {SCTP: 12, TCP: 20, UDP: 8}


class ByteMatch:
    """One parsed item; `text` is nfqlb's normalised form. Raises ValueError with nfqlb's reason."""

    def __init__(self, item):
        if len(item) > 64:
            raise ValueError('String too long')
        parts = PATTERN.fullmatch(item)
        if parts is None:
            raise ValueError("Doesn't match regexp")
        name, offset, size, mask, value = parts.groups()
        self.protocol = PROTOCOLS[name]
        self.offset = c_number(offset)
        self.size = c_number(size)
        if self.offset + self.size > HEADER_BYTES[self.protocol]:
            raise ValueError('Out of bounds')
        self.mask = c_number(mask or '0')
        self.value = c_number(value)
        masked = f'&0x{self.mask:x}' if self.mask else ''
        self.text = f'{name}[{self.offset}:{self.size}]{masked}=0x{self.value:x}'

    def holds(self, header):
        number = int.from_bytes(header[self.offset:self.offset + self.size], 'big')
        return (number & self.mask if self.mask else number) == self.value


def c_number(text):
    """strtol with base 0, clamped to its range and cut to 32 bits."""
    if text.startswith('0x'):
        number = int(text, 16)
    elif text.startswith('0') and len(text) > 1:
        octal = re.match('0[0-7]*', text)
        number = int(octal.group(), 8)
    else:
        number = int(text)
    return min(number, 0x7fffffffffffffff) & 0xffffffff


def all_hold(items, protocol, ethertype, data):
    """
    Whether every item of the packet's own protocol holds; items of other protocols do not count. `protocol` is
    that of the key: SCTP where the packet is UDP that carries SCTP.
    """
    found = l4_header(ethertype, data)
    if found is None:
        return False
    packet_protocol, header = found
    if packet_protocol == UDP and protocol == SCTP:
        packet_protocol, header = SCTP, header[8:]
    if len(header) < HEADER_BYTES.get(packet_protocol, 0):
        return False
    return all(item.holds(header) for item in items if item.protocol == packet_protocol)


def l4_header(ethertype, data):
    if ethertype == IPV4:
        return data[9], data[(data[0] & 15) * 4:]
    protocol, at = data[6], 40
    while protocol in EXTENSIONS:
        if protocol == FRAGMENT or len(data) < at + 2 or data[at + 1] == 0:
            return None
        protocol, at = data[at], at + data[at + 1] * 8
    return protocol, data[at:]
