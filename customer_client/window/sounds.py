"""Short sounds, made rather than loaded, and played by what the system has for it.

Where it has nothing there is the bell of the terminal, which many systems have turned off.
"""

import array
import io
import math
import shutil
import subprocess
import tempfile
import threading
import wave
from collections.abc import Sequence
from pathlib import Path
from typing import Final

RATE: Final = 22_050
NOTE_SECONDS: Final = 0.14
LOUDNESS: Final = 0.25
PLAYERS: Final = (("pw-play",), ("paplay",), ("aplay", "-q"), ("afplay",))
PLAYING_SECONDS: Final = 5


def sounding(notes: Sequence[int]) -> bytes:
    """Return `notes` (hertz), one after the other, as a WAV file."""
    samples = array.array("h")
    length = int(RATE * NOTE_SECONDS)
    for pitch in notes:
        for number in range(length):
            # Swells and fades: a tone cut off clicks.
            loud = LOUDNESS * min(1.0, number / 400) * (1 - number / length)
            wave_at = math.sin(2 * math.pi * pitch * number / RATE)
            samples.append(int(32_000 * loud * wave_at))
    file = io.BytesIO()
    with wave.open(file, "wb") as written:
        written.setnchannels(1)
        written.setsampwidth(2)
        written.setframerate(RATE)
        written.writeframes(samples.tobytes())
    return file.getvalue()


def player() -> list[str]:
    """Return the command that plays a file here; nothing where there is none."""
    return next(([path, *rest] for name, *rest in PLAYERS if (path := shutil.which(name))), [])


def play(notes: Sequence[int]) -> bool:
    """Play `notes` without waiting for their end; say whether there is anything to play them."""
    command = player()
    if not command:
        return False
    threading.Thread(target=_play, args=(command, sounding(notes)), daemon=True).start()
    return True


def _play(command: list[str], sound: bytes) -> None:
    with tempfile.TemporaryDirectory(prefix="deskside-") as folder:
        path = Path(folder) / "sound.wav"
        path.write_bytes(sound)
        try:
            subprocess.run(  # noqa: S603 - one of `PLAYERS`, and a file of ours
                [*command, str(path)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=PLAYING_SECONDS,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired):
            return  # a sound that cannot be heard is no fault
