"""
How the load balancer dies, and the knobs tests turn. The signals are real: a write to a client that has left raises
SIGPIPE with its default action, a truncated mapping raises SIGBUS. Environment of the server:

  NFQLB_DOUBLE_VERSION    1.2.0 (default) or 1.1.4
  NFQLB_DOUBLE_INCIDENTS  file to which the reason of a death is appended before the signal
  NFQLB_DOUBLE_HOLD       file; while it exists flow commands are read but not answered (remove it to go on)
  NFQLB_DOUBLE_SLOW_MS    milliseconds a flow command takes
  NFQLB_DOUBLE_TRANSIENT  file; while it exists the lookup tables of the mapped streams read -1, as in the moment
                          nfqlb recomputes them
"""
import faulthandler
import os
import signal
import socket
import time

CLIENT_LEFT = 'client left before its reply was written'


def note(reason):
    path = os.environ.get('NFQLB_DOUBLE_INCIDENTS')
    if path:
        with open(path, 'a', encoding='utf-8') as log:
            log.write(f'{reason}\n')


def arm():
    """Default actions as in a C program; SIGBUS and friends are noted by Python's fault handler before they end us."""
    for number in (signal.SIGPIPE, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    path = os.environ.get('NFQLB_DOUBLE_INCIDENTS')
    if path:
        faulthandler.enable(open(path, 'a', encoding='utf-8'))


def die_by(number, reason):
    """A crash of nfqlb that Python would survive: SIGSEGV of a null pointer, SIGFPE of a division by zero."""
    note(f'{signal.Signals(number).name}: {reason}')
    faulthandler.disable()
    os.kill(os.getpid(), number)
    signal.pause()


def deadly_send(connection, data, reason=CLIENT_LEFT):
    """
    Writes all of data, blocking. If the peer has gone: SIGPIPE, after a note; where SIGPIPE is ignored (a tracer is
    active) the rest is lost silently, as with nfqlb's unchecked writes.
    """
    try:
        connection.sendall(data, socket.MSG_NOSIGNAL)
    except OSError:
        if signal.getsignal(signal.SIGPIPE) == signal.SIG_IGN:
            return
        note(f'SIGPIPE: {reason}')
        try:
            connection.sendall(data)
        except OSError:
            return


def hold():
    """Where the knobs make a flow command wait."""
    time.sleep(int(os.environ.get('NFQLB_DOUBLE_SLOW_MS', '0')) / 1000)
    path = os.environ.get('NFQLB_DOUBLE_HOLD')
    while path and os.path.exists(path):
        time.sleep(0.01)


def run_transients(targets):
    """Thread of NFQLB_DOUBLE_TRANSIENT. `targets()` names the streams in use."""
    import shm
    path = os.environ['NFQLB_DOUBLE_TRANSIENT']
    emptied = []
    while True:
        if os.path.exists(path) and not emptied:
            emptied = [shm.Stream(mapped) for mapped in (shm.open_mapped(name, True) for name in targets()) if mapped]
            for stream in emptied:
                stream.lookup[:] = memoryview(b'\xff' * (4 * stream.M)).cast('i')
        elif emptied and not os.path.exists(path):
            for stream in emptied:
                stream.populate()
            emptied = []
        time.sleep(0.01)
