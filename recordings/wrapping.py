"""What wraps the data keys of a site: its key file, or a key service in place of the keys in there.

The seam between the two. Whoever adds another service fills `Wrapping`; what is wrapped begins with the
name of the key that did it, so that old and new keys, and the file's and a service's, open side by side.
"""

from typing import Protocol

NAME_BYTES = 8
NONCE_BYTES = 12


class NoKey(Exception):
    """A data key can be neither made nor opened just now; the text says why."""


class CannotUnwrap(NoKey):
    """The data key was wrapped with a key that is not here, or for another recording."""


class KeyServiceFailed(NoKey):
    """The key service does not answer, or not as it should; the text says which, and why."""


class Wrapping(Protocol):
    """Keys that wrap others. One is in front and wraps; all of them open what they have wrapped.

    Each may take as long as a service far away does: not to be called where others wait.
    """

    def wrap(self, bound: bytes, key: bytes) -> bytes:
        """Return `key`, wrapped by the key in front and bound to `bound`; raise `KeyServiceFailed`."""

    def unwrap(self, bound: bytes, wrapped: bytes) -> bytes | None:
        """Return the key in `wrapped`, None where none of these keys has wrapped it; raise
        `CannotUnwrap` where it was bound to something else, `KeyServiceFailed` where nobody can say.
        """

    def is_current(self, wrapped: bytes) -> bool:
        """Say whether `wrapped` was wrapped with the key in front."""

    def refresh(self) -> None:
        """Look which keys there are: somebody else may have put another in front."""

    def rotate(self) -> None:
        """Put a new key in front. What the others wrapped still opens."""

    def drop_old(self) -> None:
        """Forget all keys but the one in front; wrap what they wrapped anew before."""


def bound_to(recording: str, use: str) -> bytes:
    """Return what a data key for `use` ("media", "words") of `recording` is bound to."""
    return f"deskside data key 1 {use} {recording}".encode()
