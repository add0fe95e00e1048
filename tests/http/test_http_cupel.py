"""`cupel push`, `call`, `ls` and `rm`, against a daemon and against what is none."""

import json
import os
import pty
import re
import select
import shutil
import socket
import subprocess
import tempfile
import threading
import time

import wasm_bytes as wasm
from cupeld import BUILD, Daemon, Skip, equal, holds, main

CUPEL = os.path.join(BUILD, "cupel")


class Ran:
    def __init__(self, done):
        self.status = done.returncode
        self.out = done.stdout.decode()
        self.err = done.stderr.decode()

    def __repr__(self):
        return f"<{self.status} {self.out[:400]!r} {self.err[:800]!r}>"


def environment(url=None, key=None):
    """Ours, without what could lead the client elsewhere."""
    env = {name: value for name, value in os.environ.items()
           if not name.lower().endswith("_proxy") and not name.startswith("CUPEL_")}
    if url is not None:
        env["CUPEL_URL"] = url
    if key is not None:
        env["CUPEL_KEY"] = key
    return env


def cupel(*args, url=None, key=None, stdin=b"", timeout=60):
    if not os.path.exists(os.path.join(BUILD, "cupel-client")):
        raise Skip("built without the client (libcurl)")
    return Ran(subprocess.run([CUPEL, *args], env=environment(url, key), input=stdin,
                              capture_output=True, timeout=timeout))


def ends(ran, status, out="", err=""):
    """The status, all of stdout, and a pattern that is found in stderr (or nothing there)."""
    equal(ran.status, status, str(ran))
    equal(ran.out, out, str(ran))
    holds(re.search(err, ran.err) if err else ran.err == "", f"{err!r} is not what it said: {ran}")


class Client:
    """A daemon, a folder with modules, and the command pointed to them."""

    def __init__(self, *options):
        self.daemon = Daemon(*options)
        self.url = f"http://127.0.0.1:{self.daemon.port}"
        self.file("kit.wasm", wasm.kit())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.daemon.end()

    def path(self, name):
        return os.path.join(self.daemon.folder, name)

    def file(self, name, content):
        with open(self.path(name), "wb") as file:
            file.write(content)
        return self.path(name)

    def run(self, *args, **more):
        return cupel(*args, url=self.url, **more)

    def push(self, name, content):
        ran = self.run("push", "--name", name, self.file(f"{name}.wasm", content))
        equal(ran.status, 0, str(ran))
        return ran.out.split()[-1]


def identities(*kinds):
    """A module whose function for each kind returns its argument; `many` returns two."""
    functions = [wasm.Func(kind, f"{kind}:{kind}", b"\x20\x00") for kind in kinds]
    functions.append(wasm.Func("many", "il:li", b"\x20\x01\x20\x00"))
    functions.append(wasm.Func("none", ":", b""))
    return wasm.module(functions)


def test_push_ls_rm():
    with Client() as c:
        ran = c.run("push", c.path("kit.wasm"))
        equal(ran.status, 0, str(ran))
        identity = ran.out.strip()
        holds(re.fullmatch("sha256:[0-9a-f]{64}", identity), ran.out)
        ends(c.run("push", "--name", "a", c.path("kit.wasm")), 0, f"a@1 {identity}\n")
        ends(c.run("push", "--name=b", "-", stdin=wasm.kit()), 0, f"b@1 {identity}\n")
        other = c.push("a", identities("i"))
        listed = c.run("ls")
        rows = [line.split() for line in listed.out.splitlines()]
        equal([(row[0], row[3]) for row in rows], [(identity, "a@1,b"), (other, "a")])
        equal(int(rows[0][1]), len(wasm.kit()))
        ends(c.run("rm", "b", "a@1", other), 0)
        equal([line.split()[-1] for line in c.run("ls").out.splitlines()], ["-"])
        ends(c.run("rm", "nobody", identity, "BAD NAME"), 1,
             err=r"(?s)cupel: nobody: Module not found: .*'nobody'.*cupel: BAD NAME: Not a module ref")
        ends(c.run("ls"), 0)


def test_ls_goes_through_all_pages():
    with Client() as c:
        ends(c.run("ls", "--json"), 0, '{"modules":[]}\n')
        for n in range(1003):
            equal(c.daemon.put(f"m{n}", wasm.kit(salt=n)).status, 201)
        equal(len(c.run("ls").out.splitlines()), 1003)
        listed = json.loads(c.run("ls", "--json").out)["modules"]
        equal([module["names"] for module in listed], [[f"m{n}"] for n in range(1003)])


def test_call_arguments_and_results():
    cases = [("i", "-1", "-1"), ("i", "4294967295", "-1"), ("i", "0xff", "255"),
             ("l", "-9223372036854775808", "-9223372036854775808"),
             ("l", "18446744073709551615", "-1"), ("f", "0.1", "0.1"), ("f", "1e30", "1e+30"),
             ("f", "nan:0x7fa00000", "nan:0x7fa00000"), ("d", "0.1", "0.1"), ("d", "-0", "-0"),
             ("d", "0x1p-1", "0.5"), ("d", "123456789012345680000", "1.2345678901234568e+20"),
             ("d", "-inf", "-inf"), ("d", "nan", "nan"), ("d", "-nan", "-nan"),
             ("d", "5e-324", "5e-324"), ("d", "16777217", "16777217")]
    with Client() as c:
        c.push("id", identities("i", "l", "f", "d"))
        for function, word, expected in cases:
            ends(c.run("call", "id", function, word), 0, expected + "\n")
        ends(c.run("call", "id", "many", "-7", "-8"), 0, "-8\n-7\n")
        ends(c.run("call", "id", "none"), 0)
        ends(c.run("call", "--json-args", "id", "many", "7", '"8"'), 0, "8\n7\n")
        ends(c.run("call", "--json-args", "id", "d", "0.1"), 0, "0.1\n")
        answer = json.loads(c.run("call", "--json", "id", "i", "5").out)
        equal(answer["result"]["values"], [5])
        ran = c.run("call", "--stats", "--limits", '{"output_bytes":100}', "id", "i", "5")
        equal(ran.out, "5\n")
        equal(json.loads(ran.err)["fuel_used"], 1)


def test_call_mistakes():
    with Client() as c:
        c.push("id", identities("i", "l", "f", "d"))
        for args, status, said in [
            (["id", "i"], 2, r"i: expected 1 argument, got 0; its type is \(i32\) -> \(i32\)"),
            (["id", "i", "x"], 2, 'i: argument 1: expected an i32 from .* got "x"'),
            (["id", "many", "1", "2.5"], 2, 'many: argument 2: expected an i64 from .* got "2.5"'),
            (["id", "nope"], 2, r'(?s)id exports no function "nope".*\n  many \(i32, i64\) -> \(i64'),
            (["nope", "f"], 1, "nope: Module not found: no module has the name 'nope'"),
            (["--json-args", "id", "i", "{"], 2, "argument 1: expected JSON"),
            (["--json-args", "id", "i", '"x"'], 1, r"cupel: i: invalid_params.*: .*args\[0\]"),
            (["--limits", "[]", "id", "none"], 2, "--limits: expected a JSON object"),
            (["--limits", '{"x":1}', "id", "none"], 1, "invalid_params: .*x"),
            (["--timeout-ms", "99999999", "id", "none"], 1, r"invalid_params \(timeout_ms\).*60000"),
            (["--fuel", "x", "id", "none"], 2, "--fuel: expected a number"),
            (["id"], 2, r"call: expected MODULE FUNCTION \[ARG...\], got 1 operand"),
            (["--nope", "id", "i"], 2, "call: there is no option --nope"),
        ]:
            ends(c.run("call", *args), status, err=said)


def test_traps_as_cupel_run_prints_them():
    with Client() as c:
        c.push("kit", wasm.kit())
        local = cupel("run", "--invoke", "trap", "--fuel", "1000", c.path("kit.wasm"))
        equal((local.status, local.err[:6]), (1, "trap: "))
        ends(c.run("call", "--fuel", "1000", "kit", "trap"), 1, err="^" + re.escape(local.err) + "$")
        ends(c.run("call", "--fuel", "1000", "kit", "loop"), 1,
             err=r"^trap: out_of_fuel: .*\n  0: function \d+.* at 0x[0-9a-f]+\n$")
        ends(c.run("call", "--timeout-ms", "50", "--limits", '{"fuel":1000000000000}', "kit",
                   "loop"), 1, err=r"^trap: timeout: .*\(50 ms\)\n  0: function")
        ran = c.run("call", "--json", "--fuel", "1000", "kit", "loop")
        equal(json.loads(ran.out)["error"]["code"], -32001)
        equal(ran.status, 1)


def test_modules_that_are_refused():
    with Client("--max-module-bytes", "100000") as c:
        text = c.file("text", b"no module at all")
        ends(c.run("push", text), 1, err=f"^cupel: {text}: Malformed module at 0x0: .*00 61 73 6d")
        ran = c.run("push", "--json", text)
        equal(json.loads(ran.out)["title"], "Malformed module")
        equal(ran.status, 1)
        ends(c.run("push", "--name", "Not A Name", c.path("kit.wasm")), 1, err="Not a module reference: \"Not A Name\"")
        large = c.file("large", wasm.kit() + bytes(3 << 20))
        ends(c.run("push", large), 1, err="large: Content too large: .*100000")
        ends(c.run("push", "/nowhere/x"), 1, err="^cupel: /nowhere/x: No such file")
        ends(c.run("push", c.daemon.folder), 1, err="Is a directory")


def test_addresses_that_lead_nowhere():
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    for url, said in [("ftp://127.0.0.1", "of another kind"), ("127.0.0.1:8080", "it does not begin so"),
                      ("http://a b", "Bad hostname|Malformed"), ("http://127.0.0.1:99999", "[Pp]ort"),
                      ("http://u:p@127.0.0.1", "CUPEL_KEY"), ("http://127.0.0.1/?a=b", "query")]:
        ends(cupel("ls", "--url", url), 2, err="--url: expected http://HOST.*" + re.escape(url)
             + ".*(" + said + ")")
        ends(cupel("ls", url=url), 2, err="^cupel: CUPEL_URL: expected http://HOST")
    ends(cupel("ls", url=f"http://127.0.0.1:{port}"), 1,
         err=f"^cupel: http://127.0.0.1:{port}: cannot connect: Connection refused; does cupeld")
    ends(cupel("ls", "--url", f"http://127.0.0.1:{port}", url="ftp://x"), 1, err="refused")
    ends(cupel("ls", url=f"http://127.0.0.1:{port}", key="a\nb"), 2, err="CUPEL_KEY: expected a key")
    ends(cupel("ls", "operand"), 2, err="ls: expected no operands, got 1")


class Stranger:
    """A server that is no cupeld: answers every request with the same bytes."""

    def __init__(self, answer, bytes_per_read=1 << 16, pause=0.0):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.socket.getsockname()[1]}"
        self.answer, self.bytes_per_read, self.pause = answer, bytes_per_read, pause
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def serve(self):
        peer, _ = self.socket.accept()
        with peer:
            got = b""
            while b"\r\n\r\n" not in got:
                got += peer.recv(65536)
            head, _, rest = got.partition(b"\r\n\r\n")
            length = re.search(rb"(?i)content-length: (\d+)", head)
            left = (int(length[1]) if length else 0) - len(rest)
            if re.search(rb"(?i)expect: 100-continue", head):
                peer.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
            while left > 0:
                data = peer.recv(min(self.bytes_per_read, left))
                if not data:
                    return
                left -= len(data)
                time.sleep(self.pause)
            peer.sendall(self.answer)


def answer_of(status, kind, body):
    return (f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n"
            f"Connection: close\r\n\r\n").encode() + body


def test_servers_that_are_no_daemon():
    for args, answer, said in [
        (["ls"], answer_of("404 Not Found", "text/html", b"<p>"), "got status 404 with text/html; is it"),
        (["ls"], answer_of("200 OK", "text/html", b"<p>"), "expected a list of modules"),
        (["call", "--json-args", "a", "b"], answer_of("200 OK", "text/html", b"<p>"), "expected JSON"),
        (["call", "--json-args", "a", "b"], answer_of("200 OK", "text/json", b"{}"), "expected the res"),
        (["call", "a", "b"], answer_of("302 Found", "text/plain", b""), "got status 302"),
        (["rm", "a"], answer_of("200 OK", "application/json", b"{}"), "got status 200"),
        (["rm", "a"], b"", "Empty reply"),
        (["rm", "a"], b"no HTTP", "HTTP/0.9|unsupported|Received"),
        (["rm", "a"], answer_of("500 X", "application/problem+json",
                                b'{"title":"a\\u001b[31mb","detail":"\\n"}'), r"a: a\?\[31mb: \?$"),
    ]:
        with Stranger(answer) as stranger:
            ends(cupel(*args, url=stranger.url), 1, err=said)


def test_keys():
    with Client() as c:
        add = [os.path.join(BUILD, "cupeld"), "key", "add", "--config", "/dev/null", "--database",
               c.daemon.database, "--scopes"]
        key, caller = (subprocess.run([*add, scopes], check=True, capture_output=True).stdout
                       .decode().strip() for scopes in ("modules:read,modules:write,call", "call"))
        deadline = time.monotonic() + 30
        while c.run("ls").status == 0:
            holds(time.monotonic() < deadline, "the daemon does not see the keys")
            time.sleep(0.1)
        ends(c.run("ls"), 1, err="(?s)Unauthorized: .*CUPEL_KEY is not set; the daemon wants a key")
        ends(c.run("ls", key="cupel_wrong"), 1, err="does not take the key in CUPEL_KEY")
        ends(c.run("call", "a", "add", "1", "2"), 1, err="CUPEL_KEY is not set")
        equal(c.run("push", "--name", "kit", c.path("kit.wasm"), key=key).status, 0)
        ends(c.run("call", "kit", "add", "1", "2", key=key), 0, "3\n")
        ends(c.run("call", "kit", "add", "1", "2", key=caller), 0, "3\n")  # read as JSON
        ends(c.run("rm", "kit", key=caller), 1, err="^cupel: kit: Forbidden: .*modules:write")


def test_tls():
    if shutil.which("openssl") is None:
        raise Skip("openssl is missing")
    folder = tempfile.mkdtemp(prefix="cupel-client-")
    certificate, private = os.path.join(folder, "cert.pem"), os.path.join(folder, "key.pem")
    try:
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "3650",
                        "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1",
                        "-out", certificate, "-keyout", private],
                       check=True, stderr=subprocess.DEVNULL)
        with Daemon("--tls-certificate", certificate, "--tls-key", private, scheme="https") as d:
            url, trust = f"https://127.0.0.1:{d.port}", ("--ca-file", certificate)
            module = os.path.join(d.folder, "kit.wasm")
            with open(module, "wb") as file:
                file.write(wasm.kit())
            equal(cupel("push", *trust, "--name", "kit", module, url=url).status, 0)
            ends(cupel("call", *trust, "kit", "add", "1", "2", url=url), 0, "3\n")
            ends(cupel("ls", url=url), 1, err="certificate is not trusted: .*--ca-file")
            ends(cupel("ls", "--ca-file", "/nowhere", url=url), 1, err="/nowhere|CA")
            ends(cupel("ls", *trust, url=f"http://127.0.0.1:{d.port}"), 1, err="cupel: http://127")
    finally:
        shutil.rmtree(folder)


def test_large_upload():
    with Client() as c:
        large = wasm.kit() + wasm.section(0, wasm.name("padding") + bytes(48 << 20))
        ends_with = c.push("large", large)
        listed = [line.split() for line in c.run("ls").out.splitlines()]
        equal([(row[0], int(row[1])) for row in listed], [(ends_with, len(large))])
        ran = c.run("push", "-", stdin=large)  # of unknown length: in chunks
        equal((ran.status, ran.out.strip()), (0, ends_with), str(ran))


def on_terminal(*args, url):
    """Runs cupel with a terminal as stderr; what it wrote there."""
    master, slave = pty.openpty()
    process = subprocess.Popen([CUPEL, *args], env=environment(url), stdout=subprocess.DEVNULL,
                               stdin=subprocess.DEVNULL, stderr=slave)
    os.close(slave)
    seen = b""
    while select.select([master], [], [], 60)[0]:
        try:
            data = os.read(master, 65536)
        except OSError:
            break
        if not data:
            break
        seen += data
    os.close(master)
    process.wait(60)
    return seen.decode()


def test_progress_on_a_terminal():
    if not os.path.exists(os.path.join(BUILD, "cupel-client")):
        raise Skip("built without the client (libcurl)")
    folder = tempfile.mkdtemp(prefix="cupel-client-")
    try:
        path = os.path.join(folder, "slow.wasm")
        with open(path, "wb") as file:
            file.write(bytes(24 << 20))
        answer = answer_of("201 Created", "application/json", b'{"id":"sha256:0"}')
        with Stranger(answer, 1 << 17, 0.01) as stranger:
            seen = on_terminal("push", path, url=stranger.url)
        bars = re.findall(r"slow\.wasm +\[(#*)(\.*)\] +(\d+) % +[\d.]+ MiB/s", seen)
        holds(len(bars) >= 2, f"no bar in {seen!r}")
        equal(sorted({len(done) + len(left) for done, left, _ in bars}), [30])
        holds(int(bars[0][2]) < int(bars[-1][2]) <= 100, f"no progress in {bars}")
        holds(seen.endswith("\r\x1b[K"), f"the bar stays: {seen[-80:]!r}")
        with Stranger(answer, 1 << 17, 0.01) as stranger:  # no terminal, no bar
            ends(cupel("push", path, url=stranger.url), 0, "sha256:0\n")
        with Stranger(answer) as stranger:  # over before it is worth it
            with open(path, "wb") as file:
                file.write(b"short")
            equal(on_terminal("push", path, url=stranger.url), "")
    finally:
        shutil.rmtree(folder)


def test_without_the_client():
    """The command says what is missing, and still has its help."""
    folder = tempfile.mkdtemp(prefix="cupel-client-")
    try:
        alone = shutil.copy(CUPEL, folder)
        done = Ran(subprocess.run([alone, "ls", "--help"], capture_output=True))
        equal((done.status, done.err), (0, ""))
        holds("Usage: cupel ls" in done.out, done.out)
        done = Ran(subprocess.run([alone, "ls"], capture_output=True, env=environment("ftp://")))
        holds((done.status, "cupel-client: No such file" in done.err) == (1, True)
              or "CUPEL_URL: expected" in done.err, str(done))  # an installed one serves as well
    finally:
        shutil.rmtree(folder)


main()
