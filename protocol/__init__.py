"""The contract: what may be said, the rules of a session, and nothing else.

No I/O and no clock lives here. Read `messages.py`, then `session.py`.
"""
