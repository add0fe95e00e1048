"""What one sees of the daemon: lines of its log, traces, figures, whether it is alive and ready."""

import json
import os
import re
import resource
import threading
import time

import wasm_bytes as wasm
from cupeld import JSON, WASM, Daemon, equal, error_of, holds, main

TRACE = "0af7651916cd43dd8448eb211c80319c"
PARENT = "b7ad6b7169203331"


def call_body(module, function, *args, **limits):
    return json.dumps({"jsonrpc": "2.0", "id": 1, "method": "call",
                       "params": [module, function, args, limits]}).encode()


def ask(d, body, **headers):
    return d.ask("POST", "/v1/rpc", body, {**JSON, **headers})


def lines_of(d, message, count):
    """The JSON lines of this message, which there must be so many of."""
    for _ in range(200):  # the line of a request is written after its answer
        lines = [json.loads(line) for line in d.log_text().splitlines()]
        found = [line for line in lines if line["message"] == message]
        if len(found) >= count:
            break
        time.sleep(0.02)
    equal(len(found), count, d.log_text())
    return found


def test_heads_of_any_number_of_headers():
    """What decides stands last; few headers and many are kept in different ways."""
    with Daemon() as d:
        d.put("kit", wasm.kit())
        for many in (0, 5, 20, 21, 22, 23, 24, 25, 60):
            headers = {f"X-{n}": str(n) for n in range(many)}
            answer = d.ask("POST", "/v1/rpc", call_body("kit", "add", 1, 2),
                           {**headers, "traceparent": f"00-{TRACE}-{PARENT}-01",
                            "x-request-ID": f"mine-{many}", "content-TYPE": "application/json"})
            equal(answer.json()["result"]["values"], [3], str(many))
            equal(answer.headers["X-Request-Id"], f"mine-{many}")
            holds(answer.headers["traceparent"].startswith(f"00-{TRACE}-"), answer.headers)
            answer = d.ask("POST", "/v1/rpc", b"{}", {**headers, "Content-Type": "text/plain"})
            equal(answer.status, 415, str(many))


def test_a_line_for_each_call():
    with Daemon("--log-format=json", "--log-calls", "--log-requests") as d:
        module = d.put("kit", wasm.kit()).json()["id"]
        ask(d, call_body("kit", "add", 4711, 815), traceparent=f"00-{TRACE}-{PARENT}-01",
            **{"X-Request-Id": "mine"})
        ask(d, call_body("kit", "trap"))
        ask(d, call_body("kit", 'no\nsuch "function"\x1b' + "x" * 500))
        ask(d, call_body("nobody", "add", 1, 2))
        ask(d, call_body("kit", "loop", fuel=10**12, timeout_ms=50))
        good, trap, unknown, nobody, late = lines_of(d, "call", 5)
        equal({name: good[name] for name in ("level", "request_id", "trace_id", "parent_id", "module",
                                             "function", "outcome", "fuel", "memory_bytes")},
              {"level": "info", "request_id": "mine", "trace_id": TRACE, "parent_id": PARENT,
               "module": module, "function": "add", "outcome": "ok", "fuel": 3,
               "memory_bytes": good["memory_bytes"]})
        holds(re.fullmatch("[0-9a-f]{16}", good["span_id"]) and good["span_id"] != PARENT, good)
        holds("trace_id" not in trap and "key" not in trap, trap)
        equal((trap["outcome"], trap["function"]), ("trap", "trap"))
        equal(unknown["outcome"], "export_not_found")
        equal(unknown["function"], ('no\nsuch "function"\x1b' + "x" * 500)[:200])
        equal((nobody["outcome"], "module" in nobody), ("module_not_found", False))
        equal(late["outcome"], "timeout")
        holds(late["elapsed_us"] >= 50000, late)
        requests = lines_of(d, "request", 6)
        equal([(line["method"], line["target"], line["status"]) for line in requests],
              [("PUT", "/v1/modules/kit", 201)] + [("POST", "/v1/rpc", 200)] * 5)
        equal((requests[1]["request_id"], requests[1]["trace_id"], requests[1]["span_id"]),
              ("mine", TRACE, good["span_id"]))
        equal(requests[1]["client"], "127.0.0.1")
        for secret in ("4711", "815", "5526"):  # arguments and results are nobody's business
            holds(not re.search(f'[^0-9a-f.]{secret}[^0-9a-f]', d.log_text()), secret)


def test_whose_call_it_was():
    with Daemon("--log-format=json", "--log-calls") as d:
        d.put("kit", wasm.kit())
        key = d.ask("POST", "/v1/keys", b'{"scopes":["call"]}', JSON).json()
        ask(d, call_body("kit", "add", 1, 2), Authorization="Bearer " + key["key"])
        equal(lines_of(d, "call", 1)[0]["key"], key["id"])
        holds(key["key"] not in d.log_text(), "the log tells a secret")


def test_usually_there_are_no_such_lines():
    with Daemon("--log-format=json") as d:
        d.put("kit", wasm.kit())
        ask(d, call_body("kit", "add", 1, 2))
        ask(d, call_body("kit", "trap"))
    for line in d.log_seen.splitlines():
        holds(json.loads(line)["message"] not in ("call", "request"), line)


def test_text():
    with Daemon("--log-format=text", "--log-calls") as d:
        d.put("kit", wasm.kit())
        ask(d, call_body("kit", "a\nb"), **{"X-Request-Id": "mine"})
        line = [line for line in d.log_text().splitlines() if " call " in line][0]
        holds(line.startswith("cupeld: info: call request_id=mine module=sha256:"), line)
        holds(' function="a\\x0ab" outcome=export_not_found fuel=0 ' in line, line)


def test_failures_of_ours_are_logged():
    def little_disk():
        resource.setrlimit(resource.RLIMIT_FSIZE, (3 << 20, 3 << 20))

    with Daemon("--log-format=json", preexec=little_disk) as d:
        equal(d.ask("POST", "/v1/modules", wasm.adder("x" * 3000000), WASM).status, 507)
        equal(d.ask("GET", "/nowhere").status, 404)
        line = lines_of(d, "request", 1)[0]
        equal((line["level"], line["status"]), ("warning", 507))
        families = parse_metrics(d.ask("GET", "/metrics").body.decode())
        equal(value(families, "cupel_errors_total", kind="storage_full"), 1)


def test_traces():
    good = f"00-{TRACE}-{PARENT}-01"
    with Daemon() as d:
        spans = set()
        for _ in range(50):
            given = d.ask("GET", "/livez", headers={"traceparent": good}).headers["traceparent"]
            holds(re.fullmatch(f"00-{TRACE}-[0-9a-f]{{16}}-01", given), given)
            spans.add(given)
        equal(len(spans), 50)
        holds(good not in spans, "the client's own span came back")
        for bad in ("nonsense", good + "-more", good.upper(), good.replace(TRACE, "0" * 32)):
            answer = d.ask("GET", "/livez", headers={"traceparent": bad})
            equal((answer.status, answer.headers["traceparent"]), (200, None), bad)
        connection = d.connection()
        connection.putrequest("GET", "/livez")
        connection.putheader("traceparent", good)
        connection.putheader("Traceparent", good)
        connection.endheaders()
        equal(connection.getresponse().headers["traceparent"], None)
        connection.close()
        answer = d.ask("GET", "/nowhere", headers={"traceparent": good})
        equal((answer.status, answer.headers["traceparent"][:35]), (404, good[:35]))


# ---- figures

NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*"
LABEL = r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"'


def parse_metrics(text):
    """{family: (type, {(sample name, labels): value})} of text in Prometheus' format 0.0.4; fails on
    whatever the format does not allow."""
    families, current, helped = {}, None, None
    holds(text.endswith("\n"), "the last line has no end")
    for line in text[:-1].split("\n"):
        match = re.fullmatch(f"# HELP ({NAME}) (.+)", line)
        if match:
            holds(match[1] not in families, f"{match[1]} comes twice")
            helped = match[1]
            continue
        match = re.fullmatch(f"# TYPE ({NAME}) (counter|gauge|histogram)", line)
        if match:
            equal(match[1], helped, "TYPE follows its HELP")
            current = match[1]
            families[current] = (match[2], {})
            continue
        match = re.fullmatch(f"({NAME})(?:{{({LABEL}(?:,{LABEL})*)}})? (\\S+)", line)
        holds(match, f"not a line of the format: {line!r}")
        labels = tuple(sorted(re.findall(LABEL, match[2] or "")))
        equal(len({name for name, _ in labels}), len(labels), line)
        kind, samples = families[current]
        suffixes = ("_bucket", "_sum", "_count") if kind == "histogram" else ("",)
        holds(match[1] in [current + suffix for suffix in suffixes], f"{line!r} in {current}")
        holds((match[1], labels) not in samples, f"{line!r} comes twice")
        samples[match[1], labels] = float(match[match.lastindex])
    for family, (kind, samples) in families.items():
        holds(samples, f"{family} has no samples")
        holds(kind == "gauge" or min(samples.values()) >= 0, f"{family} is negative")
        if kind == "counter":
            holds(family.endswith("_total"), f"{family} is a counter")
        if kind == "histogram":
            check_histogram(family, samples)
    return families


def check_histogram(family, samples):
    buckets = [(dict(labels)["le"], value) for (name, labels), value in samples.items()
               if name == family + "_bucket"]
    bounds = [float(bound) for bound, _ in buckets]
    equal(buckets[-1][0], "+Inf", family)
    equal(bounds, sorted(set(bounds)), family)
    counts = [value for _, value in buckets]
    equal(counts, sorted(counts), f"{family} is cumulative")
    equal(samples[family + "_count", ()], counts[-1], family)
    holds((family + "_sum", ()) in samples, f"{family} has no sum")


def value(families, family, **labels):
    return families[family][1][family, tuple(sorted(labels.items()))]


def test_figures():
    with Daemon("--max-concurrent-calls=1", "--max-calls-per-key=1", "--cache-bytes=20000") as d:
        d.put("kit", wasm.kit())
        for n in range(20):
            d.call("kit", "add", n, 1)
            d.put(f"other{n}", wasm.kit() + bytes([0, 2, 1, n]))  # each is another module
            d.call(f"other{n}", "add", 1, 1)
        d.call("kit", "nothing")
        looping = threading.Thread(
            target=lambda: d.call("kit", "loop", fuel=10**12, timeout_ms=1500))
        looping.start()
        while value(parse_metrics(d.ask("GET", "/metrics").body.decode()),
                    "cupel_calls_under_way") == 0:
            time.sleep(0.01)
        busy = parse_metrics(d.ask("GET", "/metrics").body.decode())
        error_of(d.call("kit", "add", 1, 2), -32005, "busy")
        looping.join()
        d.ask("GET", "/nowhere")
        families = parse_metrics(d.ask("GET", "/metrics").body.decode())
        for family, labels, expected in (
                ("cupel_calls_total", {"outcome": "ok"}, 40),
                ("cupel_calls_total", {"outcome": "timeout"}, 1),
                ("cupel_calls_total", {"outcome": "busy"}, 1),
                ("cupel_errors_total", {"kind": "not_found"}, 1),
                ("cupel_errors_total", {"kind": "export_not_found"}, 1),
                ("cupel_errors_total", {"kind": "storage"}, 0),
                ("cupel_refused_calls_total", {"full": "total"}, 1),
                ("cupel_refused_calls_total", {"full": "key"}, 0),
                ("cupel_calls_under_way", {}, 0),
                ("cupel_calls_under_way_max", {}, 1),
                ("cupel_cached_max_bytes", {}, 20000),
                ("cupel_stored_modules", {}, 21),
                ("cupel_stored_images", {}, 21),
                ("cupel_stored_names", {}, 21)):
            equal(value(families, family, **labels), expected, f"{family} {labels}")
        for family in ("cupel_cache_hits_total", "cupel_cache_misses_total",
                       "cupel_cache_evictions_total", "cupel_stored_image_bytes",
                       "cupel_connections", "cupel_slices_total"):
            holds(value(families, family) > 0, family)
        for family in ("cupel_call_seconds", "cupel_call_fuel", "cupel_timeout_lateness_seconds"):
            equal(families[family][0], "histogram")
        equal(families["cupel_timeout_lateness_seconds"][1]["cupel_timeout_lateness_seconds_count",
                                                            ()], 1)
        equal(value(busy, "cupel_long_calls"), 1)
        equal(set(busy) - set(families), set())
        samples = sum(len(samples) for _, samples in families.values())
        holds(samples < 200, f"{samples} samples: labels are to be few")


# ---- alive and ready

def test_ready_or_not():
    with Daemon() as d:
        d.put("kit", wasm.kit())
        equal(d.ask("GET", "/readyz").status, 200)
        away = d.database + ".away"
        os.rename(d.database, away)
        answer = d.ask("GET", "/readyz")
        equal((answer.status, answer.headers["Content-Type"]), (503, "application/problem+json"))
        equal(d.ask("GET", "/livez").status, 200)
        os.rename(away, d.database)
        equal(d.ask("GET", "/readyz").status, 200)


def test_not_ready_while_it_drains():
    d = Daemon("--drain-timeout-ms=5000")
    d.put("kit", wasm.kit())
    watcher = d.connection()  # is open before, since none is accepted afterwards
    watcher.request("GET", "/readyz")
    equal(watcher.getresponse().read(), b'{"status":"ok"}')
    looping = threading.Thread(target=lambda: d.call("kit", "loop", fuel=10**12, timeout_ms=1500))
    looping.start()
    info = {"jsonrpc": "2.0", "id": 1, "method": "system.info"}
    while d.rpc(info)["result"]["calls_under_way"] == 0:
        time.sleep(0.01)
    d.process.terminate()
    for _ in range(500):
        watcher.request("GET", "/readyz")
        answer = watcher.getresponse()
        answer.read()
        if answer.status != 200:
            break
        time.sleep(0.002)
    equal((answer.status, answer.headers["Connection"]), (503, "close"))
    looping.join()
    equal(d.process.wait(10), 0)
    d.end()


main()
