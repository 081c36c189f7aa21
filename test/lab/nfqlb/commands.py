"""The command table: names in nfqlb's order, their options and help texts (recorded from 1.2.0 and 1.1.4)."""
import os

from options import Option, die, out, parse

HELP = Option('help', '', 'none')
HASH_MODE = Option('hash_mode', 'Load balance with a different hash mode. 0: Tuple-5, 1: SCTP Ports only. default=1')
SHM = Option('shm', 'Shared memory')
INDEX = Option('index', 'Index in the active table (<= N)')
FLOW_NAME = Option('name', 'Name of a flow')
FLOW_NAME_REQUIRED = Option('name', 'Name of the flow', required=True)
TRACE_ADDRESS = Option('trace_address', 'Trace server address')
FT_SHM = Option('ft_shm', 'Frag table; shared memory stats')

FLOW_HELP = 'Set a flow. An un-defined value means match-all.\n  Use comma separated lists for multiple items (no spaces)'
FLOW_FIELDS = [
    Option('protocols', 'Protocols. tcp, udp, sctp'),
    Option('dsts', 'Destination CIDRs'),
    Option('srcs', 'Source CIDRs'),
    Option('dports', 'Destination port ranges'),
    Option('sports', 'Source port ranges'),
    Option('match', 'Bit-match statements'),
]
QUEUE_OPTIONS = [
    Option('queue', 'NF-queues to listen to (default 2)'),
    Option('qlength', 'Lenght of queues (default 1024)'),
    FT_SHM,
    Option('ft_size', 'Frag table; size'),
    Option('ft_buckets', 'Frag table; extra buckets'),
    Option('ft_frag', 'Frag table; stored frags'),
    Option('ft_ttl', 'Frag table; ttl milliS'),
    TRACE_ADDRESS,
]

# name: (first lines of the help, options without help, module, function)
COMMANDS = {
    'activate': ('activate [--shm=] <fwmarks...>\nactivate [--shm=] --index=# <fwmark>\n  Activate targets.',
                 [SHM, INDEX], 'streams', 'activate'),
    'deactivate': ('deactivate [--shm=] <fwmarks...>\ndeactivate [--shm=] --index=#\n  Deactivate targets',
                   [SHM, INDEX], 'streams', 'deactivate'),
    'version': ('version\n  Print version', [], 'commands', 'print_version'),
    'flow-set': (f'flow-set [options]\n  {FLOW_HELP}', [
        FLOW_NAME_REQUIRED,
        Option('target', 'Name of SHM for the load-balancer', required=True),
        Option('prio', 'Priority. 0 has lowest precedence (default)'),
        *FLOW_FIELDS,
        Option('udpencap', 'UDP encapsulation port for SCTP'),
    ], 'flowclient', 'flow_set'),
    'flow-delete': ('flow-delete\n  Delete a flow', [FLOW_NAME_REQUIRED], 'flowclient', 'flow_delete'),
    'flow-list': ('flow-list\n  List flows', [FLOW_NAME], 'flowclient', 'flow_list'),
    'flow-list-names': ('flow-list-names\n  List flow names', [], 'flowclient', 'flow_list_names'),
    'flowlb': ('flowlb [options]\n  Load-balance with flows', [
        Option('lbshm', 'Lb shared memory'),
        Option('mtu', 'MTU. At least the mtu of the ingress device'),
        Option('tun', 'Tun device for re-inject fragments'),
        Option('reassembler', 'Reassembler size. default=0'),
        Option('promiscuous_ping', 'Accept ping on any flow with an address match', 'optional'),
        Option('notargets_fwmark', 'Set when there are no targets'),
        Option('nolb_fwmark', 'Set when there is no matching LB'),
        HASH_MODE,
        *QUEUE_OPTIONS,
    ], 'flowlb', 'flowlb'),
    'fwmark': ('fwmark [--shm=] [--proto=tcp|udp|sctp] --src=addr:port --dst=addr:port\n'
               '  Print hash and fwmark for the specified addresses for debug', [
        Option('shm', 'Shared memory. Required for fwmark printout'),
        Option('proto', 'Protocol, tcp|udp|sctp. NOT specified -> address-only hash'),
        Option('src', 'Source addr:port, e.g "[1000::80]:80"', required=True),
        Option('dst', 'Destination addr:port', required=True),
        HASH_MODE,
    ], 'fwmark', 'fwmark'),
    'lb': ('lb [options]\n  Load-balance', [
        Option('mtu', 'MTU. At least the mtu of the ingress device'),
        Option('tun', 'Tun device for re-inject fragments'),
        Option('reassembler', 'Reassembler size. default=0'),
        Option('sctp_encap', 'SCTP UDP encapsulation port. default=0'),
        Option('tshm', 'Target shared memory'),
        Option('lbshm', 'Lb shared memory'),
        Option('notargets_fwmark', 'Set when there are no targets'),
        HASH_MODE,
        *QUEUE_OPTIONS,
    ], 'commands', 'no_lb'),
    'init': ('init [options]\n  Initiate shared mem structures', [
        Option('ownfw', 'Own FW mark. Only used in the LB-tier!'),
        Option('shm', 'Target shared memory'),
        Option('N', 'Maglev max targets'),
        Option('M', 'Maglev lookup table size'),
    ], 'streams', 'init'),
    'delete': ('delete [options]\n  Delete shared mem structures',
               [Option('shm', 'Target shared memory', required=True)], 'streams', 'delete'),
    'show': ('show [options]\n  Show shared mem structures', [SHM], 'streams', 'show'),
    'stats': ('stats [options]\n  Show frag table stats', [FT_SHM], 'streams', 'stats'),
    'primebelow': ('primebelow <n>\n  Give a prime below the passed number', [], 'streams', 'primebelow'),
    'trace': ('trace [options]\n  Initiate trace and direct output to stdout', [
        Option('mask', 'Trace mask (32-bit). Most for debug'),
        Option('selection', 'Trace selection. A comma separated list of;\n     log,packet,frag,flow-conf,sctp,target,flows'),
        TRACE_ADDRESS,
    ], 'traceclient', 'trace'),
    'loglevel': ('loglevel [level]\n  Set log level in shared mem', [], 'traceclient', 'loglevel'),
    'trace-flow-set': (f'trace-flow-set [options]\n  {FLOW_HELP}', [FLOW_NAME_REQUIRED, *FLOW_FIELDS],
                       'flowclient', 'trace_flow_set'),
    'trace-flow-delete': ('trace-flow-delete\n  Delete a flow', [FLOW_NAME_REQUIRED], 'flowclient', 'trace_flow_delete'),
    'trace-flow-list': ('trace-flow-list\n  List flows', [FLOW_NAME], 'flowclient', 'trace_flow_list'),
    # trace-flow-list-names is the 21st command of nfqlb and its table holds 20: an unknown command there and here.
}


def main(argv):
    """Runs one command and returns its exit code."""
    if len(argv) < 2 or argv[1] in ('-h', '--help'):
        # nfqlb prints argv[0]; an interpreted program only knows its path.
        out(f'Usage: {os.path.basename(argv[0])} <command> [opt...]\nCommands:\n' + ''.join(f'  {name}\n' for name in COMMANDS))
        return 0
    command = COMMANDS.get(argv[1])
    if command is None:
        die(f'Unknown command [{argv[1]}]\n')
    head, options, module, function = command
    if version() == '1.1.4':
        options = [option for option in options if option is not HASH_MODE]
    values, words = parse(argv[1:], head, [HELP, *options])
    return getattr(__import__(module), function)(values, words)


def version():
    return os.environ.get('NFQLB_DOUBLE_VERSION', '1.2.0')


def print_version(_values, _words):
    out(f'{version()}\n')
    return 0


def no_lb(_values, _words):
    """`lb` (no flows, one stream) is never used by Meridio and not recorded: the double has only its help."""
    die('lb: not part of this double\n')
