"""
The fragment table without a tun device: later fragments follow the mark of their first one for ft_ttl; one that comes
before it is dropped and spoils the table entry, so that the first one fails as well (recorded in trace-flows-frag-log).
Counted are inserts, lookups and collected entries; how nfqlb counts the rest is not recorded and they stay 0.
"""
import threading
import time
from struct import pack

import shm

SIZES_AT = 2  # u32 index of `size` in the file
COUNTERS = {'inserts': 5, 'lookups': 7, 'objGC': 8}


class Fragments:
    """`name` is the shared memory of the statistics; `settings`: size, buckets, ttl in ms, mtu."""

    def __init__(self, name, settings):
        numbers = [settings['ttl'] * 1000000, settings['size'], 0, 0, 0, 0, 0, 0, settings['mtu'], settings['buckets']]
        shm.create(name, pack(shm.FRAGMENT_LAYOUT, *numbers, *[0] * 6))
        self.counters = memoryview(shm.open_or_die(name, True)).cast('I')
        self.ttl = settings['ttl'] / 1000
        self.lock = threading.Lock()
        self.entries = {}

    def first(self, source, destination, fragment, mark):
        """Remembers the mark for the fragments to come; False if the entry is spoiled."""
        with self.lock:
            self.collect()
            entry = self.entries.get((source, destination, fragment))
            if entry is not None and entry[0] is None:
                return False
            self.insert((source, destination, fragment), mark)
            return True

    def later(self, source, destination, fragment):
        """→ the mark of the first fragment, or None."""
        with self.lock:
            self.collect()
            self.count('lookups')
            entry = self.entries.get((source, destination, fragment))
            if entry is None:
                self.insert((source, destination, fragment), None)
                return None
            return entry[0]

    def insert(self, key, mark):
        self.entries[key] = (mark, time.monotonic() + self.ttl)
        self.count('inserts')

    def collect(self):
        now = time.monotonic()
        for key in [key for key, entry in self.entries.items() if entry[1] < now]:
            del self.entries[key]
            self.count('objGC')

    def count(self, name):
        self.counters[COUNTERS[name]] += 1
