"""A throw-away authority for certificates of any date, made with openssl."""

import subprocess
from itertools import count

CONFIGURATION = """
[ca]
default_ca = here
[here]
database = {folder}/index
serial = {folder}/serial
new_certs_dir = {folder}
default_md = sha256
policy = any
unique_subject = no
[any]
commonName = supplied
[issuer]
basicConstraints = critical, CA:TRUE
[server]
subjectAltName = {name}
[req]
distinguished_name = nothing
[nothing]
"""

PAST, LATELY, COMING, FAR = "20200101000000Z", "20200201000000Z", "20990101000000Z", "20991231000000Z"
KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")


class Issuer:
    """Signs certificates; itself signed by nobody, or by another issuer."""

    def __init__(self, folder, name, above=None):
        self.folder = folder / name
        self.folder.mkdir()
        for file, text in {"index": "", "serial": "01\n"}.items():
            (self.folder / file).write_text(text)
        self.serial = count()
        self.pem, self.key = (above or self)._sign(self.folder, name, "issuer", "", PAST, FAR, own=not above)

    def server(self, name="IP:127.0.0.1", start=PAST, end=FAR):
        """The files of a certificate for a server of this name and of its key, good from start to end."""
        return self._sign(self.folder, f"server{next(self.serial)}", "server", name, start, end)

    def _sign(self, folder, file, kind, name, start, end, *, own=False):
        pem, key, request = (folder / f"{file}.{end}" for end in ("pem", "key", "csr"))
        conf = self.folder / "conf"
        conf.write_text(CONFIGURATION.format(folder=self.folder, name=name or "DNS:x"))
        _openssl(
            "req", "-new", *KEY, "-subj", f"/CN={file}", "-keyout", key, "-out", request, "-config", conf
        )
        by = ("-selfsign", "-keyfile", key) if own else ("-keyfile", self.key, "-cert", self.pem)
        dates = ("-startdate", start, "-enddate", end)
        _openssl(
            *("ca", "-batch", "-notext", "-config", conf, *by, *dates),
            *("-extensions", kind, "-in", request, "-out", pem),
        )
        return pem, key


def _openssl(*words):
    subprocess.run(["openssl", *words], check=True, capture_output=True)
