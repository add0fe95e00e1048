"""Calls that take long beside calls that do not: turns, deadlines, clients that leave, bounds."""

import json
import socket
import threading
import time

import wasm_bytes as wasm
from cupeld import Daemon, equal, error_of, holds, main


def call_text(function, limits, batch=1, key=None):
    one = {"jsonrpc": "2.0", "id": 1, "method": "call", "params": ["a", function, [], limits]}
    body = json.dumps(one if batch == 1 else [one] * batch)
    return ("POST /v1/rpc HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n{body}").encode()


def loop_text(timeout_ms, batch=1):
    return call_text("loop", {"fuel": 10**12, "timeout_ms": timeout_ms}, batch)


def send(d, text):
    sock = socket.create_connection(("127.0.0.1", d.port), timeout=120)
    sock.sendall(text)
    return sock


def answer(sock):
    """The body of one response; the connection stays open."""
    data = b""
    while b"\r\n\r\n" not in data:
        part = sock.recv(65536)
        holds(part, f"closed after {data!r}")
        data += part
    head, body = data.split(b"\r\n\r\n", 1)
    length = next(int(line.split(b":")[1]) for line in head.split(b"\r\n")
                  if line.lower().startswith(b"content-length:"))
    while len(body) < length:
        body += sock.recv(65536)
    holds(len(body) == length, f"more than one response: {body!r}")
    return json.loads(body)


def await_calls(d, count):
    """Until so many are under way; a call that asks would be one of them."""
    info = {"jsonrpc": "2.0", "id": 1, "method": "system.info"}
    while d.rpc(info)["result"]["calls_under_way"] != count:
        time.sleep(0.01)


def test_short_calls_pass_long_ones():
    with Daemon("--threads=1", "--executor-threads=1") as d:
        d.put("a", wasm.kit())
        loops = [send(d, loop_text(20000)) for _ in range(100)]
        for n in range(200):
            equal(d.call("a", "add", n, 1)["values"], [n + 1])
        for sock in loops:  # none has ended meanwhile
            sock.setblocking(False)
            try:
                raise AssertionError(f"ended: {sock.recv(1000)!r}")
            except BlockingIOError:
                pass
            sock.close()


def test_calls_of_middle_length_get_through():
    with Daemon("--executor-threads=1") as d:
        d.put("a", wasm.kit())
        loops = [send(d, loop_text(60000)) for _ in range(20)]
        result = d.call("a", "spin", 300000, timeout_ms=60000)
        equal(result.get("fuel_used"), 1500000, result)
        for sock in loops:
            sock.close()


def test_deadlines_of_many():
    with Daemon() as d:
        d.put("a", wasm.kit())
        loops = [send(d, loop_text(300 + 10 * (n % 20), 1 + n % 3)) for n in range(60)]
        for n, sock in enumerate(loops):
            got = answer(sock)
            for one in got if isinstance(got, list) else [got]:
                error = error_of(one, -32003, "timeout")
                equal(error["data"]["trap"], "interrupted")
                equal(error["data"]["backtrace"][0]["function_index"], 1, error)
            sock.close()


def test_the_connection_goes_on_after_a_long_call():
    with Daemon("--slice-fuel=1000") as d:
        d.put("a", wasm.kit())
        text = call_text("loop", {"fuel": 3000000})
        sock = send(d, text * 3)  # pipelined
        data = b""
        while data.count(b'"kind":"out_of_fuel","fuel_used":3000000') < 3:
            part = sock.recv(65536)
            holds(part, f"closed after {data!r}")
            data += part
        for _ in range(30):
            sock.sendall(text)
            error_of(answer(sock), -32001, "out_of_fuel")
        sock.close()


def test_clients_that_leave_are_seen():
    with Daemon("--max-calls-per-key=5") as d:
        d.put("a", wasm.kit())
        for _ in range(10):
            loops = [send(d, loop_text(60000)) for _ in range(5)]
            await_calls(d, 5)
            error_of(d.call("a", "noop"), -32005, "busy")
            for sock in loops:
                sock.close()
            await_calls(d, 0)  # long before their time
            equal(d.call("a", "noop")["values"], [])
        figures = d.ask("GET", "/metrics").body.decode()
        counted = int(figures.split("\ncupel_abandoned_calls_total ")[1].split()[0])
        holds(0 < counted <= 50, counted)
        sock = send(d, loop_text(60000))
        sock.shutdown(socket.SHUT_WR)
        data = sock.recv(65536)  # who says that he will send no more is taken for gone
        holds(data == b"" or b'"code":-32008' in data, data)


def test_busy_says_so_at_once():
    for option, says in (("--max-calls-per-key=2", "2 of your calls"),
                         ("--max-concurrent-calls=2", "2 calls are under way")):
        with Daemon(option, "--busy-retry-ms=1500") as d:
            d.put("a", wasm.kit())
            loops = [send(d, loop_text(60000)) for _ in range(2)]
            await_calls(d, 2)
            got = d.rpc({"jsonrpc": "2.0", "id": 1, "method": "call", "params": ["a", "noop"]})
            error = error_of(got, -32005, "busy")
            holds(says in error["message"], error)
            equal(error["data"]["retry_after_ms"], 1500)
            got = d.ask("POST", "/v1/rpc", b'{"jsonrpc":"2.0","id":1,"method":"call",'
                        b'"params":["a","noop"]}', {"Content-Type": "application/json"})
            equal(got.headers["Retry-After"], "2")
            for sock in loops:
                sock.close()


def test_long_batches_make_room():
    one = {"jsonrpc": "2.0", "id": 1, "method": "call",
           "params": {"module": "a", "function": "spin", "args": [4000],
                      "limits": {"timeout_ms": 60000}}}
    with Daemon("--threads=1", "--executor-threads=1", "--slice-us=50", "--slice-fuel=1000") as d:
        d.put("a", wasm.kit())
        answers = []

        def batches():
            for _ in range(10):
                answers.extend(d.rpc([one] * 100))

        threads = [threading.Thread(target=batches) for _ in range(3)]
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            equal(d.call("a", "add", 1, 2)["values"], [3])
        equal([got["result"]["fuel_used"] for got in answers], [20000] * 3000)


def test_the_daemon_ends_while_calls_wait():
    d = Daemon("--drain-timeout-ms=200")
    d.put("a", wasm.kit())
    loops = [send(d, loop_text(60000, 1 + n % 2)) for n in range(200)]
    await_calls(d, 200)
    d.process.terminate()
    for sock in loops:
        got = answer(sock)
        for one in got if isinstance(got, list) else [got]:
            error_of(one, -32008, "cancelled")
        sock.close()
    equal(d.process.wait(30), 0)
    d.end()


main()
