"""Shared memory files of nfqlb in /dev/shm, mode 0600, little endian (layouts: nfqlb.md §5)."""
import mmap
import os
import signal
from struct import calcsize, pack, unpack

from options import die

HEADER = '<iIII'  # ownFwmark, M, N, length of the rest
HEADER_SIZE = 16
TRACE_NAME = 'nfqlb-trace'
TRACE_LAYOUT = '<iI'  # log level, trace mask
FRAGMENT_LAYOUT = '<Q7I4x8I'
FRAGMENT_KEYS = ('ttl', 'hsize', 'active', 'collisions', 'inserts', 'rejected', 'lookups', 'objGC', 'mtu', 'bucketsMax',
                 'bucketsAllocated', 'bucketsUsed', 'fragsMax', 'fragsAllocated', 'fragsDiscarded', 'reAssembled')


def path(name):
    """shm_open's file: a leading slash is allowed, any other makes a name nothing can be found under."""
    name = name.lstrip('/')
    return f'/dev/shm/{name}' if '/' not in name else '/dev/shm//dev/null/none'


def create(name, data):
    """Creates or truncates the file and writes data, like createSharedData: on failure the rest stays as it is."""
    try:
        fd = os.open(path(name), os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        try:
            if os.write(fd, data) != len(data):
                die('createSharedData: No space left on device\n')
        finally:
            os.close(fd)
    except OSError as error:
        die(f'createSharedData: {error.strerror}\n')


def open_mapped(name, writable):
    """→ mmap, or None where nfqlb cannot map: absent, no rights, or empty."""
    try:
        fd = os.open(path(name), (os.O_RDWR if writable else os.O_RDONLY) | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        return mmap.mmap(fd, 0, access=mmap.ACCESS_WRITE if writable else mmap.ACCESS_READ)
    except ValueError:
        return None
    finally:
        os.close(fd)


def open_or_die(name, writable):
    mapped = open_mapped(name, writable)
    if mapped is None:
        die(f'FAILED mapSharedData: {name}\n')
    return mapped


def padded(name):
    """
    Reads a file the way a mapping shows it: zeros after the end up to the page. → read(offset, length). A read
    beyond the last page is what it is in a mapping: SIGBUS.
    """
    mapped = open_or_die(name, False)
    pages = -(-len(mapped) // mmap.PAGESIZE) * mmap.PAGESIZE

    def read(offset, length):
        if offset + length > pages:
            signal.signal(signal.SIGBUS, signal.SIG_DFL)
            os.kill(os.getpid(), signal.SIGBUS)
        return mapped[offset:offset + length].ljust(length, b'\0')
    return read


class Stream:
    """A stream's file, mapped: `lookup` and `active` are live views; M and N as they were when it was mapped."""

    def __init__(self, mapped):
        self.mapped = mapped
        view = memoryview(mapped)
        self.own, self.M, self.N, _ = unpack(HEADER, view[:HEADER_SIZE])
        self.permutation_at = HEADER_SIZE + 4 * self.M
        self.active_at = self.permutation_at + 4 * self.M * self.N
        self.lookup = view[HEADER_SIZE:self.permutation_at].cast('i')
        self.active = view[self.active_at:self.active_at + 4 * self.N].cast('i')
        self.view = view

    def row(self, index):
        start = self.permutation_at + 4 * self.M * index
        return self.view[start:start + 4 * self.M].cast('I').tolist()

    def populate(self):
        """
        Recomputes the lookup table in place. nfqlb sets it to -1 first and packets in that moment are dropped; the
        double computes beforehand, so that this moment is as short as nfqlb's and not as long as Python's.
        """
        from maglev import fill
        lookup = fill(self.M, self.active, self.row)
        self.lookup[:] = memoryview(b'\xff' * (4 * self.M)).cast('i')
        self.lookup[:] = memoryview(lookup)


def stream_length(size, targets):
    """Bytes of a stream's file; nfqlb counts its three header words twice and leaves 12 zero bytes at the end."""
    return HEADER_SIZE + 4 * size + 4 * size * targets + 4 * targets + 12


def log_config():
    """The mapped log level and trace mask as u32 view; created with level 5 and mask 0 where absent."""
    mapped = open_mapped(TRACE_NAME, True)
    if mapped is None:
        create(TRACE_NAME, pack(TRACE_LAYOUT, 5, 0))
        mapped = open_or_die(TRACE_NAME, True)
    return memoryview(mapped)[:calcsize(TRACE_LAYOUT)].cast('I')
