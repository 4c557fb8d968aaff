# Untried. Builds the native client on Windows into data\client.
$ErrorActionPreference = "Stop"
Set-Location (Join-Path $PSScriptRoot "..\..")
py -3.11 -m venv .venv
.venv\Scripts\python -m pip install --require-hashes --only-binary=:all: --no-deps -r requirements.lock
.venv\Scripts\python -m pip install --no-deps --no-build-isolation --editable .
.venv\Scripts\deskside client build
