"""What the daemon and systemd say to each other, and SIGHUP: this script plays systemd."""

import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import time

import wasm_bytes as wasm
from cupeld import CUPELD, Daemon, Skip, equal, error_of, holds, main


def talks_to_systemd():
    with open(CUPELD, "rb") as file:
        return b"NOTIFY_SOCKET" in file.read() or b"libsystemd.so" in open(CUPELD, "rb").read()


class Manager:
    """The socket that NOTIFY_SOCKET names."""

    def __init__(self, folder):
        self.path = os.path.join(folder, "notify")
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(self.path)
        self.socket.settimeout(60)

    def next(self, without="WATCHDOG=1"):
        """The next message as a dictionary, leaving life signs out."""
        while True:
            text = self.socket.recv(4096).decode()
            if text != without:
                return dict(line.split("=", 1) for line in text.splitlines())

    def close(self):
        self.socket.close()


class Service(Daemon):
    """A daemon under our manager, with a configuration file that can be changed."""

    def __init__(self, config="", *options, environment=None, **more):
        self.folder = tempfile.mkdtemp(prefix="cupel-systemd-")
        self.manager = Manager(self.folder)
        self.config_path = os.path.join(self.folder, "cupel.conf")
        self.configure(config)
        variables = {"NOTIFY_SOCKET": self.manager.path, **(environment or {})}
        before = {name: os.environ.get(name) for name in variables}
        os.environ.update(variables)
        try:
            super().__init__(*options, folder=self.folder, **more)
        finally:
            for name, value in before.items():
                if value is None:
                    del os.environ[name]
                else:
                    os.environ[name] = value
        self.own_folder = True

    def configure(self, text):
        with open(self.config_path, "w") as file:
            file.write(text)

    def reload(self):
        """Sends SIGHUP; what the manager is told in the end."""
        self.process.send_signal(signal.SIGHUP)
        begun = self.manager.next()
        equal(begun["RELOADING"], "1")
        holds(0 < int(begun["MONOTONIC_USEC"]) <= time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000,
              f"not a time: {begun}")
        done = self.manager.next()
        equal(done["READY"], "1")
        return done["STATUS"]

    def end(self):
        super().end()
        self.manager.close()


def needs_systemd():
    if not talks_to_systemd():
        raise Skip("built without libsystemd")


def test_ready_alive_stopping():
    needs_systemd()
    with Service(environment={"WATCHDOG_USEC": "600000"}) as s:
        ready = s.manager.next()
        equal(ready["READY"], "1")
        holds(re.fullmatch(rf"listening on http://127\.0\.0\.1:{s.port}", ready["STATUS"]), str(ready))
        for _ in range(5):  # also while something that never ends is on
            if _ == 2:
                equal(s.put("kit", wasm.kit()).status, 201)
                error_of(s.call("kit", "loop", fuel=10**12, timeout_ms=300), -32003)
            equal(s.manager.socket.recv(4096), b"WATCHDOG=1")
        s.process.terminate()
        equal(s.manager.next()["STOPPING"], "1")


def test_no_life_signs_unless_asked_for():
    needs_systemd()
    with Service() as s:
        s.manager.next()
        s.manager.socket.settimeout(2.5)
        try:
            raise AssertionError(f"said {s.manager.socket.recv(4096)}")
        except TimeoutError:
            s.manager.socket.settimeout(60)


def test_reload_takes_over_limits_and_level():
    needs_systemd()
    with Service("[limits]\nmax_fuel = 1000\ndefault_fuel = 1000\n") as s:
        s.manager.next()
        equal(s.put("kit", wasm.kit()).status, 201)
        error_of(s.call("kit", "noop", fuel=5000), -32602)
        s.configure("[limits]\nmax_fuel = 9000\ndefault_fuel = 1000\n[log]\nlog_level = debug\n"
                    "[server]\nmax_connections = 77\n")
        status = s.reload()
        holds(status.endswith("(reloaded: 2 changes, 1 more at the next start)"), status)
        equal(s.call("kit", "noop", fuel=5000)["values"], [])
        error_of(s.call("kit", "noop", fuel=9001), -32602)
        text = s.log_text()
        for line in ("reload: max_fuel is 9000 now", "reload: log_level is debug now",
                     "reload: max_connections takes effect at the next start"):
            holds(line in text, f"{line!r} is not in {text}")
        holds("0 changes, 1 more" in s.reload(), s.log_text())


def test_reload_of_what_is_wrong_changes_nothing():
    needs_systemd()
    with Service("[limits]\nmax_fuel = 1000\ndefault_fuel = 1000\n") as s:
        s.manager.next()
        equal(s.put("kit", wasm.kit()).status, 201)
        s.configure("[limits]\nmax_fuel = 9000\nnonsense = 1\n")
        holds("(reload failed: the configuration is wrong)" in s.reload(), s.log_text())
        holds(':3: section [limits] has no option "nonsense"' in s.log_text(), s.log_text())
        error_of(s.call("kit", "noop", fuel=5000), -32602)
        s.configure("[server]\ntls_certificate = /none\ntls_key = /none\n")
        holds("(reload failed: to change between HTTP and HTTPS takes a restart)" in s.reload(),
              s.log_text())
        os.unlink(s.config_path)
        holds("reload failed" in s.reload(), s.log_text())
        equal(s.call("kit", "noop")["values"], [])


def test_reload_under_load():
    needs_systemd()
    with Service() as s:
        s.manager.next()
        equal(s.put("kit", wasm.kit()).status, 201)
        for n in range(30):
            s.configure(f"[limits]\nmax_fuel = {10**9 + n}\n")
            s.process.send_signal(signal.SIGHUP)
            equal(s.call("kit", "spin", 1000)["fuel_used"], 5000)
        holds(s.alive(), s.log_text())


def make_certificate(folder, name):
    certificate, key = (os.path.join(folder, f"{name}.{kind}") for kind in ("crt", "key"))
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                    "-nodes", "-days", "3650", "-subj", f"/CN={name}",
                    "-addext", "subjectAltName=IP:127.0.0.1", "-out", certificate, "-keyout", key],
                   check=True, stderr=subprocess.DEVNULL)
    return certificate, key


def shown_by(port):
    """The certificate that a new connection is shown."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    with socket.create_connection(("127.0.0.1", port), timeout=60) as plain:
        with context.wrap_socket(plain) as wrapped:
            return ssl.DER_cert_to_PEM_cert(wrapped.getpeercert(True))


def test_certificates_are_read_again_and_come_as_credentials():
    needs_systemd()
    if shutil.which("openssl") is None:
        raise Skip("openssl is missing")
    folder = tempfile.mkdtemp(prefix="cupel-credentials-")
    try:
        pairs = [make_certificate(folder, name) for name in ("first", "second")]
        texts = [open(certificate).read() for certificate, _ in pairs]
        certificate, key = (os.path.join(folder, name) for name in ("tls.crt", "tls.key"))

        def install(a, b):
            shutil.copy(pairs[a][0], certificate)
            shutil.copy(pairs[b][1], key)

        install(0, 0)
        options = ("--tls-certificate", "credential:tls.crt", "--tls-key", "credential:tls.key")
        d = Daemon(*options, expect_start=False, scheme="https")
        holds("no credentials were handed over" in d.log_text(), d.log_text())
        shutil.rmtree(d.folder)
        with Service("", *options, scheme="https", environment={"CREDENTIALS_DIRECTORY": folder}) as s:
            s.manager.next()
            equal(shown_by(s.port), texts[0])
            install(1, 1)
            equal(shown_by(s.port), texts[0])
            holds("(reloaded: 0 changes" in s.reload(), s.log_text())
            equal(shown_by(s.port), texts[1])
            install(0, 1)
            holds("do they belong together?" in s.reload(), s.log_text())
            equal(shown_by(s.port), texts[1])
            os.unlink(key)
            holds("No such file" in s.reload(), s.log_text())
            equal(shown_by(s.port), texts[1])
            install(0, 0)
            holds("(reloaded: 0 changes" in s.reload(), s.log_text())
            equal(shown_by(s.port), texts[0])
    finally:
        shutil.rmtree(folder)


def test_sockets_are_taken_over():
    """As with cupeld.socket: the manager listens, and the daemon starts at the first connection."""
    needs_systemd()
    folder = tempfile.mkdtemp(prefix="cupel-sockets-")
    try:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
            client = socket.create_connection(("127.0.0.1", port), timeout=60)  # before there is a daemon
            client.sendall(b"GET /livez HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            pid = os.fork()
            if pid == 0:
                os.dup2(os.dup(listener.fileno()), 3)
                os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()))
                sink = os.open(os.devnull, os.O_WRONLY)
                os.dup2(sink, 1)
                os.dup2(sink, 2)
                os.execv(CUPELD, [CUPELD, "--config", "/dev/null", "--listen", "127.0.0.1:1",
                                  "--database", os.path.join(folder, "cupel.db")])
            try:
                answer = b""
                while data := client.recv(4096):
                    answer += data
                equal(answer[:15], b"HTTP/1.1 200 OK")
            finally:
                client.close()
                os.kill(pid, signal.SIGTERM)
                equal(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), 0)
    finally:
        shutil.rmtree(folder)


main()
