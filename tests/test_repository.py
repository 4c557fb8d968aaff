"""What holds for the whole tree: who imports whom, names, sizes, lock files, and no stray addresses."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PYTHON_LOCKS = ["requirements.lock", "requirements-dev.lock", "requirements-node.lock"]
SAYS_NOTHING = {"utils", "helpers", "common", "core", "manager", "base", "misc"}
MOST_LINES = 400

# Files that are longer, and by how much they may be. An entry may only shrink or go.
LONGER: dict[str, int] = {}

# Put together here, so that this file does not contain them.
STRAY = ["/" + "work/", "/" + "root/", "registry" + ".npmjs", "pypi" + ".org", "python" + "hosted"]


def tracked() -> list[Path]:
    """List the files of the tree, also those not yet committed, but nothing ignored."""
    git = ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others"]
    listed = subprocess.run(
        [*git, "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    paths = (ROOT / name for name in listed.stdout.split("\0") if name)
    return [path for path in paths if path.is_file()]


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def is_generated(path: Path) -> bool:
    """Say whether the first lines name `scripts/generate`, which then also checks the file."""
    return any("scripts/generate" in line for line in path.read_text().splitlines()[:5])


def names_that_say_nothing(names: list[str]) -> list[str]:
    return [
        name
        for name in names
        if any(part.split(".")[0] in SAYS_NOTHING for part in Path(name).parts)
    ]


def too_long(lengths: dict[str, int], exempt: dict[str, int]) -> list[str]:
    """Name the files above the limit, and the exemptions that are larger than they need to be."""
    longer = {name: lines for name, lines in lengths.items() if lines > MOST_LINES}
    return [
        f"{name} has {longer.get(name, 0)} lines, its exemption says {exempt.get(name, 0)}"
        for name in sorted(longer.keys() | exempt.keys())
        if longer.get(name, 0) != exempt.get(name, 0)
    ]


def stray_addresses(text: str) -> list[str]:
    return [stray for stray in STRAY if stray in text]


def lint_imports(root: Path) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("lint-imports")
    command: list[str | Path] = [program, "--no-cache", "--config", root / "pyproject.toml"]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)


def test_every_part_imports_only_what_it_may() -> None:
    checked = lint_imports(ROOT)
    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.fixture
def fake_tree(tmp_path: Path) -> Path:
    """Make a tree with our contracts and empty parts."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for part in ["protocol", "recordings", "broker", "customer_client"]:
        (tmp_path / part).mkdir()
        (tmp_path / part / "__init__.py").touch()
    for name in ("canvas", "film"):
        # A contract names them.
        (tmp_path / "recordings" / f"{name}.py").touch()
    return tmp_path


@pytest.mark.parametrize(
    ("part", "imported"),
    [
        ("protocol", "recordings"),
        ("protocol", "broker"),
        ("protocol", "customer_client"),
        ("protocol", "asyncio"),
        ("recordings", "broker"),
        ("recordings", "customer_client"),
        ("broker", "customer_client"),
        ("customer_client", "broker"),
        ("customer_client", "recordings"),
    ],
)
def test_a_forbidden_import_is_found(fake_tree: Path, part: str, imported: str) -> None:
    (fake_tree / part / "wrong.py").write_text(f"import {imported}\n")
    checked = lint_imports(fake_tree)
    assert checked.returncode == 1
    assert f"{part}.wrong -> {imported}" in checked.stdout


def test_allowed_imports_pass(fake_tree: Path) -> None:
    (fake_tree / "broker" / "right.py").write_text("import protocol\nimport recordings\n")
    (fake_tree / "recordings" / "right.py").write_text("import protocol\n")
    (fake_tree / "customer_client" / "right.py").write_text("import protocol\n")
    assert lint_imports(fake_tree).returncode == 0


def test_every_name_says_something() -> None:
    assert names_that_say_nothing(["broker/utils.py", "a/core/b.ts", "broker/desk.py"]) == [
        "broker/utils.py",
        "a/core/b.ts",
    ]
    assert names_that_say_nothing([name_of(path) for path in tracked()]) == []


def test_no_source_file_is_too_long() -> None:
    lengths = {
        name_of(path): len(path.read_text().splitlines())
        for path in tracked()
        if path.suffix in {".py", ".ts", ".tsx"} and not is_generated(path)
    }
    assert too_long(lengths, LONGER) == []


def test_an_exemption_from_the_length_may_only_shrink() -> None:
    assert too_long({"a.py": MOST_LINES + 1}, {})
    assert too_long({"a.py": 500}, {"a.py": 501})
    assert too_long({"a.py": 300}, {"a.py": 500})
    assert too_long({}, {"a.py": 500})
    assert too_long({"a.py": 500, "b.py": MOST_LINES}, {"a.py": 500}) == []


def test_no_file_names_this_machine_or_a_registry() -> None:
    assert stray_addresses("see " + STRAY[0] + "main") == [STRAY[0]]
    found = {name_of(path): stray_addresses(path.read_text(errors="ignore")) for path in tracked()}
    assert {name: strays for name, strays in found.items() if strays} == {}


@pytest.mark.parametrize("lock", PYTHON_LOCKS)
def test_a_python_lock_has_a_digest_for_every_package_and_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text()
    assert "://" not in text
    assert "--index" not in text
    packages = re.split(r"\n(?=\S)", re.sub(r"(?m)^ *#.*\n?", "", text).strip())
    assert packages
    assert [package for package in packages if "--hash=sha256:" not in package] == []


def test_the_npm_lock_has_no_download_address() -> None:
    text = (ROOT / "package-lock.json").read_text()
    assert re.findall(r'"resolved": "[a-z+]*:[^"]*"', text) == []
    assert '"integrity"' in text


def test_the_locks_hold_what_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    runtime = project["project"]["dependencies"] + project["dependency-groups"]["build"]
    locked = locked_versions("requirements.lock")
    assert {name_in(wanted) for wanted in runtime} <= locked.keys()
    dev = locked_versions("requirements-dev.lock")
    assert {name_in(wanted) for wanted in project["dependency-groups"]["dev"]} <= dev.keys()
    # Whoever develops runs what users run.
    assert locked.items() <= dev.items()


def name_in(requirement: str) -> str:
    found = re.match(r"[A-Za-z0-9_.-]+", requirement)
    assert found
    return found[0].lower()


def locked_versions(lock: str) -> dict[str, str]:
    text = (ROOT / lock).read_text()
    return dict(re.findall(r"(?m)^([a-z0-9_.-]+)==(\S+)", text))
