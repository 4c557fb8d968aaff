"""A key service: keys in a token that speaks PKCS#11 (OASIS, version 2.40), as an HSM or SoftHSM does.

The keys are made in the token, and cannot be taken out of it: it wraps and unwraps data keys itself
(AES-256-GCM). Of those that have our label the one with the highest id is in front: an id is a number
that counts up (4 bytes) and 4 random ones, so that two brokers that begin at once make two keys and not
one twice. The only module that knows python-pkcs11.
"""

import secrets
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final, TypeVar
from urllib.parse import unquote

from msgspec import Struct

from recordings.wrapping import NAME_BYTES, NONCE_BYTES, CannotUnwrap, KeyServiceFailed

if TYPE_CHECKING:
    from pkcs11 import GCMParams, Session

SCHEME: Final = "pkcs11:"
LABEL: Final = "deskside"
KEY_BITS: Final = 256

_NEEDED: Final = ("token", "module-path", "pin-source")
_KNOWN: Final = (*_NEEDED, "object")
_COUNT_BYTES: Final = 4

T = TypeVar("T")


class BadTokenAddress(Exception):
    """It names no token; the text says what is missing."""


class TokenAddress(Struct, frozen=True, kw_only=True):
    """Where a token is: its label, the library that reaches it, the file with its PIN, and the label
    that our keys have in it.
    """

    token: str
    module: str
    pin: Path
    label: str = LABEL


def parse(uri: str) -> TokenAddress:
    """Return what `uri` names (RFC 7512: `pkcs11:token=…;object=…?module-path=…&pin-source=…`), or
    raise `BadTokenAddress`.
    """
    if not uri.startswith(SCHEME):
        raise BadTokenAddress(f"it begins with {SCHEME}")
    path, _, query = uri.removeprefix(SCHEME).partition("?")
    given: dict[str, str] = {}
    for part in filter(None, (*path.split(";"), *query.split("&"))):
        name, _, value = part.partition("=")
        if name not in _KNOWN or name in given or not value:
            raise BadTokenAddress(f"“{name}” is unknown, empty or there twice")
        given[name] = unquote(value)
    if missing := [name for name in _NEEDED if name not in given]:
        raise BadTokenAddress(f"{missing[0]} is missing")
    return TokenAddress(
        token=given["token"],
        module=given["module-path"],
        pin=Path(given["pin-source"].removeprefix("file:")),
        label=given.get("object", LABEL),
    )


class TokenKeys:
    """The keys in the token at `address`: a `Wrapping`. It is reached when it is first needed, and anew
    when it was away. Threads take turns.
    """

    def __init__(self, address: TokenAddress) -> None:
        self._address = address
        self._turn = threading.Lock()
        self._session: Session | None = None
        self._refused_pin: str | None = None
        self._keys: Mapping[bytes, Any] = {}
        """By id, the one in front last."""

    def wrap(self, bound: bytes, key: bytes) -> bytes:
        """Return `key` as a `Wrapping` does."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return self._asked(lambda: self._wrapped(bound, nonce, key))

    def _wrapped(self, bound: bytes, nonce: bytes, key: bytes) -> bytes:
        name, wrapping = list(self._keys.items())[-1]
        sealed: bytes = wrapping.encrypt(
            key, mechanism=_pkcs11().Mechanism.AES_GCM, mechanism_param=_gcm(nonce, bound)
        )
        return name + nonce + sealed

    def unwrap(self, bound: bytes, wrapped: bytes) -> bytes | None:
        """Return the key in `wrapped` as a `Wrapping` does."""
        return self._asked(lambda: self._unwrapped(bound, wrapped))

    def _unwrapped(self, bound: bytes, wrapped: bytes) -> bytes | None:
        wrapping = self._keys.get(wrapped[:NAME_BYTES])
        if wrapping is None:
            return None
        rest = wrapped[NAME_BYTES:]
        gcm = _gcm(rest[:NONCE_BYTES], bound)
        opened: bytes = wrapping.decrypt(
            rest[NONCE_BYTES:], mechanism=_pkcs11().Mechanism.AES_GCM, mechanism_param=gcm
        )
        return opened

    def is_current(self, wrapped: bytes) -> bool:
        """Say whether the key in front has wrapped `wrapped`."""
        return self._asked(lambda: wrapped[:NAME_BYTES] == list(self._keys)[-1])

    def refresh(self) -> None:
        """Look which keys there are."""
        self._asked(self._look)

    def rotate(self) -> None:
        """Have a new key made in the token."""
        self._asked(self._make)

    def drop_old(self) -> None:
        """Have the token destroy all our keys but the one in front."""
        self._asked(self._destroy_old)

    # --- what happens in a session

    def _look(self) -> None:
        p = _pkcs11()
        assert self._session
        found = list(
            self._session.get_objects(
                {
                    p.Attribute.CLASS: p.ObjectClass.SECRET_KEY,
                    p.Attribute.KEY_TYPE: p.KeyType.AES,
                    p.Attribute.LABEL: self._address.label,
                }
            )
        )
        if any(not key[p.Attribute.NEVER_EXTRACTABLE] for key in found):
            raise self._failed(f"a key “{self._address.label}” in it could be taken out of it")
        by_id = {key[p.Attribute.ID]: key for key in found}
        self._keys = {name: by_id[name] for name in sorted(by_id) if len(name) == NAME_BYTES}
        if not self._keys:
            self._make()

    def _make(self) -> None:
        p = _pkcs11()
        assert self._session
        last = int.from_bytes(max(self._keys, default=b"")[:_COUNT_BYTES])
        name = (last + 1).to_bytes(_COUNT_BYTES) + secrets.token_bytes(NAME_BYTES - _COUNT_BYTES)
        key = self._session.generate_key(
            p.KeyType.AES,
            KEY_BITS,
            id=name,
            label=self._address.label,
            store=True,
            capabilities=p.MechanismFlag.ENCRYPT | p.MechanismFlag.DECRYPT,
            template={
                p.Attribute.PRIVATE: True,
                p.Attribute.SENSITIVE: True,
                p.Attribute.EXTRACTABLE: False,
            },
        )
        self._keys = {**self._keys, name: key}

    def _destroy_old(self) -> None:
        self._look()
        *old, front = self._keys
        for name in old:
            self._keys[name].destroy()
        self._keys = {front: self._keys[front]}

    # --- sessions

    def _asked(self, work: Callable[[], T]) -> T:
        """Carry out `work` in our session; in one anew where that one is of no use any more."""
        p = _pkcs11()
        with self._turn:
            if self._session:
                try:
                    return work()
                except p.PKCS11Error:
                    # Tokens that were away, daemons that began anew and broken seals look alike here.
                    self._close()
            try:
                self._open()
            except p.PKCS11Error as fault:
                self._close()
                raise self._failed(_said(fault)) from None
            try:
                return work()
            except (p.EncryptedDataInvalid, p.EncryptedDataLenRange, p.GeneralError) as fault:
                raise CannotUnwrap(
                    f"The data key belongs to another recording ({_said(fault)})."
                ) from None
            except p.PKCS11Error as fault:
                self._close()
                raise self._failed(_said(fault)) from None

    def _open(self) -> None:
        p = _pkcs11()
        pin = self._read_pin()
        if pin == self._refused_pin:
            # Some tokens lock themselves for good after three of them.
            raise self._failed(f"it has refused the PIN in {self._address.pin}, which is unchanged")
        token = p.lib(self._address.module).get_token(token_label=self._address.token)
        try:
            self._session = token.open(rw=True, user_pin=pin)
        except p.UserAlreadyLoggedIn:
            # Somebody else in this process: who is signed in, is so for all of it.
            self._session = token.open(rw=True)
        except (p.PinIncorrect, p.PinInvalid, p.PinLenRange, p.PinLocked, p.PinExpired):
            self._refused_pin = pin
            raise
        self._look()

    def _read_pin(self) -> str:
        try:
            return self._address.pin.read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError) as fault:
            raise self._failed(f"its PIN cannot be read: {fault}") from None

    def _close(self) -> None:
        session, self._session, self._keys = self._session, None, {}
        if session:
            with suppress(_pkcs11().PKCS11Error):
                session.close()

    def _failed(self, why: str) -> KeyServiceFailed:
        return KeyServiceFailed(f"The token “{self._address.token}”: {why}.")


def _pkcs11() -> ModuleType:
    """Return the library, or raise `KeyServiceFailed` where it is not installed."""
    try:
        import pkcs11  # noqa: PLC0415 - who has a key file needs none
    except ImportError:
        raise KeyServiceFailed(
            "A key service needs the package python-pkcs11: pip install 'deskside[pkcs11]'."
        ) from None
    return pkcs11


def _gcm(nonce: bytes, bound: bytes) -> "GCMParams":
    params: GCMParams = _pkcs11().GCMParams(nonce, bound, 128)
    return params


SENTENCES: Final = {
    "NoSuchToken": "there is no such token",
    "TokenNotPresent": "it is not there",
    "DeviceRemoved": "it was taken away",
    "PinIncorrect": "the PIN is wrong",
    "PinLocked": "its PIN is locked",
    "MechanismInvalid": "it cannot do AES-GCM",
}
"""What tokens say most, as a sentence; all else is said with the name that PKCS#11 gives it."""


def _said(fault: Exception) -> str:
    name = type(fault).__name__
    if known := SENTENCES.get(name):
        return known
    return f"{name}: {fault}" if str(fault) else name
