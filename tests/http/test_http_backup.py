"""`cupeld backup` beside a daemon that works, and restoring what it made."""

import os
import shutil
import subprocess
import tempfile
import threading

import wasm_bytes as wasm
from cupeld import CUPELD, Daemon, equal, holds, main


def backup(database, *args):
    return subprocess.run([CUPELD, "backup", "--config", "/dev/null", "--database", database, *args],
                          capture_output=True, timeout=120)


def test_backup_under_load_and_restore():
    folder = tempfile.mkdtemp(prefix="cupel-backup-")
    copy = os.path.join(folder, "copy.db")
    try:
        with Daemon(folder=folder) as d:
            equal(d.put("first", wasm.adder(1)).status, 201)
            acknowledged, stop = [], threading.Event()

            def upload():
                n = 0
                while not stop.is_set():
                    equal(d.put(f"m{n}", wasm.kit(n)).status, 201)
                    acknowledged.append(f"m{n}")
                    n += 1

            thread = threading.Thread(target=upload)
            thread.start()
            try:
                while len(acknowledged) < 20:
                    holds(thread.is_alive(), "uploads failed")
                before = list(acknowledged)
                done = backup(d.database, copy)
                equal((done.returncode, done.stdout, done.stderr), (0, b"", b""))
            finally:
                stop.set()
                thread.join()
            equal(oct(os.stat(copy).st_mode & 0o777), "0o600")
            equal(oct(os.stat(d.database).st_mode & 0o777), "0o600")
            equal(d.ask("DELETE", "/v1/modules/first").status, 204)

        # As the manual has it: the daemon is stopped, the log goes, the copy is written over the file.
        for suffix in ("-wal", "-shm"):
            if os.path.exists(d.database + suffix):
                os.unlink(d.database + suffix)
        shutil.copyfile(copy, d.database)
        with Daemon(folder=folder) as d:
            equal(d.call("first", "add", 1, 2)["values"], [3])
            for name in before:  # all that was acknowledged when the copy was begun
                equal(d.call(name, "add", 1, 2)["values"], [3], name)
            equal(d.put("later", wasm.adder(2)).status, 201)
        equal(oct(os.stat(d.database).st_mode & 0o777), "0o600")
    finally:
        shutil.rmtree(folder)


def test_mistakes():
    with Daemon() as d:
        copy = os.path.join(d.folder, "copy.db")
        for args, status, said in [
            ([], 2, b"expected `cupeld backup FILE`"),
            ([copy, "more"], 2, b'"more": one word too many'),
            (["--nope", "--", copy], 2, b"--nope"),
            (["--check-config", copy], 2, b""),
            ([d.database], 1, b"is the database itself"),
            (["/nowhere/copy.db"], 1, b"No such file"),
        ]:
            done = backup(d.database, *args)
            equal(done.returncode, status, repr((args, done)))
            holds(said in done.stderr, repr((args, done)))
        equal(backup(d.database, copy).returncode, 0)
        done = backup(d.database, copy)
        equal((done.returncode, done.stderr[-45:]),
              (1, b"/copy.db' is there already; --force replaces it\n"[-45:]))
        equal(backup(d.database, copy, "--force").returncode, 0)
        equal(backup(os.path.join(d.folder, "none.db"), copy + "2").returncode, 1)
        holds(not os.path.exists(os.path.join(d.folder, "none.db")), "made what was to be copied")
        equal(sorted(name for name in os.listdir(d.folder) if "copy" in name), ["copy.db"])
        done = subprocess.run([CUPELD, "backup", "--help"], capture_output=True)
        holds(done.returncode == 0 and b"--force" in done.stdout, repr(done))


main()
