"""Writes down the contract of `protocol/` in other languages: TypeScript, JSON Schema, prose."""
