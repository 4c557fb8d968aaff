"""The site's keys: those that wrap the data keys of recordings, and the one that signs.

They lie in one file that only its owner may read; a key service may wrap in place of those in there. The
first wrapping key wraps; all of them open, so that a new one can be put in front while recordings run.
Data keys are stored wrapped, in a table of the broker's, and nowhere else: who destroys one makes its
recording unreadable at once.
"""

import os
import secrets
import tempfile
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from recordings import signing
from recordings.seal import KEY_BYTES
from recordings.wrapping import NAME_BYTES, NONCE_BYTES, CannotUnwrap, NoKey, Wrapping, bound_to

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

FILE = "recordings.key"


class BadKeyFile(NoKey):
    """The key file cannot be used; the text says why and names it."""


class _File(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    version: int = 1
    wrapping: tuple[bytes, ...]
    signing: bytes


class SiteKeys:
    """The keys that stand in the file `path`, which is made when it is not there. Where there is a
    `service`, that one wraps, and the file's keys open what they have wrapped before.
    """

    def __init__(self, path: Path, service: Wrapping | None = None) -> None:
        self._path = path
        self._own = _FileKeys(path)
        self._service = service
        self._front: Wrapping = service or self._own

    @cached_property
    def signing(self) -> "Ed25519PrivateKey":
        """The key that signs."""
        # Loaded when it is first needed: it takes a tenth of a server's start.
        from cryptography.hazmat.primitives.asymmetric import ed25519  # noqa: PLC0415

        return ed25519.Ed25519PrivateKey.from_private_bytes(self._own.file.signing)

    @property
    def signer(self) -> str:
        """The public key of what we sign, in hex."""
        return signing.signer_of(self.signing)

    def wrap(self, recording: str, use: str, key: bytes) -> bytes:
        """Return `key`, wrapped for `use` ("media" or "words") of `recording`, or raise `NoKey`."""
        # By a key that somebody has put behind another meanwhile it might be lost.
        self._front.refresh()
        return self._front.wrap(bound_to(recording, use), key)

    def unwrap(self, recording: str, use: str, wrapped: bytes) -> bytes:
        """Return the key that `wrapped` holds for `use` of `recording`, or raise `NoKey`."""
        bound = bound_to(recording, use)
        if key := self._opened(bound, wrapped):
            return key
        # Wrapped anew by somebody, with a key that is younger than what we know.
        self.refresh()
        if key := self._opened(bound, wrapped):
            return key
        where = (
            f"{self._path} and the key service do not"
            if self._service
            else f"{self._path} does not"
        )
        raise CannotUnwrap(f"{where} hold the key that wrapped the data key.")

    def _opened(self, bound: bytes, wrapped: bytes) -> bytes | None:
        key = self._own.unwrap(bound, wrapped)
        if key is None and self._service:
            key = self._service.unwrap(bound, wrapped)
        return key

    def renewed(self, recording: str, use: str, wrapped: bytes) -> bytes:
        """Return `wrapped` as the key in front wraps it; who calls has refreshed before."""
        if self._front.is_current(wrapped):
            return wrapped
        bare = self.unwrap(recording, use, wrapped)
        return self._front.wrap(bound_to(recording, use), bare)

    def check(self) -> None:
        """Have the key in front wrap and open something; raise `NoKey` where it cannot."""
        probe = secrets.token_bytes(KEY_BYTES)
        if self.unwrap("check", "check", self.wrap("check", "check", probe)) != probe:
            raise CannotUnwrap("What was wrapped opens as something else.")

    def is_current(self, wrapped: bytes) -> bool:
        """Say whether `wrapped` was wrapped with the key in front."""
        return self._front.is_current(wrapped)

    def refresh(self) -> None:
        """Look again: somebody may have put another key in front."""
        self._own.refresh()
        self._front.refresh()

    def rotate(self) -> None:
        """Put a new wrapping key in front. What the others wrapped still opens."""
        self._front.rotate()

    def drop_old(self) -> None:
        """Forget all wrapping keys but the one in front; wrap what they wrapped anew before."""
        self._front.drop_old()
        if self._service:
            # The file's own are all behind the service's; one that has wrapped nothing takes their place.
            self._own.rotate()
            self._own.drop_old()


class _FileKeys:
    """The wrapping keys in the file `path`: a `Wrapping`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        if not path.exists():
            fresh = _File(
                wrapping=(secrets.token_bytes(KEY_BYTES),), signing=secrets.token_bytes(32)
            )
            _write(path, fresh, anew=True)
        self.file = _read(path)

    def wrap(self, bound: bytes, key: bytes) -> bytes:
        wrapping = self.file.wrapping[0]
        nonce = secrets.token_bytes(NONCE_BYTES)
        return _name(wrapping) + nonce + _cipher(wrapping).encrypt(nonce, key, bound)

    def unwrap(self, bound: bytes, wrapped: bytes) -> bytes | None:
        from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - as in `SiteKeys.signing`

        name, rest = wrapped[:NAME_BYTES], wrapped[NAME_BYTES:]
        for wrapping in self.file.wrapping:
            if _name(wrapping) == name:
                nonce, sealed = rest[:NONCE_BYTES], rest[NONCE_BYTES:]
                try:
                    return _cipher(wrapping).decrypt(nonce, sealed, bound)
                except (InvalidTag, ValueError):
                    raise CannotUnwrap("The data key belongs to another recording.") from None
        return None

    def is_current(self, wrapped: bytes) -> bool:
        return wrapped[:NAME_BYTES] == _name(self.file.wrapping[0])

    def refresh(self) -> None:
        self.file = _read(self._path)

    def rotate(self) -> None:
        fresh = (secrets.token_bytes(KEY_BYTES), *self.file.wrapping)
        self._put(msgspec.structs.replace(self.file, wrapping=fresh))

    def drop_old(self) -> None:
        self._put(msgspec.structs.replace(self.file, wrapping=self.file.wrapping[:1]))

    def _put(self, file: _File) -> None:
        _write(self._path, file, anew=False)
        self.file = file


def _cipher(key: bytes) -> "AESGCM":
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - as above

    return AESGCM(key)


def _name(wrapping: bytes) -> bytes:
    """Return a name of the key that tells nothing about it."""
    return _cipher(wrapping).encrypt(bytes(NONCE_BYTES), b"", b"deskside key name")[:NAME_BYTES]


def _read(path: Path) -> _File:
    try:
        if path.stat().st_mode & 0o077:
            raise BadKeyFile(f"{path} may be read by others than its owner; chmod it to 600.")
        file = msgspec.json.decode(path.read_bytes(), type=_File)
    except (OSError, msgspec.DecodeError) as fault:
        raise BadKeyFile(f"{path} cannot be read: {fault}.") from None
    if not file.wrapping or any(len(key) != KEY_BYTES for key in (*file.wrapping, file.signing)):
        raise BadKeyFile(f"{path} holds keys of the wrong length.")
    return file


def _write(path: Path, file: _File, *, anew: bool) -> None:
    """Write the file whole or not at all; of several who make it at once, one is heard."""
    # What mkstemp makes is for its owner alone.
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    try:
        with os.fdopen(handle, "wb") as opened:
            opened.write(msgspec.json.encode(file))
            opened.flush()
            os.fsync(opened.fileno())
        if anew:
            try:
                os.link(name, path)
            except FileExistsError:
                return
        else:
            Path(name).replace(path)
            return
    finally:
        Path(name).unlink(missing_ok=True)
