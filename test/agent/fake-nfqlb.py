#!/usr/bin/env python3
"""A load balancer and its client with the one property that matters here: the load balancer dies of SIGPIPE when a client leaves before it has read its answer.

    nfqlb serve FOLDER     listens at FOLDER/socket; writes "ready", then "connected" and "served" lines to FOLDER/log
    nfqlb flow-list …      asks it, as the real client does: to the end
    nfqlb show …           touches no load balancer; says its pid in $FAKE_NFQLB/show-pid and sleeps
While FOLDER/hold exists the load balancer does not answer. FOLDER/reply is its answer.
"""
import os, signal, socket, sys, time


def serve(folder):
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    server = socket.socket(socket.AF_UNIX)
    server.bind(f"{folder}/socket")
    server.listen(8)
    say(folder, "ready")
    while True:
        client, _ = server.accept()
        say(folder, "connected")
        client.recv(4096)
        while os.path.exists(f"{folder}/hold"):
            time.sleep(0.01)
        server.setblocking(False)
        try:
            server.accept()
            say(folder, "two clients at once")
        except BlockingIOError:
            pass
        server.setblocking(True)
        with open(f"{folder}/reply", "rb") as reply:
            client.sendall(reply.read())
        client.close()
        say(folder, "served")


def say(folder, line):
    with open(f"{folder}/log", "a") as log:
        log.write(f"{line}\n")


def ask(folder):
    client = socket.socket(socket.AF_UNIX)
    try:
        client.connect(f"{folder}/socket")
    except OSError:
        sys.exit("Connect failed. Connection refused")
    client.sendall(b"action:list\neoc:\n")
    while chunk := client.recv(65536):
        sys.stdout.buffer.write(chunk)


if sys.argv[1] == "serve":
    serve(sys.argv[2])
elif sys.argv[1] == "show":
    with open(f"{os.environ['FAKE_NFQLB']}/show-pid", "w") as file:
        file.write(str(os.getpid()))
    time.sleep(60)
else:
    ask(os.environ["FAKE_NFQLB"])
