"""Keys in a token, a real one of SoftHSM: they wrap, they do not leave it, and what is wrong is said."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pkcs11
import pytest
from pkcs11 import Attribute, KeyType

from recordings.key_token import BadTokenAddress, TokenKeys, parse
from recordings.keys import SiteKeys
from recordings.wrapping import CannotUnwrap, KeyServiceFailed, NoKey
from tests.softhsm import PIN, SoftHsm, softhsm

KEY = bytes(range(32))
ADDRESS = "pkcs11:token=Our%20token?module-path=/usr/lib/x.so&pin-source=file:/etc/pin"


@pytest.fixture
def hsm(tmp_path: Path) -> Iterator[SoftHsm]:
    with softhsm(tmp_path / "hsm") as hsm:
        yield hsm


@pytest.fixture
def address(hsm: SoftHsm) -> str:
    return hsm.make("vault")


def keys_in(address: str) -> TokenKeys:
    return TokenKeys(parse(address))


def session_of(hsm: SoftHsm, token: str = "vault") -> pkcs11.Session:
    return pkcs11.lib(hsm.module).get_token(token_label=token).open(rw=True, user_pin=PIN)


def test_a_data_key_opens_for_what_it_was_bound_to_only(address: str) -> None:
    keys = keys_in(address)
    wrapped = keys.wrap(b"one", KEY)
    assert KEY not in wrapped
    assert keys.unwrap(b"one", wrapped) == KEY
    for bound, bytes_ in ((b"two", wrapped), (b"one", wrapped[:-1]), (b"one", wrapped[:30])):
        with pytest.raises(CannotUnwrap):
            keys.unwrap(bound, bytes_)
    # It goes on after what it could not open.
    assert keys.unwrap(b"one", wrapped) == KEY
    assert keys.unwrap(b"one", b"") is None


def test_the_key_cannot_be_taken_out_of_the_token(hsm: SoftHsm, address: str) -> None:
    keys_in(address).wrap(b"one", KEY)
    hsm.begin_anew()
    with session_of(hsm) as session:
        (key,) = session.get_objects({Attribute.LABEL: "deskside"})
        assert key[Attribute.NEVER_EXTRACTABLE]
        with pytest.raises(pkcs11.PKCS11Error):
            _ = key[Attribute.VALUE]


def test_a_key_that_could_be_taken_out_is_not_used(hsm: SoftHsm, address: str) -> None:
    with session_of(hsm) as session:
        session.generate_key(
            KeyType.AES,
            256,
            id=bytes(8),
            label="deskside",
            store=True,
            template={Attribute.EXTRACTABLE: True, Attribute.SENSITIVE: False},
        )
    with pytest.raises(KeyServiceFailed, match="taken out"):
        keys_in(address).wrap(b"one", KEY)


def test_two_brokers_open_what_the_other_has_wrapped(address: str, tmp_path: Path) -> None:
    here = SiteKeys(tmp_path / "recordings.key", keys_in(address))
    there = SiteKeys(tmp_path / "recordings.key", keys_in(address))
    first = here.wrap("one", "media", KEY)
    assert there.unwrap("one", "media", first) == KEY
    there.rotate()
    second = there.wrap("one", "media", KEY)
    assert here.unwrap("one", "media", second) == KEY
    assert here.is_current(here.wrap("one", "media", KEY))
    assert not there.is_current(first)


def test_a_rotated_key_wraps_and_the_old_one_still_opens_until_it_is_dropped(
    hsm: SoftHsm, address: str
) -> None:
    keys = keys_in(address)
    old = keys.wrap(b"one", KEY)
    keys.rotate()
    assert not keys.is_current(old)
    assert keys.unwrap(b"one", old) == KEY
    fresh = keys.wrap(b"one", KEY)
    assert keys.is_current(fresh)
    keys.drop_old()
    assert keys.unwrap(b"one", fresh) == KEY
    assert keys.unwrap(b"one", old) is None
    hsm.begin_anew()
    with session_of(hsm) as session:
        assert len(list(session.get_objects({Attribute.LABEL: "deskside"}))) == 1


def test_a_site_goes_over_from_its_key_file_to_a_token(address: str, tmp_path: Path) -> None:
    path = tmp_path / "recordings.key"
    alone = SiteKeys(path)
    of_file = alone.wrap("one", "media", KEY)
    stolen = path.read_bytes()
    keys = SiteKeys(path, keys_in(address))
    assert keys.signer == alone.signer
    assert keys.unwrap("one", "media", of_file) == KEY
    anew = keys.renewed("one", "media", of_file)
    assert keys.is_current(anew)
    assert keys.renewed("one", "media", anew) == anew
    keys.drop_old()
    assert keys.unwrap("one", "media", anew) == KEY
    with pytest.raises(CannotUnwrap, match="key service"):
        keys.unwrap("one", "media", of_file)
    with pytest.raises(CannotUnwrap):
        SiteKeys(path).unwrap("one", "media", anew)
    # Who has the file of before, has nothing of after.
    path.write_bytes(stolen)
    with pytest.raises(CannotUnwrap):
        SiteKeys(path).unwrap("one", "media", anew)


def test_a_service_is_checked_by_wrapping_something(address: str, tmp_path: Path) -> None:
    SiteKeys(tmp_path / "recordings.key", keys_in(address)).check()
    missing = keys_in(address.replace("vault?", "other?"))
    with pytest.raises(NoKey):
        SiteKeys(tmp_path / "recordings.key", missing).check()


# --- what goes wrong


def test_a_session_that_was_lost_is_opened_anew(hsm: SoftHsm, address: str) -> None:
    keys = keys_in(address)
    wrapped = keys.wrap(b"one", KEY)
    hsm.begin_anew()
    assert keys.unwrap(b"one", wrapped) == KEY
    hsm.begin_anew()
    keys.rotate()
    assert keys.unwrap(b"one", keys.wrap(b"one", KEY)) == KEY


def test_a_token_that_was_away_is_used_when_it_is_back(hsm: SoftHsm, address: str) -> None:
    keys = keys_in(address)
    wrapped = keys.wrap(b"one", KEY)
    with hsm.away():
        for _ in range(2):
            with pytest.raises(KeyServiceFailed, match="“vault”: there is no such token"):
                keys.unwrap(b"one", wrapped)
    assert keys.unwrap(b"one", wrapped) == KEY


def test_a_wrong_pin_is_tried_once_until_it_is_another(hsm: SoftHsm, address: str) -> None:
    keys = keys_in(hsm.address("vault", "a wrong one"))
    with pytest.raises(KeyServiceFailed, match="the PIN is wrong"):
        keys.wrap(b"one", KEY)
    with pytest.raises(KeyServiceFailed, match=r"refused the PIN in .*vault\.pin"):
        keys.wrap(b"one", KEY)
    hsm.address("vault", PIN)
    assert keys.unwrap(b"one", keys.wrap(b"one", KEY)) == KEY


def test_a_pin_that_cannot_be_read_is_named(hsm: SoftHsm, address: str) -> None:
    (hsm.folder / "vault.pin").unlink()
    with pytest.raises(KeyServiceFailed, match=r"PIN cannot be read: .*vault\.pin"):
        keys_in(address).wrap(b"one", KEY)


def test_a_library_that_is_not_there_is_named(hsm: SoftHsm, address: str) -> None:
    with pytest.raises(KeyServiceFailed, match=r"/nowhere\.so"):
        keys_in(address.replace(hsm.module, "/nowhere.so")).wrap(b"one", KEY)


def test_who_has_not_installed_what_it_needs_is_told(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pkcs11", None)
    with pytest.raises(KeyServiceFailed, match=r"deskside\[pkcs11\]"):
        keys_in(address).wrap(b"one", KEY)


# --- addresses


def test_an_address_names_token_library_and_pin() -> None:
    address = parse(ADDRESS.replace("?", ";object=ours?"))
    assert address.token == "Our token"
    assert address.module == "/usr/lib/x.so"
    assert address.pin == Path("/etc/pin")
    assert address.label == "ours"
    assert parse(ADDRESS).label == "deskside"


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("https://vault.example.org", "begins with pkcs11:"),
        ("pkcs11:", "token is missing"),
        (ADDRESS.replace("token=Our%20token", "object=a"), "token is missing"),
        (ADDRESS.replace("&pin-source=file:/etc/pin", ""), "pin-source is missing"),
        (ADDRESS.replace("module-path=/usr/lib/x.so&", ""), "module-path is missing"),
        (ADDRESS + "&pin-value=1234", "pin-value"),
        (ADDRESS + "&module-path=/another.so", "there twice"),
        (ADDRESS.replace("/usr/lib/x.so", ""), "empty"),
    ],
)
def test_an_address_that_says_too_little_or_too_much_is_refused(address: str, why: str) -> None:
    with pytest.raises(BadTokenAddress, match=why):
        parse(address)
