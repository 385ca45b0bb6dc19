"""The nginx sample from deploy/, made to run beside a test: other ports, a certificate of its own, one http block."""

from __future__ import annotations

import datetime
import re
import ssl
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HOME = Path(__file__).resolve().parents[2]


def nginx_sample(upstream: int, tls: int, plain: int, folder: Path) -> str:
    """deploy/nginx.conf word for word, but for its ports, its name and the paths of its certificate."""
    text = (HOME / "deploy" / "nginx.conf").read_text()
    text = text.replace("server 127.0.0.1:8000;", f"server 127.0.0.1:{upstream};")
    text = text.replace("listen 443 ssl http2;", f"listen 127.0.0.1:{tls} ssl http2;")
    text = text.replace("listen 80;", f"listen 127.0.0.1:{plain};")
    text = re.sub(r"^ *listen \[::\].*\n", "", text, flags=re.MULTILINE)
    text = text.replace("server_name shopalert.example.org;", "server_name localhost;")
    text = re.sub(r"/etc/letsencrypt/live/[^;]*/", f"{folder}/", text)
    temporary = "\n".join(
        f"{what}_temp_path FOLDER/{what};" for what in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = "user root;" if HOME.stat().st_uid == 0 else ""
    return f"{user} pid FOLDER/pid; events {{}} http {{ access_log off; {temporary}\n{text}\n}}"


def make_certificate(folder: Path) -> ssl.SSLContext:
    """A certificate for localhost, and the context of a client that trusts nothing else."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    today = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - datetime.timedelta(days=1))
        .not_valid_after(today + datetime.timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (folder / "fullchain.pem").write_bytes(certificate.public_bytes(pem))
    plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    (folder / "privkey.pem").write_bytes(key.private_bytes(pem, *plain))
    return ssl.create_default_context(cafile=str(folder / "fullchain.pem"))
