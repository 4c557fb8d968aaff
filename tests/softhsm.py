"""Real PKCS#11 tokens (SoftHSM) for the tests."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pkcs11

MODULES = ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib/*/softhsm/libsofthsm2.so")
CONFIG = """
directories.tokendir = {folder}/tokens
objectstore.backend = file
log.level = ERROR
slots.removable = false
"""
PIN = "1234 and more"


class SoftHsm:
    """Tokens in `folder`, which are all that this process and its children see."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.module = next(str(p) for m in MODULES for p in Path("/").glob(m.removeprefix("/")))

    def make(self, token: str, pin: str = PIN) -> str:
        """Make a token whose label is `token`; return the address of it."""
        subprocess.run(
            ["softhsm2-util", "--init-token", "--free", "--label", token, "--pin", pin, "--so-pin", "officer"],
            check=True,
            capture_output=True,
        )  # fmt: skip
        self.begin_anew()
        return self.address(token, pin)

    def address(self, token: str, pin: str = PIN) -> str:
        """Return the address of `token`, with a file that says that its PIN is `pin`."""
        file = self.folder / f"{token}.pin"
        file.write_text(f"{pin}\n")
        return f"pkcs11:token={token}?module-path={self.module}&pin-source=file:{file}"

    def begin_anew(self) -> None:
        """Have the library forget all sessions, and look which tokens there are."""
        pkcs11.lib(self.module).reinitialize()

    @contextmanager
    def away(self) -> Iterator[None]:
        """Have no token there for a while."""
        tokens, hidden = self.folder / "tokens", self.folder / "hidden"
        tokens.rename(hidden)
        tokens.mkdir()
        self.begin_anew()
        try:
            yield
        finally:
            tokens.rmdir()
            hidden.rename(tokens)
            self.begin_anew()


@contextmanager
def softhsm(folder: Path) -> Iterator[SoftHsm]:
    """Have tokens in `folder` and none elsewhere."""
    (folder / "tokens").mkdir(parents=True)
    config = folder / "softhsm2.conf"
    config.write_text(CONFIG.format(folder=folder))
    before = os.environ.get("SOFTHSM2_CONF")
    os.environ["SOFTHSM2_CONF"] = str(config)
    hsm = SoftHsm(folder)
    try:
        yield hsm
    finally:
        pkcs11.lib(hsm.module).finalize()
        if before is None:
            del os.environ["SOFTHSM2_CONF"]
        else:
            os.environ["SOFTHSM2_CONF"] = before
