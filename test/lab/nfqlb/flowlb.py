"""`flowlb`: the load balancer process. Main thread: trace server (only it may change SIGPIPE); others: flows, one per queue."""
import os
import re
import sys
import threading

import hazards
from balancers import Balancers
from flowserver import FlowServer
from flowset import FlowSet
from fragments import Fragments
from handler import PacketHandler
from nfqueue import Queue
from options import atoi, die
from serverlog import ServerLog
from sockets import TRACE_ADDRESS


def flowlb(values, _words):
    """Never returns. --lbshm, --tun and --reassembler (never used by Meridio) are accepted and do nothing here."""
    hazards.arm()
    threading.excepthook = end_process
    log = ServerLog()
    mtu = atoi(values.get('mtu', '1500'))
    fragment_settings = {
        'size': atoi(values.get('ft_size', '500')), 'buckets': atoi(values.get('ft_buckets', '500')),
        'ttl': atoi(values.get('ft_ttl', '200')), 'mtu': mtu,
    }
    fragments = Fragments(values.get('ft_shm', 'ftshm'), fragment_settings)
    if mtu < 576:
        die(f'Invalid MTU; {mtu}\n')
    os.write(1, 'FragTable; size={size}, buckets={buckets}, frag=0, mtu={mtu}, ttl={ttl}\n'.format(**fragment_settings).encode())
    # nfqlb starts its threads in no fixed order; here a second server always fails on the trace socket, as recorded.
    log.listen(values.get('trace_address', TRACE_ADDRESS))
    numbers = queue_numbers(values.get('queue', '2'))
    trace_flows = FlowSet(promiscuous_ping=True)
    flows = FlowSet(promiscuous_ping='promiscuous_ping' in values and values['promiscuous_ping'] is None)
    balancers = Balancers(log)
    handler = PacketHandler(log, flows, trace_flows, fragments, {
        'hash_mode': atoi(values.get('hash_mode', '1')),
        'nolb_fwmark': atoi(values.get('nolb_fwmark', '-1')),
        'notargets_fwmark': atoi(values.get('notargets_fwmark', '-1')),
    })
    start(FlowServer(log, balancers, flows, trace_flows).serve)
    length = atoi(values.get('qlength', '1024'))
    for number in numbers:
        start(Queue(number, length, mtu, handler.handle).run)
    if 'NFQLB_DOUBLE_TRANSIENT' in os.environ:
        start(hazards.run_transients, balancers.targets)
    log.serve_tracers()


def queue_numbers(text):
    if ':' not in text:
        return [atoi(text)]
    parts = re.match(r'\s*([0-9]+):\s*([0-9]+)', text)
    if parts is None or int(parts.group(1)) > int(parts.group(2)):
        die(f'queue invalid [{text}]\n')
    return range(int(parts.group(1)), int(parts.group(2)) + 1)


def start(function, *arguments):
    threading.Thread(target=function, args=arguments, daemon=True).start()


ENDING = threading.Lock()


def end_process(failure):
    """A thread that fails ends the process: a queue's error with nfqlb's text, anything else as a bug of the double."""
    ENDING.acquire()
    if isinstance(failure.exc_value, OSError):
        reason = f'mnl_cb_run: {failure.exc_value.strerror}'
        os.write(2, f'{reason}\n'.encode())
    else:
        reason = f'bug of the double: {failure.exc_value!r}'
        sys.__excepthook__(failure.exc_type, failure.exc_value, failure.exc_traceback)
    hazards.note(reason)
    os._exit(1)
