"""The client of the trench. Usage: client.py short | long | udp | flood | drip  v4=VIP v6=VIP   (one or both; JSON on standard output, but for flood and drip)

short: 40 TCP connects per family, all at once.   long: 100 connects and 24 replies of 20 kB per family.
udp: 40 datagrams per family.   flood: 2600 datagrams to the first VIP, a source port each, nobody waits.
drip: 400 datagrams to each VIP, a source port each, 5 ms apart, nobody waits.
Each tally counts who answered, or how it failed: refused, connect_timeout, connect_error:…, read_timeout, read_error, short_read.
"""
import collections
import concurrent.futures
import json
import socket
import sys
import time

VIPS = dict(argument.split("=", 1) for argument in sys.argv[2:])
LIMIT = 0.8  # s; less than the first retransmission of a SYN, so that a lost packet is a failed connect


def tcp(host, size):
    try:
        sock = socket.create_connection((host, 5001), timeout=LIMIT)
    except ConnectionRefusedError:
        return "refused"
    except TimeoutError:
        return "connect_timeout"
    except OSError as error:
        return f"connect_error:{error.errno}"
    with sock:
        try:
            sock.sendall(b"%d\n" % size)
            answer = b""
            while chunk := sock.recv(65536):
                answer += chunk
        except TimeoutError:
            return "read_timeout"
        except OSError:
            return "read_error"
    name, _, rest = answer.partition(b"\n")
    return name.decode() if name and len(rest) == size else "short_read"


def udp(host, _size):
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(LIMIT)
        try:
            sock.connect((host, 5003))
            sock.send(b"who")
            return sock.recv(64).decode()
        except ConnectionRefusedError:
            return "refused"
        except TimeoutError:
            return "read_timeout"
        except OSError as error:
            return f"connect_error:{error.errno}"


def send(vip):
    """One datagram of a flow of its own."""
    with socket.socket(socket.AF_INET6 if ":" in vip else socket.AF_INET, socket.SOCK_DGRAM) as sock:
        try:
            sock.sendto(b"x", (vip, 5003))
        except OSError:
            pass


def flood():
    for _ in range(2600):
        send(next(iter(VIPS.values())))


def drip():
    for _ in range(400):
        for vip in VIPS.values():
            send(vip)
        time.sleep(0.005)


def tallies(plan, workers):
    """plan: name of the tally, what to do, host, size, how often. Families run side by side."""
    with concurrent.futures.ThreadPoolExecutor(workers) as pool:
        asked = {name: [pool.submit(ask, host, size) for _ in range(times)] for name, ask, host, size, times in plan}
        return {name: dict(sorted(collections.Counter(one.result() for one in all_of).items())) for name, all_of in asked.items()}


if sys.argv[1] == "flood":
    flood()
elif sys.argv[1] == "drip":
    drip()
elif sys.argv[1] == "short":
    print(json.dumps(tallies([(name, tcp, host, 0, 40) for name, host in VIPS.items()], 80)))
elif sys.argv[1] == "udp":
    print(json.dumps(tallies([(name, udp, host, 0, 40) for name, host in VIPS.items()], 80)))
elif sys.argv[1] == "long":
    small = [(name, tcp, host, 0, 100) for name, host in VIPS.items()]
    large = [(f"{name}_20kB", tcp, host, 20000, 24) for name, host in VIPS.items()]
    print(json.dumps({**tallies(small, 24), **tallies(large, 24)}))
else:
    sys.exit(__doc__)
