"""The command line: --check-config, --print-config, what is said about mistakes."""

import os
import shutil
import subprocess
import tempfile

import cupeld
from cupeld import Daemon, equal, holds, main


def run(*options):
    return subprocess.run([cupeld.CUPELD, *options], capture_output=True, text=True, timeout=60)


def check(text):
    folder = tempfile.mkdtemp(prefix="cupel-config-")
    path = os.path.join(folder, "cupel.conf")
    try:
        with open(path, "w") as file:
            file.write(text)
        result = run("--config", path, "--check-config")
        return result.returncode, result.stderr.replace(path, "FILE"), result.stdout
    finally:
        shutil.rmtree(folder)


def test_good_configuration():
    equal(check("[server]\nlisten = 127.0.0.1:0\n[limits]\nmax_memory_bytes = 2G\n"),
          (0, "", "the configuration is good\n"))
    equal(check(run("--print-config").stdout), (0, "", "the configuration is good\n"))


def test_bad_configuration():
    status, said, _ = check("[server]\nlisten = 8080\nthreads = many\n\n[modules]\n"
                            "cache = 5\n[limits]\ndefault_fuel = 10\nmax_fuel = 5\nnonsense\n")
    equal(status, 1)
    for line in ('FILE:3: [server] threads: expected a number from 0 to 1024, got "many"',
                 'FILE:6: section [modules] has no option "cache"',
                 "FILE:10: expected [section], option = value, or a comment",
                 "default_fuel (10) is more than max_fuel (5)",
                 'listen: expected HOST:PORT with a port from 0 to 65535, got "8080"'):
        holds(line in said, f"{line!r} is not in\n{said}")


def test_usage():
    equal(run("--nope").returncode, 2)
    holds("--nope" in run("--nope").stderr, "the option is not named")
    equal(run("--version").stdout.split()[0], "cupeld")
    text = run("--help").stdout
    for option in ("--listen", "--database", "--max-module-bytes", "--default-fuel"):
        holds(option in text, f"{option} is not in --help")


def test_only_loopback():
    d = Daemon("--listen", "0.0.0.0:0", expect_start=False)
    equal(d.process.returncode, 1)
    holds("there are no keys yet" in d.log_text(), d.log_text())
    holds("allow_remote" in d.log_text(), d.log_text())
    shutil.rmtree(d.folder)


def test_sandbox_holds_all_threads():
    with Daemon("--sandbox", "deny") as d:
        filtered = "other system calls than those needed are denied" in d.log_text()
        if not filtered:
            holds("system calls are not filtered: this build has" in d.log_text(), d.log_text())
        for thread in os.listdir(f"/proc/{d.process.pid}/task"):
            with open(f"/proc/{d.process.pid}/task/{thread}/status") as file:
                mode = [line.split()[1] for line in file if line.startswith("Seccomp:")]
            if mode:
                holds(mode[0] == "2" or not filtered, f"thread {thread} is outside")
    with Daemon("--sandbox", "off") as d:
        holds("system calls are not filtered: as configured" in d.log_text(), d.log_text())
    d = Daemon("--sandbox", "maybe", expect_start=False)
    holds('sandbox: expected deny, kill or off, got "maybe"' in d.log_text(), d.log_text())
    shutil.rmtree(d.folder)


def test_port_taken():
    with Daemon() as d:
        other = Daemon("--listen", f"127.0.0.1:{d.port}", expect_start=False)
        equal(other.process.returncode, 1)
        holds("Address already in use" in other.log_text(), other.log_text())
        shutil.rmtree(other.folder)


main()
