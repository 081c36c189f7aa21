"""
Log, trace and the trace server of the load balancer: one lock, blocking writes, one tracer at a time (nfqlb.md §6).
Until the first tracer comes, trace lines go to stderr; that is where a mask left behind by a dead server fills a log.
"""
import os
import signal
import threading

import hazards
import shm
from options import die
from sockets import open_socket

LOG, PACKET, FRAG, FLOW_CONF, SCTP, TARGET, FLOWS = 1, 2, 4, 8, 16, 32, 64
WARNING, INFO, DEBUG = 4, 6, 7


class Stderr:
    """Stands where a tracer's connection stands before the first one came."""

    def sendall(self, data, _flags=0):
        os.write(2, data)

    def close(self):
        pass


class ServerLog:
    def __init__(self):
        self.config = shm.log_config()
        self.lock = threading.Lock()
        self.tracer = Stderr()

    def mask(self):
        return self.config[1]

    def tracef(self, text):
        """One line (or the blank line and the line of a match) in one write, under the one lock."""
        with self.lock:
            if self.tracer is not None:
                hazards.deadly_send(self.tracer, os.fsencode(text), 'tracer left before the trace line was written')

    def trace(self, bit, text):
        if self.config[1] & bit:
            self.tracef(text)

    def log(self, level, text):
        if level > self.config[0]:
            return
        os.write(2, os.fsencode(text))
        if self.config[1] & LOG:
            self.tracef(text)

    def listen(self, address_text):
        connection, address = open_socket(address_text)
        try:
            connection.bind(address)
        except OSError as error:
            die(f'Trace server bind: {os.strerror(error.errno)}\n')
        connection.listen(1)
        self.listener = connection

    def serve_tracers(self):
        """
        Runs in the main thread, for ever. SIGPIPE is ignored only while a tracer is active: a tracer that is gone
        when its first line is written ends the process, and so does one that died while it waited for its turn.
        """
        while True:
            self.log(DEBUG, 'Trace: accept\n')
            connection = accept(self.listener)
            self.log(INFO, f'Trace; Accepted incoming connection. cd={connection.fileno()}\n')
            with self.lock:
                self.tracer = connection
            self.log(WARNING, f'Trace; active mask=0x{self.mask():08x}\n')
            self.tracef(f'Trace active, mask=0x{self.mask():08x}\n')
            signal.signal(signal.SIGPIPE, signal.SIG_IGN)
            wait_for_end(connection)
            self.tracef('SIGPIPE TEST\n')
            self.config[1] = 0
            with self.lock:
                self.tracer.close()
                self.tracer = None
            signal.signal(signal.SIGPIPE, signal.SIG_DFL)
            self.log(WARNING, 'Trace: closed\n')


def accept(listener):
    """`_socket` knows only the raw accept; the descriptor becomes a socket of the full module."""
    import socket
    return socket.socket(fileno=listener._accept()[0])


def wait_for_end(connection):
    """Any input, and any end, is the tracer's goodbye."""
    try:
        connection.recv(254)
    except OSError:
        return
