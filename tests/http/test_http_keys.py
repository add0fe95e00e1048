"""Keys: made and revoked from the command line while the daemon runs, and what they are good for."""

import json
import os
import shutil
import subprocess
import tempfile
import time

import cupeld
import wasm_bytes as wasm
from cupeld import CUPELD, JSON, WASM, Daemon, equal, error_of, holds, main


def key_command(d, *words, expect=0):
    done = subprocess.run([CUPELD, "key", *words, "--config", os.path.join(d.folder, "cupel.conf"),
                           "--database", d.database], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True)
    equal(done.returncode, expect, done.stderr)
    return done.stdout if expect == 0 else done.stderr


def add(d, scopes, *words):
    return key_command(d, "add", "--scopes", scopes, *words).strip()


def ask(d, key, method, target, body=None, kind=JSON):
    headers = dict(kind if body is not None else {})
    if key is not None:
        headers["Authorization"] = f"Bearer {key}"
    return d.ask(method, target, body, headers)


def call(d, key, function, *args, **limits):
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "call",
                       "params": ["a", function, args, limits]})
    return ask(d, key, "POST", "/v1/rpc", body.encode()).json()


def await_status(d, key, status):
    while ask(d, key, "GET", "/v1/modules").status != status:
        time.sleep(0.05)


def test_command_line():
    with Daemon() as d:
        equal(ask(d, None, "GET", "/v1/modules").status, 200)
        key = add(d, "modules:read,modules:write,call", "--label", "ci", "--weight", "5")
        await_status(d, None, 401)  # the daemon has seen it
        equal(ask(d, key, "GET", "/v1/modules").status, 200)
        equal(ask(d, key, "PUT", "/v1/modules/a", wasm.kit(), WASM).status, 201)
        equal(call(d, key, "add", 1, 2)["result"]["values"], [3])
        equal(ask(d, key, "GET", "/v1/keys").status, 403)
        equal(ask(d, None, "GET", "/readyz").status, 200)
        listed = json.loads(key_command(d, "list"))
        equal([(k["label"], k["weight"], k["scopes"]) for k in listed],
              [("ci", 5, ["modules:read", "modules:write", "call"])])
        admin = add(d, "admin")
        await_status(d, admin, 403)
        key_command(d, "revoke", listed[0]["id"])
        await_status(d, key, 401)
        made = ask(d, admin, "POST", "/v1/keys", b'{"scopes":["modules:read"]}')
        equal(made.status, 201)
        equal(ask(d, made.json()["key"], "GET", "/v1/modules").status, 200)
        equal(ask(d, admin, "DELETE", "/v1/keys/" + made.json()["id"]).status, 204)
        equal(ask(d, made.json()["key"], "GET", "/v1/modules").status, 401)
        with open(d.log.name) as log:
            holds(key not in log.read(), "a secret in the log")


def test_command_line_says_what_is_wrong():
    with Daemon() as d:
        for words, status, says in (
                ((), 2, "expected `cupeld key add`"), (("make",), 2, "expected `cupeld key add`"),
                (("add",), 2, "--scopes is missing"), (("revoke",), 2, "which key?"),
                (("list", "a"), 2, "one word too many"),
                (("list", "a", "b"), 2, "one word too many"),
                (("add", "--scopes", "call,"), 2, 'no scope ""'),
                (("add", "--scopes", "call", "--weight", "1001"), 2, "from 1 to 1000"),
                (("add", "--scopes", "call", "--weight", "x"), 2, "no option --weight"),
                (("add", "--print-config"), 2, "does not go with"),
                (("revoke", "nobody"), 1, "there is no key 'nobody'")):
            text = key_command(d, *words, expect=status)
            holds(says in text, f"{words}: {text!r}")
        equal(json.loads(key_command(d, "list")), [])


def test_quotas():
    with Daemon() as d:
        d.put("a", wasm.kit())
        slow = add(d, "call", "--calls-per-second", "1")
        few = add(d, "call", "--max-calls", "1")
        poor = add(d, "call", "--fuel-per-day", "1000")
        small = add(d, "modules:write", "--max-stored-bytes", "10")
        await_status(d, small, 403)
        equal(call(d, slow, "noop")["result"]["values"], [])
        error_of(call(d, slow, "noop"), -32009, "quota")
        error_of(call(d, poor, "loop", fuel=10**12), -32009, "quota")
        error_of(call(d, poor, "noop"), -32009, "quota")
        equal(call(d, few, "noop")["result"]["values"], [])
        answer = ask(d, small, "PUT", "/v1/modules/b", wasm.adder(b"1"), WASM)
        equal(answer.status, 429)
        equal(answer.json()["type"], "urn:cupel:problem:quota")
        short = ask(d, slow, "POST", "/v1/modules/a/rpc",
                    b'{"jsonrpc":"2.0","id":1,"method":"noop"}')
        if short.status != 200:  # unless a second has passed since
            equal(short.status, 429)
            equal(short.headers["Retry-After"], "1")


def test_use_survives_a_restart():
    folder = tempfile.mkdtemp(prefix="cupel-http-")
    try:
        with Daemon(folder=folder) as d:
            d.put("a", wasm.kit())
            key = add(d, "call", "--fuel-per-day", "1000000")
            await_status(d, key, 403)
            error_of(call(d, key, "loop", fuel=10**12), -32009, "quota")
        with Daemon(folder=folder) as d:
            error_of(call(d, key, "noop"), -32009, "quota")
    finally:
        shutil.rmtree(folder)


main()
