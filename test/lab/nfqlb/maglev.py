"""
The arithmetic of nfqlb: hash, primes, glibc's rand, permutations and the Maglev lookup table. Everything here is
deterministic and was checked against the recordings (nfqlb.md, §3 and §9).
"""
from array import array


def djb2(data):
    """The 32 bit hash nfqlb takes of the 40 byte packet key (or parts of it)."""
    value = 5381
    for byte in data:
        value = (value * 33 + byte) & 0xffffffff
    return value


def prime_below(number):
    """The largest prime ≤ number; below 2 nfqlb's answer is not recorded, 1 is returned."""
    while number > 1 and not is_prime(number):
        number -= 1
    return max(number, 1)


def is_prime(number):
    if number < 4:
        return number > 1
    if number % 2 == 0:
        return False
    divisor = 3
    while divisor * divisor <= number:
        if number % divisor == 0:
            return False
        divisor += 2
    return True


def glibc_rand():
    """The endless sequence of rand() of glibc without srand, that is seed 1 (additive feedback generator)."""
    state = [1]
    for _ in range(30):
        state.append(16807 * state[-1] % 2147483647)
    state += state[0:3]
    while len(state) < 344:
        state.append((state[-3] + state[-31]) & 0xffffffff)
    while True:
        state.append((state[-3] + state[-31]) & 0xffffffff)
        state.pop(0)
        yield state[-1] >> 1


def permutations(size, targets):
    """The u32 permutation rows of `targets` (N) targets over a table of `size` (M) entries, as one array."""
    random = glibc_rand()
    rows = array('I')
    for _ in range(targets):
        offset = next(random) % size
        skip = next(random) % (size - 1) + 1
        rows.extend([step % size for step in range(offset, offset + skip * size, skip)])
    return rows


def fill(size, active, row):
    """
    The lookup table: targets take turns, each takes the next free slot of its permutation, until all are taken.
    `active` are marks by index (< 0 is unused), `row(index)` gives the permutation of one index. → i32 array.
    """
    if size == 0:
        return array('i')
    lookup = [-1] * size
    turns = [(index, iter(row(index))) for index, mark in enumerate(active) if mark >= 0]
    left = size if turns else 0
    while left > 0:
        for index, slots in turns:
            for slot in slots:
                if lookup[slot] < 0:
                    lookup[slot] = index
                    break
            left -= 1
            if left == 0:
                break
    return array('i', lookup)
