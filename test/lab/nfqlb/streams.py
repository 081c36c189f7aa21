"""Commands on the shared memory of streams and statistics: init, activate, deactivate, delete, show, stats, primebelow."""
import os
from struct import calcsize, pack, pack_into, unpack

import shm
from maglev import permutations, prime_below
from options import atoi, die, out

DEFAULT_STREAM = 'nfqlb'


def init(values, _words):
    wanted = atoi(values.get('M', '997'))
    size = 3 if wanted < 3 else prime_below(wanted)
    if size != wanted:
        out(f'M adjusted; {wanted & 0xffffffff} -> {size}\n')
    targets = atoi(values.get('N', '32'))
    if targets < 0 or targets > size:
        die("N can't be larger than M\n")
    name = values.get('shm', DEFAULT_STREAM)
    own = atoi(values.get('ownfw', '0'))
    length = shm.stream_length(size, targets)
    # Truncates first: a load balancer that has the file mapped meets SIGBUS here, in nfqlb and in the double.
    shm.create(name, pack('<i', own) + bytes(length - 4))
    mapped = shm.open_or_die(name, True)
    pack_into(shm.HEADER, mapped, 0, own, size, targets, length - 4)
    rows = permutations(size, targets).tobytes()
    lookup_end = shm.HEADER_SIZE + 4 * size
    mapped[shm.HEADER_SIZE:lookup_end] = b'\xff' * (4 * size)
    mapped[lookup_end:lookup_end + len(rows)] = rows
    active_at = lookup_end + len(rows)
    mapped[active_at:active_at + 4 * targets] = b'\xff' * (4 * targets)
    return 0


def activate(values, words):
    stream = shm.Stream(shm.open_or_die(values.get('shm', DEFAULT_STREAM), True))
    if 'index' in values:
        if words:
            index = checked_index(values['index'], stream)
            mark = atoi(words[0])
            if stream.active[index] != mark:
                stream.active[index] = mark
                stream.populate()
        return 0
    changed = False
    for mark in map(atoi, words):
        active = stream.active.tolist()
        free = next((index for index, other in enumerate(active) if other < 0), None)
        if mark not in active and free is not None:
            stream.active[free] = mark
            changed = True
    if changed:
        stream.populate()
    return 0


def deactivate(values, words):
    stream = shm.Stream(shm.open_or_die(values.get('shm', DEFAULT_STREAM), True))
    if 'index' in values:
        indexes = [checked_index(values['index'], stream)]
    else:
        active = stream.active.tolist()
        indexes = [active.index(mark) for mark in map(atoi, words) if mark in active]
    indexes = [index for index in indexes if stream.active[index] >= 0]
    for index in indexes:
        stream.active[index] = -1
    if indexes:
        stream.populate()
    return 0


def checked_index(text, stream):
    """nfqlb checks the upper bound only; a negative index would corrupt its file and is refused here."""
    index = atoi(text)
    if index < 0 or index >= stream.N:
        die('Lookup index too large\n')
    return index


def delete(values, _words):
    try:
        os.unlink(shm.path(values['shm']))
    except FileNotFoundError:
        pass
    except OSError as error:
        die(f'{error.strerror}\n')
    return 0


def show(values, _words):
    name = values.get('shm', DEFAULT_STREAM)
    read = shm.padded(name)
    own, size, targets, _ = unpack(shm.HEADER, read(0, shm.HEADER_SIZE))
    entries = min(25, size)
    lookup = unpack(f'<{entries}i', read(shm.HEADER_SIZE, 4 * entries))
    active = unpack(f'<{targets}i', read(shm.HEADER_SIZE + 4 * size + 4 * size * targets, 4 * targets))
    out(f'Shm: {name}\n  Fw: own={own}\n  Maglev: M={size}, N={targets}\n'
        f"   Lookup:{''.join(f' {index}' for index in lookup)}...\n"
        f"   Active:{''.join(f' {mark}({index})' for index, mark in enumerate(active) if mark >= 0)}\n")
    return 0


def stats(values, _words):
    read = shm.padded(values.get('ft_shm', 'ftshm'))
    numbers = dict(zip(shm.FRAGMENT_KEYS, unpack(shm.FRAGMENT_LAYOUT, read(0, calcsize(shm.FRAGMENT_LAYOUT)))))
    numbers['ttlMillis'] = numbers['ttl'] // 1000000
    lines = []
    for key in ('hsize', 'ttlMillis', *shm.FRAGMENT_KEYS[3:]):
        # nfqlb forgets the comma after fragsDiscarded: its statistics are not JSON.
        comma = '' if key in ('fragsDiscarded', 'reAssembled') else ','
        label = f'"{key}":'
        lines.append(f'  {label:19} {numbers[key]}{comma}')
    out('{\n' + '\n'.join(lines) + '\n}\n')
    return 0


def primebelow(_values, words):
    if words:
        out(f'{prime_below(atoi(words[0]))}\n')
    return 0
