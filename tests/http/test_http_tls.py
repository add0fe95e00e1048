"""HTTPS: short and long calls over TLS, and files that are not right."""

import http.client
import os
import shutil
import ssl
import subprocess
import tempfile
import time

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


class Authority:
    """An authority, and certificates that it has signed."""

    def __init__(self, folder, name):
        self.folder = folder
        self.name = name
        self.certificate = os.path.join(folder, name + ".pem")
        self.key = os.path.join(folder, name + ".key")
        self.openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj",
                     f"/CN={name}", "-out", self.certificate, "-keyout", self.key)

    @staticmethod
    def openssl(*args):
        subprocess.run(["openssl", *args], check=True, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)

    def sign(self, name, purpose="clientAuth", days=1):
        """(certificate, key) of somebody; valid for so many days, from an hour ago or until then."""
        base = os.path.join(self.folder, f"{self.name}-{name}")
        config = base + ".cnf"
        with open(config, "w") as file:
            file.write(f"[e]\nbasicConstraints=CA:FALSE\nextendedKeyUsage={purpose}\n"
                       f"[ca]\ndefault_ca=c\n[c]\ndatabase={base}.db\nserial={base}.srl\n"
                       f"new_certs_dir={self.folder}\ndefault_md=sha256\npolicy=p\n"
                       "[p]\ncommonName=supplied\n")
        open(base + ".db", "w").close()
        with open(base + ".srl", "w") as file:
            file.write("%02X\n" % (abs(hash(base)) % 200 + 16))
        self.openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={name}", "-keyout",
                     base + ".key", "-out", base + ".csr")
        an_hour_ago = time.time() - 3600
        when = [time.strftime("%Y%m%d%H%M%SZ", time.gmtime(an_hour_ago + 86400 * d))
                for d in sorted((0, days))]
        self.openssl("ca", "-batch", "-notext", "-config", config, "-extensions", "e", "-cert",
                     self.certificate, "-keyfile", self.key, "-in", base + ".csr", "-out",
                     base + ".pem", "-startdate", when[0], "-enddate", when[1])
        return base + ".pem", base + ".key"


def answered(d, files, pair):
    """Does the daemon answer a client with this certificate?"""
    context = ssl.create_default_context(cafile=files.certificate)
    if pair is not None:
        context.load_cert_chain(*pair)
    connection = http.client.HTTPSConnection("127.0.0.1", d.port, timeout=20, context=context)
    try:
        connection.request("GET", "/livez")
        return connection.getresponse().status == 200
    except (ssl.SSLError, ConnectionError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def test_client_certificates():
    with Files() as files:
        ours, theirs = Authority(files.folder, "ours"), Authority(files.folder, "theirs")
        with TlsDaemon(files, "--tls-client-ca", ours.certificate) as d:
            good = ours.sign("good")
            for what, pair, expected in (
                    ("none", None, False),
                    ("of another authority", theirs.sign("good"), False),
                    ("by himself", (files.certificate, files.key), False),
                    ("expired", ours.sign("late", days=-1), False),
                    ("of a server", ours.sign("server", purpose="serverAuth"), False),
                    ("good", good, True)):
                equal(answered(d, files, pair), expected, what)
            d.context.load_cert_chain(*good)
            equal(d.ask("GET", "/openapi.json").json()["paths"]["/livez"]["get"]["security"],
                  [{"certificate": []}])
            equal(d.put("a", wasm.kit()).status, 201)
            error_of(d.call("a", "loop", fuel=10**12, timeout_ms=100), -32003, "timeout")


def test_authorities_that_are_not_right():
    with Files() as files:
        tls = ("--tls-certificate", files.certificate, "--tls-key", files.key)
        for options, says in (
                (("--tls-client-ca", files.certificate), "tls_client_ca needs"),
                ((*tls, "--tls-client-ca", files.folder + "/none"), "No such file"),
                ((*tls, "--tls-client-ca", files.key), "no certificates of authorities")):
            d = Daemon(*options, expect_start=False)
            equal(d.process.returncode, 1, says)
            holds(says in d.log_text(), d.log_text())
            shutil.rmtree(d.folder)


main()
