"""`trace` and `loglevel`: both map (and, where absent, create) the shared memory nfqlb-trace."""
import os

import shm
from options import atoi, die, out
from sockets import TRACE_ADDRESS, open_socket

SELECTION = {'log': 1, 'packet': 2, 'frag': 4, 'flow-conf': 8, 'sctp': 16, 'target': 32, 'flows': 64}


def loglevel(_values, words):
    config = shm.log_config()
    if words:
        config[0] = atoi(words[0]) & 0xffffffff
    out(f'loglevel={config[0] - (1 << 32) if config[0] >> 31 else config[0]}\n')
    return 0


def trace(values, _words):
    """Writes the mask, connects, and copies the stream to stdout until the load balancer ends."""
    if 'mask' not in values and 'selection' not in values:
        die('Specify any of --mask or --selection')
    if 'mask' in values and 'selection' in values:
        die('Specify any ONE of --mask or --selection')
    if 'mask' in values:
        mask = parse_mask(values['mask'])
    else:
        # A word nfqlb does not know counts nothing and is no error.
        mask = sum({SELECTION.get(word, 0) for word in values['selection'].split(',')})
    out(f'Mask=0x{mask:08x}\n')
    shm.log_config()[1] = mask
    address_text = values.get('trace_address', TRACE_ADDRESS)
    connection, address = open_socket(address_text)
    try:
        connection.connect(address)
    except OSError as error:
        die(f'Trace client connect to {address_text}: {os.strerror(error.errno)}\n')
    while part := connection.recv(4096):
        try:
            complete = os.write(1, part) == len(part)
        except OSError:
            complete = False
        if not complete:
            die('FAILED: write\n')
    return 0


def parse_mask(text):
    """C's strtol with base 0: decimal, 0x… and 0… numbers; 0 where there is none."""
    text = text.strip()
    try:
        return int(text, 8 if text[:1] == '0' and text[1:].isdigit() else 0) & 0xffffffff
    except ValueError:
        return 0
