"""
The flow thread: one connection at a time, one request per connection (nfqlb.md §7). A client that sends nothing
blocks all others until it leaves; a client that leaves before its reply ends the load balancer.
"""
import os
import signal

import hazards
from flowset import Flow, Refused, words
from options import atoi, die
from serverlog import DEBUG, FLOW_CONF, WARNING, accept
from sockets import flow_address, open_socket

LINE = 1023
NUMBERS = ('priority', 'udpencap')
TEXTS = ('action', 'name', 'target', 'protocols', 'dports', 'sports', 'dsts', 'srcs', 'match')


class TraceReference:
    """What a trace flow refers to: its own name, printed in the trace."""

    def __init__(self, target):
        self.target = target


class FlowServer:
    def __init__(self, log, balancers, flows, trace_flows):
        self.log = log
        self.balancers = balancers
        self.flows = flows
        self.trace_flows = trace_flows
        self.listener, address = open_socket(flow_address())
        try:
            self.listener.bind(address)
        except OSError as error:
            die(f'Flow server bind: {os.strerror(error.errno)}\n')
        self.listener.listen(128)

    def serve(self):
        while True:
            with accept(self.listener) as connection:
                self.log.log(DEBUG, f'flowThread: Accepted incoming connection. cd={connection.fileno()}\n')
                with connection.makefile('rb') as lines:
                    request = self.read(lines)
                if request is not None:
                    hazards.hold()
                    self.answer(connection, request)

    def read(self, lines):
        """→ fields of the request, or None for one that is dropped: cut off, or a line without a colon."""
        fields = {}
        while True:
            try:
                line = lines.readline(LINE)
            except OSError:
                line = b''
            if not line:
                self.log.log(WARNING, 'readFlowCmd; unexpected eof\n')
                return None
            text = os.fsdecode(line.split(b'\0')[0]).partition('\n')[0]
            self.log.trace(FLOW_CONF, f'FlowCmd [{text}]\n')
            if text.startswith('eoc:'):
                return fields
            key, colon, value = text.partition(':')
            if not colon:
                self.log.log(WARNING, f'readFlowCmd; invalid param [{text}]\n')
                return None
            if key in NUMBERS:
                fields[key] = atoi(value)
            elif key in TEXTS:
                fields.setdefault(key, value)
            else:
                self.log.log(WARNING, f'readCmd; Unrecognized command [{key}]\n')
                self.log.trace(FLOW_CONF, f'readCmd; Unrecognized command [{key}]\n')

    def answer(self, connection, fields):
        action = fields.get('action')
        handler = {
            'set': self.set_flow, 'delete': self.delete_flow, 'list': self.list_flows, 'list-names': self.list_names,
            'trace-set': self.set_trace_flow, 'trace-delete': self.delete_trace_flow,
            'trace-list': self.list_flows, 'trace-list-names': self.list_names,
        }.get(action)
        if action is None:
            reply = 'FAIL: no action'
        elif handler is None:
            reply = 'FAIL: action unknown'
        else:
            try:
                reply = handler(fields)
            except Refused as refusal:
                reply = str(refusal)
        if reply is None:
            return
        if isinstance(reply, str):
            self.log.trace(FLOW_CONF, f'writeReply [{reply}]\n')
            reply = os.fsencode(reply) + b'\0'
        if reply:
            hazards.deadly_send(connection, reply, f'{hazards.CLIENT_LEFT} ({action})')

    def set_flow(self, fields):
        self.need_name(fields)
        udpencap = fields.get('udpencap', 0) & 0xffff
        existing = self.flows.find(fields['name'])
        if existing is not None and existing.reference is not None:
            balancer = existing.reference
            if existing.udpencap != udpencap:
                return 'FAIL: Alter udpencap not allowed'
            if fields.get('target') != balancer.target:
                replacement = self.balancers.find_or_create(fields.get('target'))
                if replacement is None:
                    return "FAIL: Couldn't create new load-balancer"
                self.balancers.release(balancer)
                balancer = replacement
        else:
            balancer = self.balancers.find_or_create(fields.get('target'))
        if balancer is None:
            return "FAIL: Couldn't create load-balancer"
        fields = {**fields, 'udpencap': udpencap}
        if udpencap:
            if 'protocols' not in fields or [word.lower() for word in words(fields['protocols'])] != ['sctp']:
                return 'FAIL: only sctp for updencap'
            # The encapsulating UDP needs a flow of its own: no reference, so that the packet is looked up again.
            companion = {key: fields[key] for key in ('priority', 'dsts', 'srcs', 'udpencap') if key in fields}
            companion.update(name=f"#{fields['name']}", protocols='udp', dports=str(udpencap))
            self.flows.define(Flow(companion, None))
        self.flows.define(Flow(fields, balancer))
        return 'OK'

    def delete_flow(self, fields):
        if 'name' not in fields:
            return 'FAIL: no name'
        removed = self.flows.remove(fields['name'])
        if removed is not None:
            self.balancers.release(removed.reference)
            if removed.udpencap:
                self.flows.remove(f'#{removed.name}')
        return 'OK'

    def set_trace_flow(self, fields):
        """Success is not answered: nfqlb forgets the OK."""
        self.need_name(fields)
        self.trace_flows.define(Flow(fields, TraceReference(fields['name'])))

    def delete_trace_flow(self, fields):
        if 'name' not in fields:
            return 'FAIL: no name'
        self.trace_flows.remove(fields['name'])
        return 'OK'

    def list_flows(self, fields):
        traced = fields['action'].startswith('trace-')
        flows = self.trace_flows if traced else self.flows
        return os.fsencode(flows.text(fields.get('name'), with_reference=not traced))

    def list_names(self, fields):
        flows = self.trace_flows if fields['action'].startswith('trace-') else self.flows
        return os.fsencode(flows.names_text())

    def need_name(self, fields):
        if 'name' not in fields:
            hazards.die_by(signal.SIGSEGV, 'set without a name')
