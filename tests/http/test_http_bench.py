"""The benchmark cases that are one call, over HTTP, and the big modules: they are stored, listed
with all their imports and exports, and calling one names every import that nothing provides."""

import os
import time

import cupeld
from cupeld import Daemon, Skip, equal, error_of, holds, main

FOLDER = os.environ.get("CUPEL_BENCH_DIR", "")


def cases():
    if not FOLDER:
        raise Skip("no benchmark cases (./configure --with-bench-cases=DIR)")
    with open(os.path.join(FOLDER, "cases.tsv")) as file:
        rows = [line.rstrip("\n").split("\t") for line in file]
    return [dict(zip(rows[0], row)) for row in rows[1:]]


def wasm_of(case):
    with open(os.path.join(FOLDER, case["file"]), "rb") as file:
        return file.read()


def is_one_call(case):
    return case["steps"] != "-" and " , " not in case["steps"] and case["expected"].startswith("run=")


def test_single_calls():
    with Daemon() as d:
        for case in filter(is_one_call, cases()):
            if case["name"] == "fibonacci-tail":
                answer = d.put(case["name"], wasm_of(case))
                if answer.status == 400 and b"unsupported" in answer.body:
                    print(f"{case['name']}: needs a feature that is not there: {answer.json()['detail']}")
                    continue
            equal(d.put(case["name"], wasm_of(case)).status in (200, 201), True, case["name"])
            args = case["args"].split()
            result = d.call(case["name"], case["export"], *args_of(d, case, args),
                            timeout_ms=60000, fuel=10**12)
            kind, value = case["expected"].removeprefix("run=").split(":")
            expected = value if kind == "i64" else int(value)
            equal(result.get("values"), [expected], f"{case['name']}: {result}")


def args_of(d, case, args):
    exports = d.ask("GET", f"/v1/modules/{case['name']}").json()["exports"]
    params = next(e for e in exports if e["name"] == case["export"])["type"]["params"]
    return [a if p == "i64" else int(a) for a, p in zip(args, params)]


def sections(module):
    """(id, offset, size) of each section."""
    at = 8
    while at < len(module):
        number, size, shift = module[at], 0, 0
        at += 1
        while True:
            byte = module[at]
            at += 1
            size |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                break
        yield number, at, size
        at += size


def count_in(module, wanted):
    for number, at, _ in sections(module):
        if number == wanted:
            value, shift = 0, 0
            while True:
                byte = module[at]
                at += 1
                value |= (byte & 0x7F) << shift
                shift += 7
                if byte < 0x80:
                    return value
    return 0


def test_big_modules():
    files = {case["file"]: case for case in cases() if case["name"].startswith("startup-")}
    with Daemon() as d:
        for file, case in files.items():
            module = wasm_of(case)
            start = time.monotonic()
            answer = d.put(file.removesuffix(".wasm"), module)
            took = time.monotonic() - start
            equal(answer.status, 201, f"{file}: {answer}")
            meta = answer.json()
            print(f"{file}: {len(module)} bytes stored in {took * 1000:.0f} ms, "
                  f"compiled in {meta['compile_us'] / 1000:.0f} ms")
            equal(meta["size"], len(module))
            equal(len(meta["imports"]), count_in(module, 2), f"{file}: imports")
            equal(len(meta["exports"]), count_in(module, 7), f"{file}: exports")
            equal(meta["counts"]["functions"] - meta["counts"]["imported_functions"],
                  count_in(module, 3), f"{file}: functions")
            missing(d, file.removesuffix(".wasm"), meta)


def missing(d, name, meta):
    function = next((e["name"] for e in meta["exports"] if e["kind"] == "func"), None)
    if function is None or not meta["imports"]:
        return
    error = error_of(d.call(name, function), -32602 if takes_arguments(meta, function) else -32004)
    if error["code"] == -32004:
        equal([(i["module"], i["name"]) for i in error["data"]["imports"]],
              [(i["module"], i["name"]) for i in meta["imports"]])
        for entry in meta["imports"]:
            holds(f"{entry['module']}::{entry['name']}"[:60] in error["message"], entry)


def takes_arguments(meta, function):
    return any(e["name"] == function and e["kind"] == "func" and e["type"]["params"]
               for e in meta["exports"])


def test_big_module_survives_restart():
    case = next((c for c in cases() if c["file"] == "spidermonkey.wasm"), None)
    if case is None:
        raise Skip("no spidermonkey.wasm")
    import shutil
    import tempfile
    folder = tempfile.mkdtemp(prefix="cupel-http-")
    try:
        with Daemon(folder=folder) as d:
            equal(d.put("big", wasm_of(case)).status, 201)
        with Daemon(folder=folder) as d:
            equal(d.ask("GET", "/v1/modules/big/wasm").body, wasm_of(case))
            error_of(d.call("big", "_start"), -32004, "link")
    finally:
        shutil.rmtree(folder)


main()
