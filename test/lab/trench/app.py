"""The application of a target: TCP on the flow's ports 5000-5002, UDP on 5003, both families. Usage: app.py NAME

TCP: reads a number N, answers "NAME\n" and N bytes, closes. UDP: answers NAME from the address that was asked (the VIP).
"""
import socket
import sys
import threading

NAME = sys.argv[1].encode()


def bound(kind, port):
    sock = socket.socket(socket.AF_INET6, kind)
    sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind(("::", port))
    return sock


def serve_tcp(listener):
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=answer, args=(connection,), daemon=True).start()


def answer(connection):
    with connection:
        try:
            connection.settimeout(5)
            size = int(connection.recv(16).strip() or b"0")
            connection.sendall(NAME + b"\n" + b"x" * size)
        except (OSError, ValueError):
            pass  # the client gave up, or is no client of ours


def serve_udp(sock):
    sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_RECVPKTINFO, 1)
    while True:
        _, ancillary, _, peer = sock.recvmsg(65535, 256)
        # address without interface: the rule "from VIP" shall choose the way
        reply = [(level, kind, data[:16] + b"\0" * 4) for level, kind, data in ancillary if kind == socket.IPV6_PKTINFO]
        try:
            sock.sendmsg([NAME], reply, 0, peer)
        except OSError:
            pass  # no way back: the client's timeout tells


for port in (5000, 5001, 5002):
    listener = bound(socket.SOCK_STREAM, port)
    listener.listen(256)
    threading.Thread(target=serve_tcp, args=(listener,), daemon=True).start()
serve_udp(bound(socket.SOCK_DGRAM, 5003))
