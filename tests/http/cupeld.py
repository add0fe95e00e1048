"""What the tests of the running daemon share: starting and ending it, asking it, running tests.

A test script defines functions test_*() and ends with main(). The daemon under test is
$builddir/cupeld; each test starts its own, on a free port, in a folder of its own.
"""

import contextlib
import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import traceback

BUILD = os.environ.get("builddir", ".")
CUPELD = os.path.join(BUILD, "cupeld")
WASM = {"Content-Type": "application/wasm"}
JSON = {"Content-Type": "application/json"}
SANITIZED = False  # set by main(): memory and time say little then


class Skip(Exception):
    """Raised by a test that cannot run here; the reason is printed."""


class Answer:
    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body

    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return f"<{self.status} {self.body[:300]!r}>"


class Daemon:
    """A running cupeld; ended with the with statement."""

    def __init__(self, *options, folder=None, preexec=None, expect_start=True, scheme="http"):
        self.own_folder = folder is None
        self.folder = folder or tempfile.mkdtemp(prefix="cupel-http-")
        self.database = os.path.join(self.folder, "cupel.db")
        self.log = open(os.path.join(self.folder, "log"), "a+")
        empty = os.path.join(self.folder, "cupel.conf")
        open(empty, "a").close()
        command = [CUPELD, "--config", empty, "--listen", "127.0.0.1:0",
                   "--sandbox", "kill",  # a system call that is missing in the list ends it
                   "--database", self.database, *options]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=self.log,
                                        preexec_fn=preexec)
        line = self.process.stdout.readline().decode()
        match = re.fullmatch(f"listening on {scheme}" + r"://(127\.0\.0\.1):(\d+)\n", line)
        if not match:
            self.process.wait()
            if expect_start:
                raise AssertionError(f"cupeld did not start: {line!r} {self.log_text()}")
            self.port = None
            return
        self.port = int(match[2])
        self.local = threading.local()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()

    def log_text(self):
        self.log.flush()
        with open(self.log.name) as file:
            return file.read()

    def end(self):
        if self.process.poll() is None:
            self.process.terminate()
        try:
            status = self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            status = self.process.wait()
        text = self.log_seen = self.log_text()
        self.log.close()
        self.process.stdout.close()
        if self.own_folder:
            shutil.rmtree(self.folder)
        if status not in (0, -signal.SIGKILL, None) or "Sanitizer" in text:
            raise AssertionError(f"cupeld ended with {status}:\n{text[-4000:]}")

    def kill(self):
        self.process.kill()
        self.process.wait()

    def alive(self):
        return self.process.poll() is None

    # ---- asking

    def connection(self, timeout=60):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)

    def ask(self, method, target, body=None, headers=None, timeout=60):
        """One request over this thread's connection, which is kept."""
        connection = getattr(self.local, "connection", None)
        if connection is None:
            connection = self.local.connection = self.connection(timeout)
        try:
            connection.request(method, target, body=body, headers=headers or {})
            response = connection.getresponse()
            answer = Answer(response.status, response.headers, response.read())
        except Exception:
            connection.close()
            self.local.connection = None
            raise
        if response.will_close:
            connection.close()
            self.local.connection = None
        return answer

    def put(self, name, module):
        return self.ask("PUT", f"/v1/modules/{name}", module, WASM)

    def rpc(self, request, target="/v1/rpc"):
        return self.ask("POST", target, json.dumps(request).encode(), JSON).json()

    def call(self, module, function, *args, **limits):
        """The result of a call, or {"error": ...}."""
        answer = self.rpc({"jsonrpc": "2.0", "id": 1, "method": "call",
                           "params": {"module": module, "function": function, "args": args,
                                      "limits": limits}})
        return answer.get("result", answer)

    def rss(self):
        """Resident memory in bytes, without what is merely mapped from files."""
        total = 0
        with open(f"/proc/{self.process.pid}/status") as file:
            for line in file:
                if line.startswith("RssAnon:"):
                    total = int(line.split()[1]) * 1024
        return total


def equal(given, expected, what=""):
    if given != expected:
        raise AssertionError(f"{what}{': ' if what else ''}{given!r} instead of {expected!r}")


def holds(condition, what):
    if not condition:
        raise AssertionError(what)


def error_of(answer, code, kind=None):
    """The error of a JSON-RPC answer, which must be of this code."""
    holds("error" in answer, f"no error in {answer}")
    equal(answer["error"]["code"], code, str(answer["error"])[:500])
    if kind is not None:
        equal(answer["error"]["data"]["kind"], kind)
    return answer["error"]


def descriptors(d):
    return len(os.listdir(f"/proc/{d.process.pid}/fd"))


@contextlib.contextmanager
def nothing_stays(d, megabytes=16, module="kit"):
    """After the block, descriptors and memory come back to what they were, and calls are answered, if
    there is a module to call."""
    def works():
        if module is None:
            equal(d.ask("GET", "/livez").status, 200)
        else:
            equal(d.call(module, "add", 1, 2)["values"], [3])

    works()
    before, memory = descriptors(d), d.rss()
    yield
    d.local.connection = None  # it may have been displaced
    for _ in range(500):
        if descriptors(d) <= before:
            break
        time.sleep(0.02)
    holds(descriptors(d) <= before + 2, f"{descriptors(d)} descriptors, before {before}")
    if not SANITIZED:
        grown = (d.rss() - memory) / 2**20
        holds(grown < megabytes, f"{grown:.1f} MiB more than before")
    works()


def is_sanitized():
    with open(CUPELD, "rb") as file:
        return b"__asan_init" in file.read() or "VALGRIND" in os.environ


def main():
    """Runs the calling script's tests and prints their count as the check library does."""
    global SANITIZED
    module = sys.modules["__main__"]
    SANITIZED = is_sanitized()
    only = sys.argv[1:]
    tests = [(name, thing) for name, thing in vars(module).items()
             if name.startswith("test_") and callable(thing) and (not only or name in only)]
    done = failures = skipped = 0
    for name, test in tests:
        try:
            test()
            done += 1
        except Skip as reason:
            skipped += 1
            print(f"{name}: skipped: {reason}")
        except Exception:
            done += 1
            failures += 1
            print(f"{name} failed:")
            traceback.print_exc(file=sys.stdout)
        sys.stdout.flush()
    good = 100 * (done - failures) // done if done else 100
    print(f"{good}%: Checks: {done}, Failures: {failures}, Errors: 0")
    sys.exit(1 if failures else 77 if done == 0 else 0)
