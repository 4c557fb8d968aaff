"""Certificates that the broker makes for itself, kept in the data folder and renewed in time."""

import os
import socket
from pathlib import Path

from broker import certificates
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


class SelfSigned:
    """One certificate for the name `public` and this machine, which vouches for itself."""

    def __init__(self, folder: Path, public: str) -> None:
        self._path = folder / "self.pem"
        self._names = list(dict.fromkeys([public, *HERE]))

    def provide(self) -> tuple[Path, Path]:
        """Return where certificate and key are, making them anew when they no longer do."""
        path = self._path
        if not path.exists() or not _is_good(path, self._names):
            _keep(path, certificates.self_signed(self._names))
        return path, path


class Authority:
    """A private authority for the local network, and what it signs for the name `public`."""

    def __init__(self, folder: Path, public: str) -> None:
        self._root = folder / "authority.pem"
        self._leaf = folder / "lan.pem"
        machine = socket.gethostname().lower()
        self._own = [public, machine, f"{machine.partition('.')[0]}.local", *HERE]

    def provide(self) -> tuple[Path, Path]:
        """Return where certificate and key are, making them anew when they no longer do."""
        # Addresses come and go; those in private networks need no new authority.
        names = list(dict.fromkeys([*self._own, *lan_addresses()]))
        needed = certificates.LEAF_DAYS + SPARE_DAYS
        if not self._root.exists() or not self._may_sign(self._own, needed):
            self._leaf.unlink(missing_ok=True)
            _keep(self._root, certificates.authority(names))
        names = [name for name in names if self._may_sign([name])]
        if not self._leaf.exists() or not _is_good(self._leaf, names):
            _keep(self._leaf, certificates.signed(self._root.read_bytes(), names))
        return self._leaf, self._leaf

    def _may_sign(self, names: list[str], spare_days: int = 0) -> bool:
        return certificates.may_sign(self._root.read_bytes(), names, spare_days)

    @property
    def certificate(self) -> bytes:
        """The authority's certificate, as everybody may have it."""
        return certificates.public_pem(certificates.certificate_of(self._root.read_bytes()))

    def how_to_trust(self, url: str) -> str:
        """Return what people in the local network have to do."""
        fingerprint = certificates.fingerprint(certificates.certificate_of(self.certificate))
        return TRUST.format(url=url, fingerprint=fingerprint)


def _is_good(path: Path, names: list[str]) -> bool:
    return certificates.is_good_for(path.read_bytes(), names, SPARE_DAYS)


def _keep(path: Path, pem: bytes) -> None:
    """Write a file that only we can read, whole or not at all."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    new = path.with_suffix(".new")
    new.unlink(missing_ok=True)
    with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:  # noqa: PTH123 - the mode must be right from the first moment
        file.write(pem)
    new.rename(path)
