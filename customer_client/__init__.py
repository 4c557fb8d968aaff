"""The native client that a customer downloads."""
