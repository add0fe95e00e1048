"""The main job over HTTP: store modules, look at them, call them, delete them."""

import json

import wasm_bytes as wasm
from cupeld import JSON, WASM, Daemon, equal, error_of, holds, main


def test_store_call_delete():
    with Daemon() as d:
        stored = d.ask("POST", "/v1/modules?name=math", wasm.kit(), WASM)
        equal(stored.status, 201)
        ident = stored.json()["id"]
        equal(stored.headers["Location"], f"/v1/modules/{ident}")
        equal(d.ask("POST", "/v1/modules", wasm.kit(), WASM).status, 200)
        equal(d.ask("GET", f"/v1/modules/{ident}").json()["names"], ["math"])
        equal(d.ask("GET", "/v1/modules/math/wasm").body, wasm.kit())
        result = d.call("math", "add", 1, 2)
        equal(result["values"], [3])
        equal(result["fuel_used"], 3)
        equal(d.call(ident, "add", -1, 4294967295)["values"], [-2])
        equal(d.call(ident[7:], "add", 1, 1)["values"], [2])
        equal(d.call("math@1", "add", 1, 1)["values"], [2])
        short = d.rpc({"jsonrpc": "2.0", "id": "x", "method": "add", "params": [20, 22]},
                      "/v1/modules/math/rpc")
        equal(short, {"jsonrpc": "2.0", "id": "x", "result": [42]})
        equal(d.ask("DELETE", f"/v1/modules/{ident}").status, 204)
        equal(d.ask("GET", "/v1/modules/math").status, 404)
        error_of(d.call("math", "add", 1, 2), -32006, "module_not_found")


def test_every_answer_has_an_id():
    with Daemon() as d:
        for method, target in (("GET", "/livez"), ("GET", "/nope"), ("POST", "/v1/rpc"),
                               ("OPTIONS", "/v1/rpc"), ("HEAD", "/readyz")):
            holds(d.ask(method, target).headers["X-Request-Id"], f"{method} {target}")
        mine = d.ask("GET", "/nope", headers={"X-Request-Id": "mine-1"})
        equal(mine.headers["X-Request-Id"], "mine-1")
        equal(mine.json()["instance"], "urn:cupel:request:mine-1")
        bad = d.ask("GET", "/livez", headers={"X-Request-Id": "no good"})
        holds(bad.headers["X-Request-Id"] != "no good", "a bad id was taken")


def test_head_has_no_body():
    with Daemon() as d:
        d.put("a", wasm.kit())
        head = d.ask("HEAD", "/v1/modules/a")
        get = d.ask("GET", "/v1/modules/a")
        equal(head.body, b"")
        equal(head.headers["Content-Length"], str(len(get.body)))
        equal(head.headers["ETag"], get.headers["ETag"])
        same = d.ask("GET", "/v1/modules/a", headers={"If-None-Match": get.headers["ETag"]})
        equal((same.status, same.body), (304, b""))
        equal(d.ask("GET", "/livez").status, 200)


def test_notifications_and_batches():
    with Daemon() as d:
        d.put("a", wasm.kit())
        silent = d.ask("POST", "/v1/modules/a/rpc",
                       json.dumps({"jsonrpc": "2.0", "method": "noop"}).encode(), JSON)
        equal((silent.status, silent.body), (204, b""))
        batch = [{"jsonrpc": "2.0", "id": n, "method": "add", "params": [n, n]} for n in range(50)]
        answers = d.rpc(batch, "/v1/modules/a/rpc")
        equal([a["result"][0] for a in answers], [2 * n for n in range(50)])


def test_pages():
    with Daemon() as d:
        ids = [d.ask("POST", "/v1/modules", wasm.adder(n), WASM).json()["id"] for n in range(30)]
        seen, target = [], "/v1/modules?limit=7"
        while target:
            page = d.ask("GET", target)
            seen += [m["id"] for m in page.json()["modules"]]
            following = page.json()["next"]
            target = following and f"/v1/modules?limit=7&cursor={following}"
        equal(seen, ids)


def test_many_at_once():
    import threading
    with Daemon() as d:
        d.put("a", wasm.kit())
        wrong = []

        def client(number):
            for n in range(60):
                if n % 20 == 0:
                    d.put(f"m{number}", wasm.adder(n))
                result = d.call("a", "add", number, n)
                if result.get("values") != [number + n]:
                    wrong.append(result)

        threads = [threading.Thread(target=client, args=(n,)) for n in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        equal(wrong, [])


def test_restart_keeps_everything():
    import shutil
    import tempfile
    folder = tempfile.mkdtemp(prefix="cupel-http-")
    try:
        with Daemon(folder=folder) as d:
            d.put("a", wasm.kit())
            before = d.ask("GET", "/v1/modules/a").body
        with Daemon(folder=folder) as d:
            equal(d.ask("GET", "/v1/modules/a").body, before)
            equal(d.call("a", "add", 2, 2)["values"], [4])
    finally:
        shutil.rmtree(folder)


main()
