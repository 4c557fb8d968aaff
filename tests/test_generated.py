"""What is generated is fresh, and the check would notice if it were not."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def generate(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "scripts/generate", *arguments]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """Copy what the generator reads and what it writes."""
    written = ("docs", "browser/src", "tests/golden")
    for part in ("protocol", "broker", "scripts", "tests/protocol", *written):
        shutil.copytree(ROOT / part, tmp_path / part)
    return tmp_path


def test_every_generated_file_is_fresh() -> None:
    checked = generate(ROOT, "--check")
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_a_changed_contract_makes_its_files_stale_until_they_are_generated_again(
    copied: Path,
) -> None:
    terms = copied / "protocol/terms.py"
    terms.write_text(
        terms.read_text().replace("nudge_seconds: Seconds = 10", "nudge_seconds: Seconds = 9")
    )
    checked = generate(copied, "--check")
    assert checked.returncode == 1
    for name in ("browser/src/contract.ts", "docs/messages.md", "tests/golden/watched.json"):
        assert f"{name} is stale" in checked.stdout
    assert generate(copied).returncode == 0
    assert generate(copied, "--check").returncode == 0
    assert "nudge_seconds: 9" in (copied / "browser/src/contract.ts").read_text()


def test_a_missing_file_is_stale_and_no_file_is_written_by_a_check(copied: Path) -> None:
    schema = copied / "protocol/schema.json"
    schema.unlink()
    assert (
        generate(copied, "--check").stdout
        == "protocol/schema.json is stale: run scripts/generate\n"
    )
    assert not schema.exists()


def test_a_transcript_that_nobody_tells_any_more_is_removed(copied: Path) -> None:
    forgotten = copied / "tests/golden/forgotten.json"
    forgotten.write_text("{}")
    assert "tests/golden/forgotten.json is stale" in generate(copied, "--check").stdout
    assert generate(copied).stdout == "removed tests/golden/forgotten.json\n"
    assert not forgotten.exists()
