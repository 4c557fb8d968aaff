"""The three ways in which the broker speaks TLS itself, and the context for each.

A context in use can be given a new certificate, which holds for handshakes from then on; so
`refresh` renews what expires and takes over files that somebody else has renewed.
"""

import ssl
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from broker.config import BadSetting, Config

if TYPE_CHECKING:
    from broker.own_certificates import Authority


class Tls:
    """A context for the server, kept up to date with the certificate and key that `provide` names.

    `authority` is the private one, where there is one.
    """

    def __init__(
        self, provide: Callable[[], tuple[Path, Path]], authority: "Authority | None" = None
    ) -> None:
        self.context = _context()
        self.authority = authority
        self._provide = provide
        self._loaded: object = None
        self.refresh()

    def pinned(self) -> ssl.SSLContext:
        """Return a context for a client that trusts this very certificate, whatever name it bears."""
        context = ssl.create_default_context(cafile=self._provide()[0])
        context.check_hostname = False
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
        return context

    def refresh(self) -> None:
        """Renew or read again what has changed; raise `BadSetting` when it cannot be used."""
        certificate, key = self._provide()
        current = (_stamp(certificate), _stamp(key))
        if current == self._loaded:
            return
        try:
            self.context.load_cert_chain(certificate, key)
        except (OSError, ssl.SSLError) as fault:
            raise BadSetting(f"DESKSIDE_TLS: {certificate} with {key}: {fault}.") from None
        self._loaded = current


def open_tls(config: Config) -> Tls | None:
    """Return TLS as `config` wants it, or None; raise `BadSetting` where files cannot be used."""
    if config.tls == "off":
        return None
    if config.tls not in {"self", "lan"}:
        certificate, key = (Path(part.strip()) for part in config.tls.split(","))
        return Tls(lambda: (certificate, key))
    # `cryptography` takes a tenth of the start, and most servers never need it.
    from broker.own_certificates import Authority, SelfSigned  # noqa: PLC0415

    folder, public = config.data_folder / "tls", config.public_url.host or "localhost"
    if config.tls == "self":
        return Tls(SelfSigned(folder, public).provide)
    authority = Authority(folder, public)
    return Tls(authority.provide, authority)


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
