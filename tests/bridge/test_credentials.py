"""TLS to a backend, with certificates made for the test."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

import grpc
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from papermesh_bridge import BackendConfig, ConfigError
from papermesh_bridge.credentials import channel_credentials

if TYPE_CHECKING:
    from pathlib import Path

NAME = "calc.internal"
UNREACHABLE = "it cannot be reached by TLS; is it running, and are the certificates right?"


class Authority:
    """Who vouches for certificates."""

    def __init__(self, folder: Path, name: str) -> None:
        self.folder = folder
        self.name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.pem = self.folder / f"{name}.pem"
        self.pem.write_bytes(self.signed(self.name, self.key, x509.BasicConstraints(ca=True, path_length=None)))

    def signed(self, name: x509.Name, key: ec.EllipticCurvePrivateKey, extension: x509.ExtensionType) -> bytes:
        now = datetime.datetime.now(datetime.UTC)
        made = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(self.name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=1))
            .not_valid_after(now + datetime.timedelta(days=1))
            .add_extension(extension, critical=False)
            .sign(self.key, hashes.SHA256())
        )
        return made.public_bytes(serialization.Encoding.PEM)

    def issue(self, host: str) -> tuple[Path, Path]:
        """Makes a certificate for a host: gives its file, and that of its key."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host)])
        cert = self.signed(name, key, x509.SubjectAlternativeName([x509.DNSName(host)]))
        files = self.folder / f"{host}.crt", self.folder / f"{host}.key"
        files[0].write_bytes(cert)
        files[1].write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        return files


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("ca"), "ca")


@pytest.fixture
def serve_tls(serve_calc, authority):
    """Serves by TLS; with mutual, callers must show a certificate of the same authority."""

    def serve(host=NAME, *, mutual=False):
        cert, key = authority.issue(host)
        pair = (key.read_bytes(), cert.read_bytes())
        roots = authority.pem.read_bytes() if mutual else None
        return serve_calc(tls=grpc.ssl_server_credentials([pair], roots, require_client_auth=mutual))

    return serve


async def detail(caller):
    (entry,) = (await caller.http.get("/health")).json()["backends"]
    return entry.get("detail")


async def test_a_backend_is_reached_by_tls_under_the_name_of_its_certificate(serve_tls, run_bridge, authority):
    async with serve_tls() as calc:
        backend = BackendConfig(calc.target, tls=True, ca=authority.pem, authority=NAME)
        async with run_bridge(backend) as caller:
            assert (await caller.call("sum", [1, 2]))["result"] == 3
            assert await detail(caller) is None


async def test_a_backend_that_asks_for_a_certificate_is_shown_one(serve_tls, run_bridge, authority):
    cert, key = authority.issue("bridge.internal")
    async with serve_tls(mutual=True) as calc:
        backend = BackendConfig(calc.target, tls=True, ca=authority.pem, authority=NAME, cert=cert, key=key)
        async with run_bridge(backend) as caller:
            assert (await caller.call("sum", [1, 2]))["result"] == 3


@pytest.mark.parametrize(
    "wrong", [{"authority": ""}, {"authority": "other.internal"}, {"ca": None}, {"ca": "another"}, {"tls": False}]
)
async def test_a_backend_that_cannot_be_trusted_is_not_called(
    serve_tls, run_bridge, authority, limits, tmp_path, wrong
):
    if wrong.get("ca"):
        wrong = {"ca": Authority(tmp_path, "another").pem}
    options = {"tls": True, "ca": authority.pem, "authority": NAME, **wrong}
    if not options["tls"]:
        options["ca"] = None
    async with serve_tls() as calc:
        async with run_bridge(BackendConfig(calc.target, "calc", **options), limits=limits()) as caller:
            error = (await caller.call("sum", [1, 2]))["error"]
            assert error["code"] == -32014
            assert await detail(caller) == (UNREACHABLE if options["tls"] else "it cannot be reached; is it running?")
        assert calc.calls == []


async def test_a_plain_backend_can_be_addressed_by_another_name(calc, run_bridge):
    async with run_bridge(BackendConfig(calc.target, authority=NAME)) as caller:
        assert (await caller.call("sum", [1, 2]))["result"] == 3


def test_nothing_is_encrypted_unless_asked_for():
    assert channel_credentials(BackendConfig("a:1")) is None


@pytest.mark.parametrize(
    ("setting", "content", "message"),
    [
        ("ca", None, r"the backend 'a:1': .*made\.pem cannot be read: No such file or directory"),
        ("ca", b"\xff not PEM", r"the backend 'a:1': .*made\.pem holds no certificates in PEM"),
        ("ca", b"", r"made\.pem holds no certificates in PEM"),
        ("cert", b"x", r"the backend 'a:1': .*made\.pem and .*key are no certificate chain and its key, in PEM"),
        ("key", b"x", r"are no certificate chain and its key, in PEM and without a password"),
        ("key", "another", r"are no certificate chain and its key, in PEM and without a password"),
        ("key", "locked", r"are no certificate chain and its key, in PEM and without a password"),
    ],
)
def test_a_file_that_is_no_use_is_said(authority, tmp_path, setting, content, message):
    made = tmp_path / "made.pem"
    cert, key = authority.issue("x.internal")
    if content in ("another", "locked"):
        loaded = serialization.load_pem_private_key(key.read_bytes(), None)
        other = loaded if content == "locked" else ec.generate_private_key(ec.SECP256R1())
        lock = serialization.BestAvailableEncryption(b"x") if content == "locked" else serialization.NoEncryption()
        content = other.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, lock)
    if content is not None:
        made.write_bytes(content)
    files = {"ca": authority.pem, "cert": cert, "key": key, setting: made}
    with pytest.raises(ConfigError, match=message):
        channel_credentials(BackendConfig("a:1", tls=True, **files))
