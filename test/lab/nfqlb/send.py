#!/usr/bin/python3 -ISB
"""
Sends crafted packets into a lab: `send.py INTERFACE PEER-MAC GAP-MS` reads one JSON list per line from stdin and
prints `sent` after each. Not part of the double. A packet: {family: 4|6, protocol, source, destination, length (of L3), sport?, dport?, kind?, code?, word?
(ICMP bytes 4-7), inner?: {protocol, sport, dport, source, destination}, more?, offset?, identity?, payload? (hex,
the L4 part as it is), next? (hex of an IPv6 extension header)}. Checksums of L4 are left 0: nfqlb does not look.
"""
import json
import socket
import sys
import time
from struct import pack


def l4(packet):
    protocol, ports = packet['protocol'], pack('>HH', packet.get('sport', 0), packet.get('dport', 0))
    if 'payload' in packet:
        return bytes.fromhex(packet['payload'])
    if protocol in (1, 58):
        head = pack('>BBHI', packet['kind'], packet.get('code', 0), 0, packet.get('word', 0))
        return head + (l3(packet['inner']) if 'inner' in packet else b'')
    if protocol == 6:
        return ports + pack('>IIBBHHH', 1, 0, 0x50, 2, 1024, 0, 0)
    if protocol == 17:
        return ports + pack('>HH', max(8, packet['length'] - (20 if packet['family'] == 4 else 40)), 0)
    return ports + bytes(8) if protocol == 132 else b''


def l3(packet):
    body = l4(packet)
    if packet['family'] == 4:
        body = body.ljust(packet['length'] - 20, b'\0')
        flags = (0x2000 if packet.get('more') else 0) | packet.get('offset', 0) // 8
        head = pack('>BBHHHBBH', 0x45, 0, 20 + len(body), packet.get('identity', 0), flags, 64, packet['protocol'], 0)
        head += socket.inet_pton(socket.AF_INET, packet['source']) + socket.inet_pton(socket.AF_INET, packet['destination'])
        return head[:10] + pack('>H', checksum(head)) + head[12:] + body
    extension = bytes.fromhex(packet.get('next', ''))
    if 'identity' in packet:
        offset = packet.get('offset', 0) | (1 if packet.get('more') else 0)
        extension = pack('>BBHI', packet['protocol'], 0, offset, packet['identity'])
    protocol = 44 if 'identity' in packet else 0 if extension else packet['protocol']
    body = (extension + body).ljust(packet['length'] - 40, b'\0')
    return pack('>IHBB', 0x60000000, len(body), protocol, 64) + socket.inet_pton(socket.AF_INET6, packet['source']) \
        + socket.inet_pton(socket.AF_INET6, packet['destination']) + body


def checksum(header):
    total = sum(int.from_bytes(header[at:at + 2], 'big') for at in range(0, len(header), 2))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


interface, peer, gap = sys.argv[1], bytes.fromhex(sys.argv[2].replace(':', '')), float(sys.argv[3]) / 1000
wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
wire.bind((interface, 0))
for line in sys.stdin:
    for packet in json.loads(line):
        frame = peer + wire.getsockname()[4] + (b'\x08\x00' if packet['family'] == 4 else b'\x86\xdd') + l3(packet)
        for _ in range(packet.get('repeat', 1)):
            wire.send(frame)
            if gap:
                time.sleep(gap)
    print('sent', flush=True)
