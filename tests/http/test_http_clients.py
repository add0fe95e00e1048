"""Clients that are slow, lie about their bodies, or vanish; and the end of the daemon."""

import json
import socket
import threading
import time

import cupeld
import wasm_bytes as wasm
from cupeld import JSON, WASM, Daemon, equal, error_of, holds, main, nothing_stays


def connect(d, timeout=20):
    return socket.create_connection(("127.0.0.1", d.port), timeout=timeout)


def read_all(sock):
    data = b""
    try:
        while True:
            part = sock.recv(65536)
            if not part:
                return data
            data += part
    except (ConnectionResetError, socket.timeout):
        return data


def status_of(data):
    holds(data.startswith(b"HTTP/1."), f"no answer: {data[:100]!r}")
    return int(data.split(b" ")[1])


def test_expect_continue():
    with Daemon("--max-module-bytes=1M") as d, nothing_stays(d, module=None):
        head = ("PUT /v1/modules/a HTTP/1.1\r\nHost: x\r\nContent-Type: application/wasm\r\n"
                "Expect: 100-continue\r\nContent-Length: {}\r\n\r\n")
        module = wasm.kit()
        with connect(d) as sock:
            sock.sendall(head.format(len(module)).encode())
            holds(sock.recv(4096).startswith(b"HTTP/1.1 100"), "no 100 Continue")
            sock.sendall(module)
            equal(status_of(sock.recv(65536)), 201)
        with connect(d) as sock:
            sock.sendall(head.format(10 << 20).encode())
            equal(status_of(sock.recv(65536)), 413)  # without a byte of the body
        with connect(d) as sock:
            sock.sendall(head.format(5).replace("application/wasm", "text/plain").encode())
            equal(status_of(sock.recv(65536)), 415)


def test_lying_bodies():
    with Daemon("--max-module-bytes=1M", "--idle-timeout-s=1") as d, nothing_stays(d, module=None):
        start = "PUT /v1/modules/a HTTP/1.1\r\nHost: x\r\nContent-Type: application/wasm\r\n"
        with connect(d) as sock:  # promises more than it sends
            sock.sendall((start + "Content-Length: 1000\r\n\r\n").encode() + b"\0asm")
            sock.shutdown(socket.SHUT_WR)
            equal(read_all(sock)[:12] in (b"", b"HTTP/1.1 400"), True)
        with connect(d) as sock:  # a chunk that is none
            sock.sendall((start + "Transfer-Encoding: chunked\r\n\r\nzz\r\n").encode())
            answer = read_all(sock)
            holds(answer == b"" or status_of(answer) == 400, answer)
        with connect(d) as sock:  # both lengths; whatever the server makes of it, it goes on
            sock.sendall((start + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n"
                          "0\r\n\r\n").encode())
            read_all(sock)
        with connect(d) as sock:
            sock.sendall((start + "Content-Length: -5\r\n\r\n").encode())
            answer = read_all(sock)
            holds(answer == b"" or status_of(answer) >= 400, answer)
        with connect(d) as sock:
            sock.sendall((start + "Content-Length: 99999999999999999999999\r\n\r\n").encode())
            answer = read_all(sock)
            holds(answer == b"" or status_of(answer) in (400, 413), answer)
        d.local.connection = None  # it may have been idle for too long
        equal(d.ask("GET", "/v1/modules").json()["modules"], [])
        equal(d.ask("GET", "/livez").status, 200)


def test_endless_chunks_are_cut_off():
    with Daemon("--max-module-bytes=1M") as d, nothing_stays(d, module=None):
        sent = 0
        with connect(d) as sock:
            sock.sendall(b"POST /v1/modules HTTP/1.1\r\nHost: x\r\n"
                         b"Content-Type: application/wasm\r\nTransfer-Encoding: chunked\r\n\r\n")
            chunk = b"10000\r\n" + b"\0" * 65536 + b"\r\n"
            try:
                while sent < 512 << 20:
                    sock.sendall(chunk)
                    sent += 65536
            except OSError:
                pass
        holds(sent < 300 << 20, f"took {sent} bytes")
        equal(d.ask("GET", "/livez").status, 200)


def test_slow_clients():
    with Daemon("--request-timeout-s=1", "--idle-timeout-s=2", "--max-connections=40") as d, \
            nothing_stays(d, module=None):
        slow = [connect(d) for _ in range(20)]

        def trickle(sock):
            text = b"POST /v1/rpc HTTP/1.1\r\nHost: x\r\nX-Slow: " + b"a" * 1000
            start = time.monotonic()
            try:
                for n in range(len(text)):
                    sock.sendall(text[n:n + 1])
                    time.sleep(0.1)
                    if time.monotonic() - start > 15:
                        return
            except OSError:
                sock.ended = True

        class Slow:
            ended = False

            def __init__(self, sock):
                self.sendall = sock.sendall

        clients = [Slow(sock) for sock in slow]
        threads = [threading.Thread(target=trickle, args=(client,)) for client in clients]
        for thread in threads:
            thread.start()
        for _ in range(10):
            equal(d.ask("GET", "/livez").status, 200)
            time.sleep(0.05)
        for thread in threads:
            thread.join()
        equal([client.ended for client in clients], [True] * 20)
        for sock in slow:
            sock.close()


def test_clients_that_vanish():
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "call",
                       "params": ["kit", "loop", [], {"fuel": 10**12, "timeout_ms": 30}]})
    text = ("POST /v1/rpc HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n{body}").encode()
    module = b"\0asm" * 100000
    with Daemon("--idle-timeout-s=2") as d:
        d.put("kit", wasm.kit())
        with nothing_stays(d):
            for n in range(40):
                with connect(d) as sock:
                    sock.sendall(text[:len(text) - n % 3])
            equal(d.call("kit", "add", 1, 2)["values"], [3])
            for _ in range(10):
                with connect(d) as sock:
                    sock.sendall(b"PUT /v1/modules/b HTTP/1.1\r\nHost: x\r\nContent-Type: "
                                 b"application/wasm\r\nContent-Length: 4000000\r\n\r\n" + module)


def test_bodies_share_their_memory():
    with Daemon("--max-body-memory=2M", "--max-module-bytes=2M") as d:
        head = (b"PUT /v1/modules/b HTTP/1.1\r\nHost: x\r\nContent-Type: application/wasm\r\n"
                b"Content-Length: 1500000\r\n\r\n")
        with connect(d) as first, connect(d) as second:
            first.sendall(head + b"\0" * 1400000)
            time.sleep(0.5)
            second.sendall(head + b"\0" * 1500000)
            answer = second.recv(65536)
            equal(status_of(answer), 503)
            holds(b"Retry-After: 1" in answer, answer)
            first.sendall(b"\0" * 100000)
            equal(status_of(first.recv(65536)), 400)
        equal(d.put("a", wasm.kit()).status, 201)


def test_drains():
    for options, code in ((("--drain-timeout-ms=5000",), None),
                          (("--drain-timeout-ms=100",), -32008)):
        d = Daemon(*options)
        d.put("a", wasm.kit())
        answers = []
        client = threading.Thread(target=lambda: answers.append(
            d.call("a", "loop", fuel=10**12, timeout_ms=700)))
        client.start()
        time.sleep(0.2)
        start = time.monotonic()
        d.process.terminate()
        client.join()
        equal(d.process.wait(10), 0)
        took = time.monotonic() - start
        error_of(answers[0], code or -32003)
        holds(took < 3, f"ended after {took} s")
        try:
            connect(d)
            raise AssertionError("still listening")
        except ConnectionRefusedError:
            pass
        d.end()


main()
