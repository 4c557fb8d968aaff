"""Whatever is changed in a stored recording is found: a sample in each run, all of it with --long."""

import random
import shutil
from pathlib import Path

import pytest

from recordings.bundle import Folder, Unreadable
from recordings.proof import prove
from tests.recordings.recorded import FINGERPRINT, Recorded
from tests.recordings.tampering import tamper


class Place:
    """A recording, another one of the same site, and an earlier state of the first."""

    def __init__(self, folder: Path) -> None:
        self.recorded = Recorded(folder / "bundle")
        self.other = Recorded(folder / "other", seed=1).folder
        self.older = folder / "older"
        older = Recorded(self.older, seed=2)
        older.change(began=older.manifest.began - 1)
        self._copy = folder / "copy"

    def found(self, seed: int) -> tuple[str, str]:
        """Return what was done and what the proof says is broken."""
        shutil.rmtree(self._copy, ignore_errors=True)
        shutil.copytree(self.recorded.folder, self._copy)
        said = tamper(self._copy, self.other, self.older, random.Random(seed))
        try:
            proof = prove(Folder(self._copy), signer=FINGERPRINT, head=self.recorded.head)
        except Unreadable as fault:
            return said, str(fault)
        # Words may be erased; that they are not there is said.
        return said, proof.broken or "".join(proof.declared)


def _all_found(place: Place, seeds: range) -> None:
    missed = []
    for seed in seeds:
        said, broken = place.found(seed)
        if said and not broken:
            missed.append((seed, said))
        if not said:
            assert not broken
    assert missed == []


def test_random_changes_are_all_found(tmp_path: Path) -> None:
    _all_found(Place(tmp_path), range(300))


@pytest.mark.long
def test_ten_thousand_random_changes_are_all_found(tmp_path: Path) -> None:
    _all_found(Place(tmp_path), range(1000, 11_000))
