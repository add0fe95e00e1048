"""Trivial calls beside calls that never end: what the ones notice of the others.

Starts cupeld, measures trivial calls by wrk on loopback, then again while LOOPS endless loops (500) with a
timeout of TIMEOUT_S seconds (10) are in flight from another key, and says how late the loops end and what
memory each takes while it waits. It fails where a bound that HTTP services promise here is missed:
p99 at most twice that of idle times plus 2 ms, at least half of the throughput, loops within 20 ms.
Everything runs on one machine: `wrk` and the clients of the loops take their share of it.
"""

import json
import os
import re
import selectors
import shutil
import socket
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "http"))
import wasm_bytes as wasm
from cupeld import JSON, Daemon

LOOPS = int(os.environ.get("LOOPS", "500"))
TIMEOUT_S = int(os.environ.get("TIMEOUT_S", "10"))
SECONDS = int(os.environ.get("SECONDS_EACH", "6"))
# Between two loops; 0 makes them a burst, and then some wait for a while until the daemon reads them.
PAUSE_S = float(os.environ.get("PAUSE_S", "0.004"))
CONNECTIONS = int(os.environ.get("CONNECTIONS", "8"))


def request_of(function, args, limits, key):
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "call",
                       "params": ["kit", function, args, limits]})
    head = "POST /v1/rpc HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    if key:
        head += f"Authorization: Bearer {key}\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n{body}".encode(), body


def milliseconds(text):
    value, unit = re.fullmatch(r"([\d.]+)(us|ms|s)", text).groups()
    return float(value) * {"us": 0.001, "ms": 1, "s": 1000}[unit]


def trivial_calls(d, key):
    """(calls per second, p50, p99 in ms) of wrk."""
    _, body = request_of("add", [1, 2], {}, None)
    script = os.path.join(d.folder, "call.lua")
    with open(script, "w") as file:
        file.write('wrk.method = "POST"\nwrk.headers["Content-Type"] = "application/json"\n'
                   f"wrk.body = '{body}'\n")
        if key:
            file.write(f'wrk.headers["Authorization"] = "Bearer {key}"\n')
    out = subprocess.run(["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "--latency", "-s", script,
                          f"http://127.0.0.1:{d.port}/v1/rpc"],
                         stdout=subprocess.PIPE, check=True, text=True).stdout
    if "Non-2xx" in out:
        raise AssertionError(out)
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", out)[1])
    return (rate, *(milliseconds(re.search(rf"^\s+{p}%\s+(\S+)", out, re.MULTILINE)[1])
                    for p in ("50", "99")))


class Loops:
    def __init__(self, d, key):
        self.text, _ = request_of("loop", [], {"fuel": 10**12, "timeout_ms": TIMEOUT_S * 1000}, key)
        self.sent = {}
        for _ in range(LOOPS):
            sock = socket.create_connection(("127.0.0.1", d.port))
            self.sent[sock] = time.monotonic()
            sock.sendall(self.text)
            time.sleep(PAUSE_S)

    def lateness(self):
        """Waits for all of them: by how many ms each ended after its deadline."""
        late = []
        with selectors.DefaultSelector() as selector:
            for sock in self.sent:
                selector.register(sock, selectors.EVENT_READ)
            while selector.get_map():
                for key, _ in selector.select():
                    now = time.monotonic()
                    data = key.fileobj.recv(65536)
                    if b'"code":-32003' not in data:
                        raise AssertionError(f"not a timeout: {data[:300]!r}")
                    late.append((now - self.sent[key.fileobj] - TIMEOUT_S) * 1000)
                    selector.unregister(key.fileobj)
                    key.fileobj.close()
        return sorted(late)


def lateness_by_daemon(d, key):
    """The least bound (in ms) that /metrics knows within which all calls that timed out ended."""
    text = d.ask("GET", "/metrics", headers={"Authorization": f"Bearer {key}"}).body.decode()
    buckets = re.findall(r'cupel_timeout_lateness_seconds_bucket{le="(\S+)"} (\d+)', text)
    return next(float(bound) * 1000 for bound, count in buckets if count == buckets[-1][1])


def make_keys(d):
    """Two keys of the same weight; the first could have everything."""
    admin = d.ask("POST", "/v1/keys", b'{"scopes":["admin","call"]}', JSON).json()["key"]
    other = d.ask("POST", "/v1/keys", b'{"scopes":["call"]}',
                  {**JSON, "Authorization": f"Bearer {admin}"}).json()["key"]
    return admin, other


def measure():
    with Daemon("--max-connections=2000") as d:
        d.put("kit", wasm.kit())
        d.call("kit", "add", 1, 2)
        mine, theirs = make_keys(d)
        trivial_calls(d, mine)
        idle = trivial_calls(d, mine)
        before = d.rss()
        loops = Loops(d, theirs)
        time.sleep(0.5)
        each = (d.rss() - before) / LOOPS
        busy = trivial_calls(d, mine)
        late = loops.lateness()
        by_daemon = lateness_by_daemon(d, mine)
    print("load average: %.2f %.2f %.2f" % os.getloadavg())
    for what, (rate, p50, p99) in (("idle", idle), (f"{LOOPS} loops", busy)):
        print(f"{what:>10}: {rate:8.0f} calls/s, p50 {p50:.3f} ms, p99 {p99:.3f} ms")
    print(f"a waiting call takes {each / 1024:.1f} KiB")
    print(f"loops ended {late[0]:.1f} to {late[-1]:.1f} ms after their deadline, half of them within "
          f"{late[len(late) // 2]:.1f} ms; by the daemon's clock within {by_daemon:g} ms")
    missed = [what for what, good in (("p99", busy[2] <= 2 * idle[2] + 2),
                                      ("throughput", busy[0] >= idle[0] / 2),
                                      ("deadlines", late[0] >= 0 and late[-1] <= 20)) if not good]
    print("missed: " + ", ".join(missed) if missed else "every bound is kept")
    return 1 if missed else 0


if shutil.which("wrk") is None:
    print("bench-service: wrk is missing (Debian package: wrk)")
    sys.exit(77)
sys.exit(measure())
