"""The site's keys lie in one file; old ones still open, and nobody else's do."""

from pathlib import Path

import pytest

from recordings.keys import BadKeyFile, SiteKeys
from recordings.wrapping import CannotUnwrap

KEY = bytes(range(32))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "recordings.key"


def test_the_file_is_made_once_for_its_owner_alone(path: Path) -> None:
    first = SiteKeys(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert SiteKeys(path).signer == first.signer


def test_a_file_that_others_may_read_is_refused(path: Path) -> None:
    SiteKeys(path)
    path.chmod(0o640)
    with pytest.raises(BadKeyFile, match="chmod"):
        SiteKeys(path)


@pytest.mark.parametrize("data", [b"", b"{}", b'{"wrapping":[],"signing":""}', b"\xff"])
def test_a_file_that_holds_no_keys_is_refused_and_kept(path: Path, data: bytes) -> None:
    path.touch(0o600)
    path.write_bytes(data)
    with pytest.raises(BadKeyFile, match=str(path)):
        SiteKeys(path)
    assert path.read_bytes() == data


def test_a_data_key_opens_for_its_recording_and_use_only(path: Path) -> None:
    keys = SiteKeys(path)
    wrapped = keys.wrap("one", "media", KEY)
    assert KEY not in wrapped
    assert SiteKeys(path).unwrap("one", "media", wrapped) == KEY
    for recording, use in [("two", "media"), ("one", "words")]:
        with pytest.raises(CannotUnwrap):
            keys.unwrap(recording, use, wrapped)
    with pytest.raises(CannotUnwrap):
        keys.unwrap("one", "media", wrapped[:-1])
    with pytest.raises(CannotUnwrap):
        keys.unwrap("one", "media", b"")


def test_a_rotated_key_wraps_and_the_old_one_still_opens_until_it_is_dropped(path: Path) -> None:
    keys = SiteKeys(path)
    old = keys.wrap("one", "media", KEY)
    keys.rotate()
    assert not keys.is_current(old)
    assert SiteKeys(path).unwrap("one", "media", old) == KEY
    fresh = keys.wrap("one", "media", keys.unwrap("one", "media", old))
    assert keys.is_current(fresh)
    keys.drop_old()
    assert SiteKeys(path).unwrap("one", "media", fresh) == KEY
    with pytest.raises(CannotUnwrap, match="does not hold"):
        SiteKeys(path).unwrap("one", "media", old)
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_two_sites_open_nothing_of_each_other(path: Path, tmp_path: Path) -> None:
    wrapped = SiteKeys(path).wrap("one", "media", KEY)
    with pytest.raises(CannotUnwrap):
        SiteKeys(tmp_path / "other.key").unwrap("one", "media", wrapped)
