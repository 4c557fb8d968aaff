"""What is built into the executable: where its site is, and by what it is known.

It lies in the executable's own archive. Nothing in the executable's name, beside it, behind that
archive or in the environment changes it; the name may hold a session code and nothing else.
"""

import re
import ssl
import sys
from pathlib import Path
from typing import Final

import aiohttp
import msgspec
from msgspec import Struct

FILE: Final = "site.json"
NAME_WITH_CODE: Final = re.compile(r"Deskside-(\d{9})(?: ?\(\d+\))?(?:\.[A-Za-z0-9.]+)?", re.ASCII)


class BuiltIn(Struct, frozen=True, kw_only=True):
    """The site's address without a path, and the certificate (PEM) that vouches for it where no
    public authority does.
    """

    url: str
    certificate: str = ""
    version: str = ""


def read_built_in() -> BuiltIn | None:
    """Return what is built into this executable; None where Python runs us from source."""
    if not getattr(sys, "frozen", False):
        return None
    folder = Path(getattr(sys, "_MEIPASS", "."))
    return msgspec.json.decode((folder / FILE).read_bytes(), type=BuiltIn)


def code_in(name: str) -> str:
    """Return the session code in the name of an executable; nothing where there is none."""
    matched = NAME_WITH_CODE.fullmatch(name)
    return matched[1] if matched else ""


def connector_to(site: BuiltIn) -> aiohttp.BaseConnector:
    """Return what opens connections to `site`: TLS trusts its certificate alone, where it has one."""
    if not site.certificate:
        return aiohttp.TCPConnector()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_verify_locations(cadata=site.certificate)
    # One that vouches for itself is no authority, and is trusted for itself.
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    return aiohttp.TCPConnector(ssl=context)
