"""
Addresses of nfqlb's sockets: `unix:NAME` (abstract, of the network namespace) or `tcp:HOST:PORT`. Uses the C module
behind `socket` directly: the client commands start in half the time.
"""
import _socket
import os

from options import die

FLOW_ADDRESS = 'unix:nfqlb'
TRACE_ADDRESS = 'unix:nfqlb-trace'


def flow_address():
    return os.environ.get('NFQLB_FLOW_ADDRESS', FLOW_ADDRESS)


def parse_address(text):
    """→ (family, address) or None where nfqlb cannot parse it."""
    if text.startswith('unix:'):
        return _socket.AF_UNIX, '\0' + text[5:]
    if text.startswith('tcp:'):
        host, colon, port = text[4:].rpartition(':')
        if not colon or not port.isdigit() or int(port) > 0xffff:
            return None
        host = host[1:-1] if host.startswith('[') and host.endswith(']') else host
        for family in (_socket.AF_INET6, _socket.AF_INET):
            try:
                _socket.inet_pton(family, host)
                return family, (host, int(port))
            except OSError:
                continue
    return None


def open_socket(text):
    """A stream socket for the address → (socket, address)."""
    parsed = parse_address(text)
    if parsed is None:
        die(f'Failed to parse address [{text}]')
    family, address = parsed
    return _socket.socket(family, _socket.SOCK_STREAM), address
