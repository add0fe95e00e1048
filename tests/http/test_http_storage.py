"""Storage below the daemon: damaged and stale images, a disk that is full, a database that cannot
be opened."""

import os
import resource
import shutil
import sqlite3
import tempfile

import cupeld
import wasm_bytes as wasm
from cupeld import WASM, Daemon, equal, holds, main, nothing_stays


class Folder:
    def __enter__(self):
        self.path = tempfile.mkdtemp(prefix="cupel-storage-")
        return self.path

    def __exit__(self, *_):
        shutil.rmtree(self.path)


def edit_images(folder, statement):
    database = sqlite3.connect(os.path.join(folder, "cupel.db"))
    tables = [row[0] for row in database.execute(
        "SELECT name FROM sqlite_schema WHERE type='table' AND name LIKE '%image%'")]
    holds(tables, "no table of images")
    changed = database.execute(statement.format(tables[0])).rowcount
    database.commit()
    database.close()
    holds(changed > 0, "nothing was changed")


def rebuilt_after(statement):
    with Folder() as folder:
        with Daemon(folder=folder) as d:
            d.put("a", wasm.kit())
            size = d.ask("GET", "/v1/modules/a").json()["image_bytes"]
        edit_images(folder, statement)
        with Daemon(folder=folder) as d:
            equal(d.call("a", "add", 40, 2)["values"], [42])
            equal(d.ask("GET", "/v1/modules/a").json()["image_bytes"], size)
        with Daemon(folder=folder) as d:
            equal(d.call("a", "add", 40, 2)["values"], [42])


def test_damaged_image_is_rebuilt():
    rebuilt_after("UPDATE {} SET bytes = zeroblob(length(bytes))")


def test_image_of_another_build_is_rebuilt():
    rebuilt_after("UPDATE {} SET key = x'616263'")


def test_missing_image_is_rebuilt():
    rebuilt_after("DELETE FROM {}")


def limit_file_size(size):
    def apply():
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    return apply


def test_full_disk():
    with Folder() as folder:
        log = os.path.join(folder, "log")
        with Daemon(folder=folder, preexec=limit_file_size(3 << 20)) as d:
            equal(d.put("a", wasm.kit()).status, 201)
            with nothing_stays(d, module="a"):
                stored, refused = [], None
                for n in range(100):
                    module = wasm.adder("x" * 200000 + str(n))
                    answer = d.ask("POST", "/v1/modules", module, WASM)
                    if answer.status != 201:
                        refused = answer
                        break
                    stored.append((answer.json()["id"], module))
                holds(refused is not None, "the disk never was full")
                equal(refused.status, 507, str(refused))
                equal(refused.json()["type"], "urn:cupel:problem:storage_full")
                holds("cupel.db" in refused.json()["detail"], refused)
                # It goes on serving what it has, and storing what fits.
                equal(d.call("a", "add", 1, 2)["values"], [3])
                equal(len(d.ask("GET", "/v1/modules").json()["modules"]), len(stored) + 1)
                equal(d.ask("DELETE", f"/v1/modules/{stored[0][0]}").status, 204)
                equal(d.ask("GET", "/readyz").status, 200)
        with Daemon(folder=folder) as d:
            for ident, module in stored[1:]:
                equal(d.ask("GET", f"/v1/modules/{ident}/wasm").body, module)
            equal(d.put("b", wasm.adder("y" * 200000)).status, 201)
        holds(os.path.exists(log), "no log")


def test_refuses_to_start():
    with Folder() as folder:
        with open(os.path.join(folder, "cupel.db"), "w") as file:
            file.write("this is no database " * 100)
        d = Daemon(folder=folder, expect_start=False)
        equal(d.port, None)
        equal(d.process.returncode, 1)
        holds("cupel.db" in d.log_text(), d.log_text())
    d = Daemon("--database", "/nonexistent/folder/cupel.db", expect_start=False)
    equal(d.process.returncode, 1)
    holds("/nonexistent/folder" in d.log_text(), d.log_text())
    shutil.rmtree(d.folder)


main()
