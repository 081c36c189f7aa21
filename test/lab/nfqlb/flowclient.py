"""Commands that talk to the load balancer over @nfqlb: one request per connection (nfqlb.md §7)."""
import os

from options import die, out
from sockets import flow_address, open_socket

MAX_ARGUMENT = 1000
REPLY_BUFFER = 64


def flow_set(values, _words):
    if len(os.fsencode(values['target'])) > 255:
        die('target too long\n')
    check_lengths(values)
    if 'udpencap' in values:
        if 'protocols' not in values:
            die('udpencap specified without protocols\n')
        if 'sctp' not in values['protocols'].lower():
            die('udpencap specified without sctp\n')
    check_ports(values)
    return confirm([
        ('action', 'set'), ('name', values['name']), ('target', values['target']), ('priority', values.get('prio')),
        *flow_fields(values), ('udpencap', values.get('udpencap')),
    ])


def trace_flow_set(values, _words):
    """The server answers a trace-set only when it fails, so success and a lost request both end with 255."""
    check_lengths(values)
    check_ports(values)
    return confirm([('action', 'trace-set'), ('name', values['name']), *flow_fields(values)])


def flow_delete(values, _words):
    return confirm([('action', 'delete'), ('name', values['name'])])


def trace_flow_delete(values, _words):
    return confirm([('action', 'trace-delete'), ('name', values['name'])])


def flow_list(values, _words):
    return listing([('action', 'list'), ('name', values.get('name'))])


def flow_list_names(_values, _words):
    return listing([('action', 'list-names')])


def trace_flow_list(values, _words):
    return listing([('action', 'trace-list'), ('name', values.get('name'))])


def check_lengths(values):
    for name in ('protocols', 'dsts', 'srcs', 'dports', 'sports', 'match'):
        if len(os.fsencode(values.get(name, ''))) > MAX_ARGUMENT:
            die(f'{name} too long\n')


def check_ports(values):
    if ('dports' in values or 'sports' in values) and 'protocols' not in values:
        die('ports specified without protocols\n')


def flow_fields(values):
    return [(name, values.get(name)) for name in ('protocols', 'dsts', 'srcs', 'dports', 'sports', 'match')]


def request(fields):
    """Connects and sends the request → socket."""
    connection, address = open_socket(flow_address())
    try:
        connection.connect(address)
    except OSError as error:
        die(f'Connect failed. {os.strerror(error.errno)}\n')
    lines = ''.join(f'{key}:{value}\n' for key, value in fields if value is not None)
    try:
        connection.sendall(os.fsencode(f'{lines}eoc:\n'))
    except OSError:
        # The server dropped the request before its end; what it answered, if anything, is still to be read.
        pass
    return connection


def received(connection, size):
    try:
        return connection.recv(size)
    except ConnectionResetError:
        return b''


def confirm(fields):
    reply = received(request(fields), REPLY_BUFFER)
    if not reply:
        return 255
    message, end, _ = reply.partition(b'\0')
    # nfqlb prints its unterminated buffer and what lies behind it on its stack; these bytes stand for that.
    out(message + (b'' if end else b'\x90\xf3\xff\x7f') + b'\n')
    return 0 if message.startswith(b'OK') else 255


def listing(fields):
    connection = request(fields)
    while part := received(connection, 1024):
        out(part)
    return 0
