"""The site's keys: those that wrap the data keys of recordings, and the one that signs.

They lie in one file that only its owner may read. The first wrapping key wraps; all of them open, so
that a new one can be put in front while recordings run. Data keys are stored wrapped, in a table of
the broker's, and nowhere else: who destroys one makes its recording unreadable at once.
"""

import os
import secrets
import tempfile
from pathlib import Path

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from msgspec import Struct

from recordings import signing
from recordings.seal import KEY_BYTES

FILE = "recordings.key"
_NAME_BYTES = 8
_NONCE_BYTES = 12


class CannotUnwrap(Exception):
    """The data key was wrapped with a key that is not here, or for another recording."""


class BadKeyFile(Exception):
    """The key file cannot be used; the text says why and names it."""


class _File(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    version: int = 1
    wrapping: tuple[bytes, ...]
    signing: bytes


class SiteKeys:
    """The keys that stand in the file `path`, which is made when it is not there."""

    def __init__(self, path: Path) -> None:
        self._path = path
        if not path.exists():
            fresh = _File(
                wrapping=(secrets.token_bytes(KEY_BYTES),), signing=secrets.token_bytes(32)
            )
            _write(path, fresh, anew=True)
        self._file = _read(path)
        self.signing = Ed25519PrivateKey.from_private_bytes(self._file.signing)

    @property
    def signer(self) -> str:
        """The public key of what we sign, in hex."""
        return signing.signer_of(self.signing)

    def wrap(self, recording: str, use: str, key: bytes) -> bytes:
        """Return `key`, wrapped for `use` ("media" or "words") of `recording`."""
        wrapping = self._file.wrapping[0]
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = AESGCM(wrapping).encrypt(nonce, key, _bound(recording, use))
        return _name(wrapping) + nonce + sealed

    def unwrap(self, recording: str, use: str, wrapped: bytes) -> bytes:
        """Return the key that `wrapped` holds for `use` of `recording`, or raise `CannotUnwrap`."""
        name, rest = wrapped[:_NAME_BYTES], wrapped[_NAME_BYTES:]
        for wrapping in self._file.wrapping:
            if _name(wrapping) == name:
                nonce, sealed = rest[:_NONCE_BYTES], rest[_NONCE_BYTES:]
                try:
                    return AESGCM(wrapping).decrypt(nonce, sealed, _bound(recording, use))
                except (InvalidTag, ValueError):
                    raise CannotUnwrap("The data key belongs to another recording.") from None
        raise CannotUnwrap(f"{self._path} does not hold the key that wrapped the data key.")

    def is_current(self, wrapped: bytes) -> bool:
        """Say whether `wrapped` was wrapped with the key in front."""
        return wrapped[:_NAME_BYTES] == _name(self._file.wrapping[0])

    def rotate(self) -> None:
        """Put a new wrapping key in front. What the others wrapped still opens."""
        fresh = (secrets.token_bytes(KEY_BYTES), *self._file.wrapping)
        self._put(msgspec.structs.replace(self._file, wrapping=fresh))

    def drop_old(self) -> None:
        """Forget all wrapping keys but the one in front; wrap what they wrapped anew before."""
        self._put(msgspec.structs.replace(self._file, wrapping=self._file.wrapping[:1]))

    def _put(self, file: _File) -> None:
        _write(self._path, file, anew=False)
        self._file = file


def _name(wrapping: bytes) -> bytes:
    """Return a name of the key that tells nothing about it."""
    return AESGCM(wrapping).encrypt(bytes(_NONCE_BYTES), b"", b"deskside key name")[:_NAME_BYTES]


def _bound(recording: str, use: str) -> bytes:
    return f"deskside data key 1 {use} {recording}".encode()


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
