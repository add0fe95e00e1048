"""Hostile clients in numbers: whatever they do, others are served, and when they are gone, so is what
they took. tests/http/README.md has the table of outcomes."""

import contextlib
import json
import os
import resource
import shutil
import socket
import sqlite3
import subprocess
import threading
import time

import cupeld
import wasm_bytes as wasm
from cupeld import (JSON, WASM, Daemon, descriptors, equal, error_of, holds, main,
                    nothing_stays)

HEAD = "POST /v1/rpc HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"


def connect(d, timeout=30):
    return socket.create_connection(("127.0.0.1", d.port), timeout=timeout)


def read_all(sock):
    data = b""
    try:
        while part := sock.recv(65536):
            data += part
    except (ConnectionResetError, socket.timeout):
        pass
    return data


def call_of(function, *args, ident=1, **limits):
    return {"jsonrpc": "2.0", "id": ident, "method": "call", "params": ["kit", function, args, limits]}


def request_of(body):
    body = body if isinstance(body, bytes) else json.dumps(body).encode()
    return f"{HEAD}Content-Length: {len(body)}\r\n\r\n".encode() + body


def started(*options, **more):
    d = Daemon(*options, **more)
    d.put("kit", wasm.kit())
    return d


def test_slow_bodies():
    with started("--request-timeout-s=1", "--idle-timeout-s=1") as d, nothing_stays(d):
        text = request_of(call_of("add", 1, 2))
        slow = [connect(d) for _ in range(50)]
        for sock in slow:
            sock.sendall(text[:-20])
        for n in range(20):  # a byte now and then, from each
            time.sleep(0.15)
            equal(d.call("kit", "add", n, 1)["values"], [n + 1])
            for sock in slow:
                with contextlib.suppress(OSError):
                    sock.sendall(text[n - 20:n - 19])
        for sock in slow:
            holds(b" 200 " not in read_all(sock)[:20], "a body that took 3 s was answered")
            sock.close()


def test_half_closed():
    """A client that will not read on is not worked for; the daemon cannot tell it from one that waits."""
    with started("--idle-timeout-s=2") as d, nothing_stays(d):
        for text in (b"", b"GET /livez HTTP/1.1\r\n", request_of(call_of("add", 1, 2))[:-3],
                     request_of(call_of("loop", fuel=10**12, timeout_ms=60000))):
            socks = [connect(d) for _ in range(20)]
            for sock in socks:
                sock.sendall(text)
                sock.shutdown(socket.SHUT_WR)
            for sock in socks:
                answer = read_all(sock)
                holds(b'"values"' not in answer, answer)
                sock.close()
        d.local.connection = None
        info = {"jsonrpc": "2.0", "id": 1, "method": "system.info"}
        for _ in range(500):
            if d.rpc(info)["result"]["calls_under_way"] == 0:
                break
            time.sleep(0.02)
        equal(d.rpc(info)["result"]["calls_under_way"], 0)


def test_pipelining():
    """In order, whether they are short or long, and one at a time."""
    with started() as d, nothing_stays(d):
        bodies = [call_of("spin", 100000 if n % 10 == 0 else n, ident=n, timeout_ms=60000)
                  for n in range(200)]
        with connect(d) as sock:
            sender = threading.Thread(
                target=lambda: sock.sendall(b"".join(map(request_of, bodies))))
            sender.start()
            data = b""
            while data.count(b'"fuel_used"') < len(bodies):
                part = sock.recv(65536)
                holds(part, f"ended after {data.count(b'fuel_used')} answers")
                data += part
            sender.join()
        answers = [json.loads(line) for part in data.split(b"\r\n\r\n")[1:]
                   for line in [part.split(b"HTTP/1.1")[0]]]
        equal([answer["id"] for answer in answers], list(range(200)))


def test_thousands_of_idle_connections():
    count = 10000
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    count = min(count, (hard - 1000) * 8 // 9)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))

    def as_usual():
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(soft, 1024), hard))

    try:
        with started(f"--max-connections={count + 50}", "--idle-timeout-s=600", preexec=as_usual) as d:
            with nothing_stays(d, megabytes=64):
                idle = [connect(d) for _ in range(count)]
                start = time.monotonic()
                for n in range(200):
                    with connect(d) as sock:  # 150 more than there is room for
                        sock.sendall(request_of(call_of("add", n, 1)))
                        holds(f'"values":[{n + 1}]'.encode() in sock.recv(65536), f"call {n}")
                print(f"{count} idle connections; 200 new clients in {time.monotonic() - start:.2f} s")
                for sock in idle:
                    sock.close()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_more_connections_than_there_may_be():
    """The longest idle make room; a call that runs keeps its connection."""
    with started("--max-connections=40", "--idle-timeout-s=600") as d, nothing_stays(d):
        busy = connect(d)
        busy.sendall(request_of(call_of("loop", fuel=10**12, timeout_ms=3000)))
        time.sleep(0.3)
        idle = []
        for n in range(300):
            sock = connect(d)
            sock.sendall(request_of(call_of("add", n, 1)))
            holds(f'"values":[{n + 1}]'.encode() in sock.recv(65536), f"client {n}")
            idle.append(sock)
        holds(descriptors(d) < 150, f"{descriptors(d)} descriptors")
        equal(idle[0].recv(10), b"")
        holds(b'"code":-32003' in busy.recv(65536), "the call lost its connection")
        for sock in [busy, *idle]:
            sock.close()


def test_batches():
    with started("--max-batch=5000", "--max-json-bytes=4M", "--max-calls-per-key=2000") as d:
        with nothing_stays(d):
            adds = [call_of("add", n, 1, ident=n) for n in range(5000)]
            answers = d.rpc(adds)
            equal([a["result"]["values"] for a in answers], [[n + 1] for n in range(5000)])
            error_of(d.rpc(adds + adds[:1]), -32600)
            # Nobody else waits for a batch, of however many expensive calls.
            loops = [call_of("loop", ident=n, fuel=10**12, timeout_ms=50) for n in range(40)]
            batch = threading.Thread(target=lambda: answers.append(d.rpc(loops)))
            batch.start()
            while batch.is_alive():
                equal(d.call("kit", "add", 1, 1)["values"], [2])
            batch.join()
            equal({a["error"]["code"] for a in answers[-1]}, {-32003})


def test_json_bombs():
    with started() as d, nothing_stays(d, megabytes=48):
        deep = b"[" * 400000
        for body, status in (
                (deep, 200), (deep + b"]" * 400000, 200), (b'{"a":' * 150000, 200),
                (b"1" * 1000000, 200), (b"-1e" + b"9" * 900000, 200), (b'"' + b"\\u0000" * 150000, 200),
                (b"[" + b"0," * 500000 + b"0]", 200), (b'{"a":1,' * 100000, 200),
                (b"{" + b",".join(b'"%d":0' % n for n in range(90000)) + b"}", 200),
                (b"\xff" * 1000000, 200), (b" " * 2000000, 413)):
            answer = d.ask("POST", "/v1/rpc", body, JSON)
            equal(answer.status, status, body[:20])
            if status == 200:
                holds(answer.json()["error"]["code"] in (-32700, -32600), answer)
        many = call_of("add", *[0] * 250000)
        error_of(d.rpc(many), -32602)


def test_upload_floods():
    """Bodies have so much memory together; who comes too many is told to come again."""
    with started("--max-body-memory=16M", "--max-module-bytes=4M") as d, nothing_stays(d, 32):
        head = (b"POST /v1/modules HTTP/1.1\r\nHost: x\r\nContent-Type: application/wasm\r\n"
                b"Content-Length: 4000000\r\n\r\n")
        peak, statuses = d.rss(), []
        flood = [connect(d) for _ in range(60)]

        def send(sock):
            with contextlib.suppress(OSError):
                sock.sendall(head + b"\0" * 3999999)
                time.sleep(0.5)
                sock.sendall(b"\0")
                statuses.append(sock.recv(65536).split(b" ")[1])
            sock.close()

        threads = [threading.Thread(target=send, args=(sock,)) for sock in flood]
        for thread in threads:
            thread.start()
        for n in range(20):
            equal(d.call("kit", "add", n, 1)["values"], [n + 1])
            if not cupeld.SANITIZED:
                holds(d.rss() - peak < 48 << 20, f"{(d.rss() - peak) >> 20} MiB")
            time.sleep(0.03)
        for thread in threads:
            thread.join()
        equal(set(statuses) - {b"400", b"503"}, set())
        holds(b"503" in statuses, statuses)
        equal(d.put("kit", wasm.kit()).status, 200)


def test_locked_database():
    """Calls go on; writing waits a while for its turn, then says 503 and Retry-After."""
    with started() as d, nothing_stays(d):
        other = sqlite3.connect(d.database, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        answer = d.put("late", wasm.adder("late"))
        equal(answer.status, 503)
        equal(answer.json()["type"], "urn:cupel:problem:storage_busy")
        holds(answer.headers["Retry-After"], "no Retry-After")
        equal(d.call("kit", "add", 1, 2)["values"], [3])
        equal(d.ask("GET", "/readyz").status, 200)
        other.execute("ROLLBACK")
        other.close()
        equal(d.put("late", wasm.adder("late")).status, 201)


def test_read_only_database():
    """What is stored is served; what cannot be stored is refused, and nothing is said to be stored."""
    with started() as d, nothing_stays(d):
        other = sqlite3.connect(d.database)
        other.execute("CREATE TRIGGER no_more BEFORE INSERT ON module "
                      "BEGIN SELECT RAISE(ABORT, 'attempt to write a readonly database'); END")
        other.commit()
        answer = d.put("late", wasm.adder("late"))
        holds(answer.status >= 500, answer)
        equal(answer.headers["Content-Type"], "application/problem+json")
        equal(d.ask("GET", "/v1/modules/late").status, 404)
        equal(d.call("kit", "add", 1, 2)["values"], [3])
        equal(d.ask("GET", "/readyz").status, 200)
        other.execute("DROP TRIGGER no_more")
        other.commit()
        other.close()
        equal(d.put("late", wasm.adder("late")).status, 201)


def test_read_only_file_system():
    """A daemon whose database lies where nothing can be written says so and does not start."""
    with Daemon() as d:
        equal(d.put("kept", wasm.kit()).status, 201)
        folder = d.folder
        d.own_folder = False
    try:
        show = 'mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" && echo mounted && exec "$2" '\
               '--config /dev/null --listen 127.0.0.1:0 --database "$1/cupel.db"'
        if shutil.which("unshare") is None:
            raise cupeld.Skip("unshare is missing (Debian package: util-linux)")
        done = subprocess.run(["unshare", "-rm", "sh", "-c", show, "sh", folder, cupeld.CUPELD],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=60)
        if not done.stdout.startswith("mounted"):
            raise cupeld.Skip(f"no mounts in a namespace of one's own: {done.stderr.strip()}")
        equal((done.returncode, done.stdout), (1, "mounted\n"), done.stderr)
        holds("cupel.db' cannot be written to" in done.stderr, done.stderr)
        with Daemon(folder=folder) as d:
            equal(d.call("kept", "add", 1, 2)["values"], [3])
    finally:
        shutil.rmtree(folder)


def test_restarts_lose_nothing():
    """Uploads and calls while the daemon is told to end and started again: whatever was answered holds."""
    stored, lock = {}, threading.Lock()

    def upload(d, who):
        connection = d.connection()
        with contextlib.suppress(OSError, cupeld.http.client.HTTPException):
            for n in range(1000):
                module = wasm.adder(f"{who}-{n}-" + "x" * 5000)
                connection.request("POST", "/v1/modules", module, WASM)
                response = connection.getresponse()
                answer = json.loads(response.read())
                if response.status in (200, 201):
                    with lock:
                        stored[answer["id"]] = module
                if response.will_close:
                    break
        connection.close()

    first = started("--drain-timeout-ms=5000")
    folder = first.folder
    first.own_folder = False
    d = first
    for round_ in range(4):
        answers = []
        threads = [threading.Thread(target=upload, args=(d, f"{round_}-{who}")) for who in range(4)]
        running = threading.Thread(target=lambda daemon: answers.append(
            daemon.call("kit", "spin", 10**7, fuel=10**9, timeout_ms=30000)), args=(d,))
        for thread in threads:
            thread.start()
        running.start()
        time.sleep(0.4)
        d.process.terminate()
        for thread in [*threads, running]:
            thread.join()
        d.end()
        equal(answers[0].get("fuel_used"), 5 * 10**7, "the call that was under way")
        d = Daemon("--drain-timeout-ms=5000", folder=folder)
    holds(len(stored) > 20, f"only {len(stored)} were stored")
    for ident, module in stored.items():
        equal(d.ask("GET", f"/v1/modules/{ident}/wasm").body, module, ident)
    d.own_folder = True
    d.end()


main()
