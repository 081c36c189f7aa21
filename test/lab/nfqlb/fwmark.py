"""`fwmark`: which target a 5-tuple would hit, computed from the shared memory alone."""
import _socket
from struct import pack

import shm
from maglev import djb2
from options import atoi, die, out

PROTOCOLS = {'tcp': 6, 'udp': 17, 'sctp': 132}


def fwmark(values, _words):
    source, source_port = parse_endpoint(values['src'])
    destination, destination_port = parse_endpoint(values['dst'])
    ports = pack('>HH', source_port, destination_port)
    if 'proto' in values:
        protocol = PROTOCOLS.get(values['proto'].lower())
        if protocol is None:
            die(f"Failed to parse protocol [{values['proto']}]\n")
        if protocol == 132 and hash_mode(values) != 0:
            value = djb2(ports)
        else:
            value = djb2(source + destination + pack('<HH', 0, protocol) + ports)
    else:
        value = djb2(source + destination)
    if 'shm' not in values:
        out(f'{{ "hash": {value} }}\n')
        return 0
    stream = shm.Stream(shm.open_or_die(values['shm'], True))
    index = value % stream.M
    active = stream.lookup[index]
    mark = stream.active[active] if active >= 0 else -1
    out(f'{{ "hash": {value}, "lookupindex": {index}, "activeindex": {active}, "fwmark": {mark} }}\n')
    return 0


def hash_mode(values):
    """0: all five fields, 1 (default, and the only way of 1.1.4): SCTP by its ports alone."""
    return atoi(values.get('hash_mode', '1'))


def parse_endpoint(text):
    """`1.2.3.4:80` or `[2000::1]:80` → (16 address bytes, port)."""
    if len(text) > 60:
        die(f'Address too long [{text}]\n')
    if '[' in text:
        host, _, port = text.partition(']:')
        host = host[1:]
    else:
        if ':' not in text:
            die(f'No port in [{text}]\n')
        host, _, port = text.rpartition(':')
        host = f'::ffff:{host}'
    try:
        return _socket.inet_pton(_socket.AF_INET6, host), atoi(port) & 0xffff
    except OSError:
        die(f'Parse address failed [{text}]\n')
