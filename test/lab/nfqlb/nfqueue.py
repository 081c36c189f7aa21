"""
One kernel packet queue over nfnetlink: bind, take packets, answer each with a verdict and a mark (the messages of
linux/netfilter/nfnetlink_queue.h, the settings of nfqlb).
"""
import os
import socket
from struct import pack, pack_into, unpack_from

NETLINK_NETFILTER = 12
SOL_NETLINK, NETLINK_NO_ENOBUFS = 270, 5
NLM_F_REQUEST, NLMSG_ERROR = 1, 2
MSG_PACKET, MSG_VERDICT, MSG_CONFIG = 0x300, 0x301, 0x302
CFG_CMD, CFG_PARAMS, CFG_QUEUE_MAXLEN, CFG_MASK, CFG_FLAGS = 1, 2, 3, 4, 5
CMD_BIND, CMD_PF_BIND, CMD_PF_UNBIND = 1, 3, 4
COPY_PACKET, FLAG_GSO = 2, 4
PACKET_HEADER, VERDICT_HEADER, MARK, PAYLOAD = 1, 2, 3, 10
NF_DROP, NF_ACCEPT = 0, 1


class Queue:
    """`handle(ethertype, packet)` gives the mark to accept with, or a negative number to drop."""

    def __init__(self, number, length, mtu, handle):
        self.number = number
        self.length = length
        self.mtu = mtu
        self.handle = handle

    def run(self):
        """Binds and serves the queue until the process ends; an error ends it, as in nfqlb."""
        self.socket = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_NETFILTER)
        self.socket.bind((0, 0))
        self.socket.connect((0, 0))
        self.configure(0, attribute(CFG_CMD, pack('>BxH', CMD_PF_UNBIND, socket.AF_INET)))
        self.configure(0, attribute(CFG_CMD, pack('>BxH', CMD_PF_BIND, socket.AF_INET)))
        self.configure(self.number, attribute(CFG_CMD, pack('>BxH', CMD_BIND, socket.AF_INET)))
        self.configure(self.number, attribute(CFG_PARAMS, pack('>IB', self.mtu, COPY_PACKET))
                       + attribute(CFG_FLAGS, pack('>I', FLAG_GSO)) + attribute(CFG_MASK, pack('>I', FLAG_GSO)))
        self.configure(self.number, attribute(CFG_QUEUE_MAXLEN, pack('>I', self.length)))
        self.socket.setsockopt(SOL_NETLINK, NETLINK_NO_ENOBUFS, 1)
        self.grow_buffer()
        verdict = bytearray(pack('<IHHII', 40, MSG_VERDICT, NLM_F_REQUEST, 0, 0) + pack('>BBH', 0, 0, self.number)
                            + attribute(VERDICT_HEADER, bytes(8)) + attribute(MARK, bytes(4)))
        receive, send, handle = self.socket.recv, self.socket.send, self.handle
        while True:
            for identity, ethertype, packet in packets(receive(65536)):
                mark = handle(ethertype, packet)
                pack_into('>II', verdict, 24, NF_DROP if mark < 0 else NF_ACCEPT, identity)
                pack_into('>I', verdict, 36, max(mark, 0) & 0xffffffff)
                send(verdict)

    def configure(self, number, attributes):
        header = pack('<IHHII', 20 + len(attributes), MSG_CONFIG, NLM_F_REQUEST, 0, 0)
        self.socket.send(header + pack('>BBH', 0, 0, number) + attributes)

    def grow_buffer(self):
        wanted = (self.length * self.mtu // 2) & ~0xfff
        if wanted > self.socket.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF):
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, wanted)
        size = self.socket.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF)
        os.write(1, f'queue_length={self.length}, mtu={self.mtu}, SO_RCVBUF={size} ({wanted})\n'.encode())


def attribute(kind, value):
    length = 4 + len(value)
    return pack('<HH', length, kind) + value + bytes(-length % 4)


def packets(data):
    """Yields (packet id, ethertype, bytes from the IP header on) of every packet message in one read."""
    at = 0
    while at + 16 <= len(data):
        length, kind = unpack_from('<IH', data, at)
        if kind == NLMSG_ERROR:
            error = -unpack_from('<i', data, at + 16)[0]
            if error:
                raise OSError(error, os.strerror(error))
        elif kind == MSG_PACKET:
            yield read_packet(data, at + 20, at + length)
        at += (length + 3) & ~3


def read_packet(data, at, end):
    identity, ethertype, packet = 0, 0, b''
    while at + 4 <= end:
        length, kind = unpack_from('<HH', data, at)
        kind &= 0x3fff
        if kind == PACKET_HEADER:
            identity, ethertype = unpack_from('>IH', data, at + 4)
        elif kind == PAYLOAD:
            packet = data[at + 4:at + length]
        at += (length + 3) & ~3
    return identity, ethertype, packet
