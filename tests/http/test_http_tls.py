"""HTTPS: short and long calls over TLS, and files that are not right."""

import http.client
import os
import shutil
import ssl
import subprocess
import tempfile

import wasm_bytes as wasm
from cupeld import Daemon, Skip, equal, error_of, holds, main


class Files:
    """A certificate for 127.0.0.1 and its key, and a key that is another's."""

    def __enter__(self):
        if shutil.which("openssl") is None:
            raise Skip("openssl is missing")
        self.folder = tempfile.mkdtemp(prefix="cupel-tls-")
        self.certificate, self.key, self.other = (os.path.join(self.folder, name)
                                                  for name in ("cert.pem", "key.pem", "other.pem"))
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "3650",
                        "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1",
                        "-out", self.certificate, "-keyout", self.key],
                       check=True, stderr=subprocess.DEVNULL)
        subprocess.run(["openssl", "genrsa", "-out", self.other, "2048"], check=True,
                       stderr=subprocess.DEVNULL)
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.folder)


class TlsDaemon(Daemon):
    def __init__(self, files, *options):
        self.context = ssl.create_default_context(cafile=files.certificate)
        super().__init__("--tls-certificate", files.certificate, "--tls-key", files.key, *options,
                         scheme="https")

    def connection(self, timeout=60):
        return http.client.HTTPSConnection("127.0.0.1", self.port, timeout=timeout,
                                           context=self.context)


def test_calls_over_tls():
    with Files() as files, TlsDaemon(files) as d:
        equal(d.put("a", wasm.kit()).status, 201)
        for n in range(20):
            equal(d.call("a", "add", n, 1)["values"], [n + 1])
        error_of(d.call("a", "loop", fuel=10**12, timeout_ms=100), -32003, "timeout")
        equal(d.call("a", "spin", 100000, timeout_ms=60000)["fuel_used"], 500000)
        plain = http.client.HTTPConnection("127.0.0.1", d.port, timeout=20)
        try:
            plain.request("GET", "/livez")
            raise AssertionError(f"plain HTTP was answered: {plain.getresponse().status}")
        except (http.client.HTTPException, OSError):
            plain.close()
        equal(d.ask("GET", "/livez").status, 200)


def test_files_that_are_not_right():
    with Files() as files:
        for options, says in (
                (("--tls-certificate", files.certificate), "go together"),
                (("--tls-certificate", files.certificate, "--tls-key", files.folder + "/none"),
                 "No such file"),
                (("--tls-certificate", os.devnull, "--tls-key", files.key), "is empty"),
                (("--tls-certificate", files.certificate, "--tls-key", files.other),
                 "belong together")):
            d = Daemon(*options, expect_start=False)
            equal(d.process.returncode, 1, says)
            holds(says in d.log_text(), d.log_text())
            shutil.rmtree(d.folder)


main()
