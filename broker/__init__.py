"""The server: desk, queue, accounts, settings, HTTP and links."""
