"""kill -9 during uploads and deletions: the database opens, everything acknowledged is there and
runs, nothing half-stored is visible. CUPEL_KILL_ROUNDS sets the number of rounds (default 20)."""

import os
import random
import shutil
import tempfile
import threading
import time

import wasm_bytes as wasm
from cupeld import WASM, Daemon, equal, holds, main

ROUNDS = int(os.environ.get("CUPEL_KILL_ROUNDS", "20"))


class Book:
    """What the daemon has acknowledged: salt -> True (stored) or False (deleted). A salt whose last
    request got no answer is in `open`: both outcomes are right."""

    def __init__(self):
        self.state = {}
        self.open = set()
        self.lock = threading.Lock()


def worker(d, book, number, stop):
    turn = random.Random(number)
    mine = []
    while not stop.is_set():
        salt = mine.pop(turn.randrange(len(mine))) if mine and turn.random() < 0.4 else None
        delete = salt is not None
        if not delete:
            salt = f"{number}-{turn.getrandbits(40)}"
        with book.lock:
            book.open.add(salt)
        try:
            if delete:
                answer = d.ask("DELETE", f"/v1/modules/n{salt}")
                holds(answer.status == 204, answer)
            else:
                answer = d.put(f"n{salt}", wasm.adder(salt))
                holds(answer.status == 201, answer)
        except AssertionError:
            raise
        except Exception:
            return  # killed: no answer
        with book.lock:
            book.state[salt] = not delete
            book.open.discard(salt)
        if not delete:
            mine.append(salt)


def check(d, book):
    listed = {}
    target = "/v1/modules?limit=1000"
    while target:
        page = d.ask("GET", target).json()
        for module in page["modules"]:
            for name in module["names"]:
                listed[name[1:]] = module
        target = page["next"] and f"/v1/modules?limit=1000&cursor={page['next']}"
    for salt, there in book.state.items():
        if salt not in book.open:
            equal(salt in listed, there, f"{salt} was {'stored' if there else 'deleted'}")
    known = set(book.state) | book.open
    for salt in listed:
        holds(salt in known, f"{salt} was never sent")
        equal(d.ask("GET", f"/v1/modules/n{salt}/wasm").body, wasm.adder(salt))
        equal(d.call(f"n{salt}", "add", 2, 3)["values"], [5])
    return listed


def one_round(folder, number, book):
    stop = threading.Event()
    d = Daemon(folder=folder)
    listed = check(d, book)
    with book.lock:
        # What was open is now known; old modules go, so that rounds stay short.
        book.state = {salt: True for salt in listed}
        book.open = set()
    for salt in list(listed)[:max(0, len(listed) - 20)]:
        equal(d.ask("DELETE", f"/v1/modules/n{salt}").status, 204)
        book.state[salt] = False
    threads = [threading.Thread(target=worker, args=(d, book, number * 10 + n, stop))
               for n in range(4)]
    for thread in threads:
        thread.start()
    time.sleep(random.Random(number).uniform(0.01, 0.25))
    d.kill()
    stop.set()
    for thread in threads:
        thread.join()
    d.end()
    return len(book.state)


def test_kill_loses_nothing():
    folder = tempfile.mkdtemp(prefix="cupel-kill-")
    book = Book()
    acknowledged = 0
    try:
        for number in range(ROUNDS):
            acknowledged += one_round(folder, number, book)
        with Daemon(folder=folder) as d:
            check(d, book)
    finally:
        shutil.rmtree(folder)
    print(f"{ROUNDS} rounds, {acknowledged} acknowledgements")
    holds(acknowledged > ROUNDS, "hardly anything was acknowledged: the test tests nothing")


main()
