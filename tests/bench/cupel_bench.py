#!/usr/bin/env python3
"""cupel-bench: runs benchmark cases in several engines, side by side, and prints Markdown.

Every process is pinned to one core and runs one case in one engine; processes run one at a time, the engines interleaved within each case in an order
that rotates from round to round. Of a process the least time counts, of an engine the median of its processes. Every result is checked against the
table; what is wrong is reported and not timed. README.md has the protocol that an engine's command speaks.
"""
import argparse
import csv
import math
import os
import shlex
import statistics
import subprocess
import sys

RUST = ("sort sort-dyn prime-sieve matrix-mul nbody argon2 tiny-keccak mandelbrot spectralnorm compression "
        "word-count json-parse reverse-complement regex-redux").split()
# Programs that every engine of the published comparisons runs: these subsets are what figures are quoted for.
UNCOMMON = {"fibonacci-tail", "argon2"}
V8_MODES = {
    "v8": "",
    "v8-optimising": "--no-liftoff --no-wasm-tier-up --no-wasm-dynamic-tiering --no-wasm-lazy-compilation",
    "v8-baseline": "--liftoff --liftoff-only --no-wasm-tier-up --no-wasm-dynamic-tiering --no-wasm-lazy-compilation",
}


class Case:
    def __init__(self, row, folder):
        self.name, self.file, self.expected, self.steps = row["name"], row["file"], row["expected"], row["steps"]
        self.folder = folder
        self.starts_only = self.steps == "-"
        self.is_score = self.expected.startswith("f32 score")

    def wrong(self, observed):
        """The first expectation that was not observed, or None."""
        seen = set(observed.split(";"))
        for part in self.expected.split(";"):
            if "=" in part and part not in seen:
                return f"expected {part}, got {observed or 'nothing'}"
        return None


def read_cases(path):
    with open(path, encoding="utf-8", newline="") as table:
        rows = csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [Case(row, os.path.dirname(os.path.abspath(path))) for row in rows]


def run_once(command, case, options, cpu):
    """The figures of one process: {"call_us": (first, best) ...}, or a text that says what went wrong."""
    words = shlex.split(command) + [case.folder, case.file, str(options.seconds), case.steps]
    try:
        done = subprocess.run(words, capture_output=True, text=True, timeout=options.timeout, check=False,
                              preexec_fn=lambda: os.sched_setaffinity(0, {cpu}))
    except subprocess.TimeoutExpired:
        return f"no answer in {options.timeout} s"
    except OSError as error:
        return str(error)
    if done.returncode != 0:
        said = (done.stderr or done.stdout).strip().splitlines()
        return said[-1] if said else f"status {done.returncode}"
    figures = {}
    for line in done.stdout.splitlines():
        key, _, rest = line.partition(" ")
        if key == "observed":
            wrong = case.wrong(rest)
            if wrong:
                return wrong
            figures[key] = rest
        elif key.endswith("_us"):
            figures[key] = tuple(float(number) for number in rest.split()[:2])
        elif key == "score":
            figures[key] = float(rest)
    return figures if "observed" in figures else "it printed no line 'observed'"


def measure(cases, engines, options):
    """{case name: {engine: list of figures, or text}}"""
    results = {}
    names = list(engines)
    cpu = options.cpu if options.cpu is not None else max(os.sched_getaffinity(0))
    for case in cases:
        row = results[case.name] = {name: [] for name in names}
        for turn in range(options.processes):
            start = turn % len(names)
            for name in names[start:] + names[:start]:
                if isinstance(row[name], str):
                    continue
                figures = run_once(engines[name], case, options, cpu)
                if isinstance(figures, str):
                    print(f"cupel-bench: {case.name}: {name}: {figures}", file=sys.stderr)
                    row[name] = figures
                else:
                    row[name].append(figures)
        print(f"cupel-bench: {case.name}: done", file=sys.stderr)
    return results


def median(figures, key, which=1):
    """The median over processes; None if the engine could not do it."""
    if isinstance(figures, str) or not figures or key not in figures[0]:
        return None
    return statistics.median(f[key][which] if isinstance(f[key], tuple) else f[key] for f in figures)


def geomean(numbers):
    return math.exp(sum(map(math.log, numbers)) / len(numbers))


def table(header, rows):
    print("| " + " | ".join(header) + " |")
    print("|---|" + "---:|" * (len(header) - 1))
    for row in rows:
        print("| " + " | ".join(row) + " |")
    print()


def ratio(value):
    return "–" if value is None else f"{value:.2f}"


def print_calls(cases, results, names, base):
    calls = [case for case in cases if not case.starts_only and not case.is_score]
    if not calls:
        return
    print(f"## Call time, as a ratio to {base} (lower is better)\n")
    ratios = {}
    rows = []
    for case in calls:
        times = {name: median(results[case.name][name], "call_us") for name in names}
        ratios[case.name] = {name: times[name] / times[base] if times[name] and times[base] else None for name in names}
        shown = "–" if times[base] is None else f"{times[base]:.0f}"
        rows.append([case.name, shown] + [ratio(ratios[case.name][name]) for name in names])
    everything = [case.name for case in calls]
    sets = [(f"geomean of these {len(everything)}", everything)]
    common = [name for name in everything if name not in UNCOMMON]
    if len(common) == 19:
        sets.append(("geomean of the 19 common cases", common))
    rust = [name for name in common if name in RUST]
    if len(rust) == 13:
        sets.append(("geomean of the 13 common Rust programs", rust))
    for label, members in sets:
        row = [f"**{label}**", ""]
        for name in names:
            known = [ratios[member][name] for member in members if ratios[member][name] is not None]
            row.append(f"{geomean(known):.3f}" + ("" if len(known) == len(members) else f" ({len(known)})") if known else "–")
        rows.append(row)
    table(["case", f"{base}, µs"] + names, rows)


def print_scores(cases, results, names, base):
    for case in cases:
        if not case.is_score:
            continue
        print(f"## {case.name}: score (higher is better)\n")
        scores = {name: median(results[case.name][name], "score") for name in names}
        rows = [["score"] + ["–" if scores[name] is None else f"{scores[name]:.0f}" for name in names],
                [f"of {base}"] + [ratio(scores[name] / scores[base] if scores[name] and scores[base] else None)
                                  for name in names]]
        table([""] + names, rows)


def print_starts(cases, results, names):
    starts = [case for case in cases if case.starts_only]
    if not starts:
        return
    sizes = {case.name: os.path.getsize(os.path.join(case.folder, case.file)) for case in starts}
    print("## Load (decode, validate, compile): MB/s of the module's bytes, warm\n")
    rows = []
    for case in starts:
        times = [median(results[case.name][name], "load_us") for name in names]
        rows.append([f"{case.name} ({sizes[case.name]} bytes)"] +
                    ["–" if t is None else f"{sizes[case.name] / t:.1f}" for t in times])
    table(["module"] + names, rows)
    print("## First load in a process, ms; instantiation, µs: first / best\n")
    rows = []
    for case in starts:
        row = [case.name]
        for name in names:
            figures = results[case.name][name]
            load = median(figures, "load_us", 0)
            row.append("–" if load is None else
                       f"{load / 1000:.2f}; {median(figures, 'instantiate_us', 0):.1f} / {median(figures, 'instantiate_us'):.1f}")
        rows.append(row)
    table(["module"] + names, rows)


def parse():
    parser = argparse.ArgumentParser(prog="cupel-bench", description=__doc__.split("\n", maxsplit=1)[0])
    here = os.path.dirname(os.path.abspath(__file__))
    default = os.path.join(os.environ.get("CUPEL_BENCH_DIR") or "no-folder", "cases.tsv")
    parser.add_argument("--cases", action="append", metavar="FILE",
                        help="a table of cases, its files beside it; may be repeated (default: $CUPEL_BENCH_DIR/cases.tsv)")
    parser.add_argument("--peer", action="append", default=[], metavar="NAME=COMMAND",
                        help="another engine: a command that is given DIR FILE SECONDS STEPS")
    parser.add_argument("--node", metavar="NODE", help="node's V8 as peers: default, optimising tier only, baseline tier only")
    parser.add_argument("--no-fuel", action="store_true", help="libcupel unmetered as well")
    parser.add_argument("--interpreted", action="store_true", help="libcupel without machine code as well")
    parser.add_argument("--cupel", metavar="COMMAND", default=os.path.join(here, "cupel-peer"), help="libcupel's own command")
    parser.add_argument("--base", metavar="NAME", default="cupel", help="the engine that ratios refer to (default: cupel)")
    parser.add_argument("--seconds", type=float, default=0.5, help="how long a process repeats a case (default 0.5)")
    parser.add_argument("--processes", type=int, default=3, help="processes per case and engine (default 3)")
    parser.add_argument("--timeout", type=float, default=120, help="seconds until a process is given up (default 120)")
    parser.add_argument("--cpu", type=int, help="the core to pin to (default: the last one allowed)")
    parser.add_argument("--script", default=os.path.join(os.environ.get("srcdir", here), "tests/bench/peer_node.js"),
                        help=argparse.SUPPRESS)
    parser.add_argument("name", nargs="*", help="run only cases whose name contains one of these")
    options = parser.parse_args()
    options.cases = options.cases or [default]
    return options


def engines_of(options):
    engines = {"cupel": options.cupel}
    if options.no_fuel:
        engines["cupel-no-fuel"] = options.cupel + " --no-fuel"
    if options.interpreted:
        engines["cupel-interpreted"] = options.cupel + " --interpreted"
    for peer in options.peer:
        name, equals, command = peer.partition("=")
        if not equals or not command:
            sys.exit(f"cupel-bench: --peer {peer}: expected NAME=COMMAND")
        engines[name] = command
    if options.node:
        for name, flags in V8_MODES.items():
            engines[name] = f"{options.node} {flags} {options.script}"
    if options.base not in engines:
        sys.exit(f"cupel-bench: --base {options.base}: expected one of {', '.join(engines)}")
    return engines


def main():
    options = parse()
    cases = []
    for path in options.cases:
        try:
            cases += read_cases(path)
        except OSError as error:
            sys.exit(f"cupel-bench: {path}: {error.strerror}; --cases or configure --with-bench-cases=DIR says where the cases are")
    if options.name:
        cases = [case for case in cases if any(part in case.name for part in options.name)]
    if not cases:
        sys.exit("cupel-bench: no case has such a name")
    engines = engines_of(options)
    names = list(engines)
    results = measure(cases, engines, options)
    print_calls(cases, results, names, options.base)
    print_scores(cases, results, names, options.base)
    print_starts(cases, results, names)
    failed = [name for row in results.values() for name, figures in row.items() if isinstance(figures, str)]
    return 1 if "cupel" in failed else 0


if __name__ == "__main__":
    sys.exit(main())
