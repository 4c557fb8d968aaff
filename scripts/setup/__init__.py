"""Brings about what the other scripts need: packages, `.venv`, Node and the built pages."""
