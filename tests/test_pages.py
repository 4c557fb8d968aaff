"""The built pages keep to the policy that the broker serves them with."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(
    ("folder", "name"), [("html5_client", "customer"), ("rep_console", "console")]
)
def test_a_page_loads_only_its_own_hashed_files(folder: str, name: str) -> None:
    dist = ROOT / folder / "dist"
    page = (dist / "index.html").read_text()
    addresses = re.findall(r'\b(?:src|href)="([^"]*)"', page)
    scripts = re.findall(r"<script\b([^>]*)>(.*?)</script>", page, re.DOTALL)
    assert scripts
    assert all("src=" in attributes and not content for attributes, content in scripts)
    assert "<style" not in page
    assert not re.search(r"\b(on\w+|style)=", page)
    for address in addresses:
        assert re.fullmatch(rf"/assets/{name}/[\w.-]+-[\w-]{{8}}\.\w+", address), address
        assert (dist / address.removeprefix("/")).is_file()
