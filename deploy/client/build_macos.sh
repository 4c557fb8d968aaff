#!/bin/sh
# Untried. Builds the native client on macOS into data/client; signing it is up to you:
#   codesign --sign "Developer ID Application: …" --options runtime data/client/Deskside
set -eu
cd "$(dirname "$0")/../.."
python3.11 -m venv .venv
.venv/bin/python -m pip install --require-hashes --only-binary=:all: --no-deps -r requirements.lock
.venv/bin/python -m pip install --no-deps --no-build-isolation --editable .
.venv/bin/deskside client build
