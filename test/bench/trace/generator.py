"""Sends UDP datagrams at a fixed rate: generator.py ADDRESS PORT SIZE_ON_THE_WIRE PER_SECOND COUNT. The payload begins with a sequence number (u32, big endian)."""
import socket, sys, time

address, port, size, rate, count = sys.argv[1], *map(int, sys.argv[2:])
sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 22)
rest = bytes(size - 14 - 20 - 8 - 4)
start = time.monotonic()
sent = 0
while sent < count:
    due = min(count, int((time.monotonic() - start) * rate) + 1)
    if due <= sent:
        time.sleep(min(0.001, 1 / rate))
        continue
    for number in range(sent, due):
        sock.sendto(number.to_bytes(4, 'big') + rest, (address, port))
    sent = due
print(time.monotonic() - start)
