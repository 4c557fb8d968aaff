"""The three ways in which the broker speaks TLS itself, and the context for each.

A context in use can be given a new certificate, which holds for handshakes from then on; so
`refresh` renews what expires and takes over files that somebody else has renewed.
"""

import os
import socket
import ssl
from collections.abc import Callable
from pathlib import Path

from broker import certificates
from broker.config import BadSetting, Config
from broker.network import lan_addresses

SPARE_DAYS = 30
HERE = ("localhost", "127.0.0.1", "::1")

TRUST = """\
Every other machine must trust this server's authority once. Get
  {url}/lan-authority.crt
there, and compare its SHA-256 fingerprint with this one before you go on:
  {fingerprint}
Windows   open the file, Install Certificate, Current User, "Trusted Root Certification Authorities"
macOS     open the file, then in Keychain Access: Get Info, Trust, "Always Trust"
Debian    copy it to /usr/local/share/ca-certificates/deskside.crt, run update-ca-certificates;
          Chromium: Settings, Privacy and security, Security, Manage certificates, Import
Firefox   Settings, Privacy & Security, View Certificates, Authorities, Import
Android   Settings, Security, Encryption & credentials, Install a certificate, CA certificate
iOS       open the file, install the profile in Settings, then General, About,
          Certificate Trust Settings
It can vouch only for this machine's names and for addresses in private networks."""


class Tls:
    """A context for the server, and what keeps its certificate up to date."""

    def __init__(self, provide: Callable[[], tuple[Path, Path]], authority: Path | None) -> None:
        self.context = _context()
        self._provide = provide
        self._authority = authority
        self._loaded: object = None
        self.refresh()

    def refresh(self) -> None:
        """Renew or read again what has changed."""
        certificate, key = self._provide()
        current = (_stamp(certificate), _stamp(key))
        if current == self._loaded:
            return
        try:
            self.context.load_cert_chain(certificate, key)
        except (OSError, ssl.SSLError) as fault:
            raise BadSetting(f"DESKSIDE_TLS: {certificate} with {key}: {fault}.") from None
        self._loaded = current

    @property
    def authority(self) -> bytes | None:
        """The private authority's certificate, where there is one."""
        if self._authority is None:
            return None
        pem = self._authority.read_bytes()
        return certificates.public_pem(certificates.certificate_of(pem))

    def how_to_trust(self, url: str) -> str:
        """Return what people in the local network have to do, or ""."""
        if self.authority is None:
            return ""
        fingerprint = certificates.fingerprint(certificates.certificate_of(self.authority))
        return TRUST.format(url=url, fingerprint=fingerprint)


def open_tls(config: Config) -> Tls | None:
    """Return TLS as `config` wants it, or None; raise `BadSetting` where files cannot be used."""
    if config.tls == "off":
        return None
    folder = config.data_folder / "tls"
    public = config.public_url.host or "localhost"
    if config.tls == "self":
        own = folder / "self.pem"
        return Tls(lambda: _keep_self_signed(own, [public, *HERE]), None)
    if config.tls == "lan":
        root, leaf = folder / "authority.pem", folder / "lan.pem"
        return Tls(lambda: _keep_signed(root, leaf, public), root)
    certificate, key = (Path(part.strip()) for part in config.tls.split(","))
    return Tls(lambda: (certificate, key), None)


def _keep_self_signed(path: Path, names: list[str]) -> tuple[Path, Path]:
    names = list(dict.fromkeys(names))
    if not path.exists() or not certificates.is_good_for(path.read_bytes(), names, SPARE_DAYS):
        _keep(path, certificates.self_signed(names))
    return path, path


def _keep_signed(root: Path, leaf: Path, public: str) -> tuple[Path, Path]:
    machine = socket.gethostname().lower()
    own = [public, machine, f"{machine.partition('.')[0]}.local", *HERE]
    needed = certificates.LEAF_DAYS + SPARE_DAYS
    # Addresses come and go; those in private networks need no new authority.
    names = list(dict.fromkeys([*own, *lan_addresses()]))
    if not root.exists() or not certificates.may_sign(root.read_bytes(), own, needed):
        _keep(root, certificates.authority(names))
        leaf.unlink(missing_ok=True)
    names = [name for name in names if certificates.may_sign(root.read_bytes(), [name], 0)]
    if not leaf.exists() or not certificates.is_good_for(leaf.read_bytes(), names, SPARE_DAYS):
        _keep(leaf, certificates.signed(root.read_bytes(), names))
    return leaf, leaf


def _keep(path: Path, pem: bytes) -> None:
    """Write a file that only we can read, whole or not at all."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    new = path.with_suffix(".new")
    new.unlink(missing_ok=True)
    with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:  # noqa: PTH123 - the mode must be right from the first moment
        file.write(pem)
    new.rename(path)


def _context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("ECDHE+AESGCM:ECDHE+CHACHA20")
    context.options |= ssl.OP_NO_COMPRESSION | ssl.OP_NO_RENEGOTIATION
    context.set_alpn_protocols(["http/1.1"])
    return context


def _stamp(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError as fault:
        raise BadSetting(f"DESKSIDE_TLS: {path} cannot be read: {fault.strerror}.") from None
    return found.st_mtime_ns, found.st_ino
