"""Endpoints behind TLS: a certificate that holds, one that has expired, one that nobody vouches for."""

import shutil
import ssl
import subprocess
import unittest

from harness import NETWORK, document
from test_endpoint import EndpointCase, endpoint_server, value, values

CONFIGURATION = """
[ca]
default_ca = own
[own]
dir = {folder}
database = {folder}/index.txt
serial = {folder}/serial
new_certs_dir = {folder}
default_md = sha256
policy = any
[any]
commonName = supplied
[server]
subjectAltName = DNS:localhost
basicConstraints = CA:true
"""


class Certificate(EndpointCase):
    def certificate(self, name, start, end):
        """A self-signed one for localhost; times as YYYYMMDDHHMMSSZ."""
        folder = self.path(name)
        folder.mkdir()
        (folder / "index.txt").write_text("")
        (folder / "serial").write_text("01\n")
        settings = folder / "ca.conf"
        settings.write_text(CONFIGURATION.format(folder=folder))
        key, request, made = folder / "key.pem", folder / "request.pem", folder / "certificate.pem"
        openssl = shutil.which("openssl")
        self.assertIsNotNone(openssl, "the tests need the program openssl")

        def run(*words):
            subprocess.run([openssl, *map(str, words)], check=True, capture_output=True)

        run("req", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", request, "-subj", "/CN=localhost")
        run("ca", "-batch", "-config", settings, "-selfsign", "-keyfile", key, "-in", request, "-out", made, "-notext",
            "-extensions", "server", "-startdate", start, "-enddate", end)
        return key, made

    def secure_server(self, key, certificate):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        server = endpoint_server.Server({"number": values(value())})
        server.socket = context.wrap_socket(server.socket, server_side=True)
        server.start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        return server

    def extract_from(self, name, start, end, trusted=True):
        key, certificate = self.certificate(name, start, end)
        server = self.secure_server(key, certificate)
        path = self.new_project(
            name + ".dove",
            **{"recognizer.url": f"https://localhost:{server.port}/good/v1", "recognizer.model": "m"},
        )
        self.ok("import", path, self.write_lines("documents.jsonl", [document(1)]))
        return server, path, {"SSL_CERT_FILE": str(certificate)} if trusted else {}

    def test_one_that_holds(self):
        server, path, environment = self.extract_from("good", "20200101000000Z", "20491231235959Z")
        self.ok("extract", path, environment=environment)
        self.assertEqual(self.sent(server), 1)

    def test_one_that_has_expired(self):
        server, path, environment = self.extract_from("old", "20200101000000Z", "20200201000000Z")
        self.fails(NETWORK, "extract", path, says="certificate", environment=environment)
        self.assertEqual(self.sent(server), 0)

    def test_one_that_nobody_vouches_for(self):
        server, path, environment = self.extract_from("own", "20200101000000Z", "20491231235959Z", trusted=False)
        self.fails(NETWORK, "extract", path, says="certificate", environment=environment)
        self.assertEqual(self.sent(server), 0)


if __name__ == "__main__":
    unittest.main()
