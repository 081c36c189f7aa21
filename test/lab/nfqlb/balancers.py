"""The streams the load balancer has mapped, by name, with nfqlb's reference counts."""
import threading

import shm
from serverlog import TARGET


class Balancer:
    def __init__(self, target, stream):
        self.target = target
        self.stream = stream
        self.references = 1


class Balancers:
    """A stream stays mapped while a flow refers to it, also when its file has been deleted."""

    def __init__(self, log):
        self.log = log
        self.lock = threading.Lock()
        self.known = {}

    def find_or_create(self, target):
        """→ Balancer with one reference more, or None where the file cannot be mapped."""
        if target is None:
            return None
        with self.lock:
            balancer = self.known.get(target)
            if balancer:
                balancer.references += 1
                self.log.trace(TARGET, f'Found LB; {target} ({balancer.references})\n')
                return balancer
            self.log.trace(TARGET, f'Creating LB; {target}\n')
            mapped = shm.open_mapped(target, False)
            if mapped is None:
                self.log.trace(TARGET, f'Map shm failed; {target}\n')
                return None
            balancer = self.known[target] = Balancer(target, shm.Stream(mapped))
            return balancer

    def release(self, balancer):
        if balancer is None:
            return
        balancer.references -= 1
        if balancer.references == 0:
            self.log.trace(TARGET, f'Delete load-balancer; {balancer.target}\n')
            with self.lock:
                self.known.pop(balancer.target, None)

    def targets(self):
        return list(self.known)
