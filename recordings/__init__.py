"""Seals, stores, verifies and exports recordings; usable without the broker."""
