"""A film shows what a viewer saw, says who took it along, and is made where nothing can be reached."""

import io
import resource
import subprocess
import sys
import zlib
from fractions import Fraction
from typing import Any

import av
import pytest
from av.video.codeccontext import VideoCodecContext
from msgspec.structs import replace
from PIL import Image

from protocol import picture as p
from protocol.picture_bytes import encode
from recordings import film, tape
from recordings.film_lines import BLANK, NOTHING_TO_SHOW, Head, write_head, write_line
from recordings.film_lines import END as END_LINE
from recordings.form import Kind
from recordings.tape import BEGINNING, END, SENT, Tape, stretches
from tests.recordings.film import CLOCK, HEIGHT, WIDTH, Film, colour_at

HEAD = Head(
    way="film",
    width=WIDTH,
    height=HEIGHT,
    began=1_790_000_000_000,
    title="Exported by Cora",
    label="Recording",
    nothing="Nothing was shown.",
    paused="Paused.",
)
SCREEN = p.Geometry(width=64, height=48, sharing="screen", names=("Monitor",))
WHOLE = p.Rectangle(0, 0, 64, 48)
SMALL = Head(
    way="film", width=64, height=48, began=0, title="Exported by Cora", label="Quick preview"
)


def run(asked: bytes) -> tuple[int, bytes]:
    """Hand `asked` to the real process; return how it ended, and the film."""
    done = subprocess.run(
        [sys.executable, "-I", "-m", film.__name__],
        input=asked,
        capture_output=True,
        env={},
        check=False,
        timeout=120,
    )
    return done.returncode, joined(done.stdout)


def joined(out: bytes) -> bytes:
    """Put the stretches of a film where they belong."""
    return b"".join(stretch for _, stretch in sorted(stretches(bytearray(out))))


def told(*lines: tuple[int, p.Message | bytes], end: int) -> bytes:
    """Return records at times in µs, and the end."""
    parts = [
        write_line(
            Kind.PICTURE if isinstance(what, p.Message) else what[0],
            at,
            encode(what) if isinstance(what, p.Message) else b"",
        )
        for at, what in lines
    ]
    return b"".join((*parts, write_line(END_LINE, end)))


def message(body: p.Body, *rectangles: p.Rectangle, **flags: Any) -> p.Message:
    return p.Message(stream=1, sequence=1, time=0, body=body, rectangles=rectangles, **flags)


def filled(colour: tuple[int, int, int], *rectangles: p.Rectangle, **flags: Any) -> p.Message:
    data = zlib.compress(bytes(colour) * sum(each.width * each.height for each in rectangles))
    return message(p.Patch(coding="deflate", data=data), *rectangles, **flags)


def frames(made: bytes) -> list[tuple[float, Image.Image]]:
    """Decode a film: seconds and picture of each frame."""
    found: list[tuple[float, Image.Image]] = []
    with av.open(io.BytesIO(made), "r") as container:
        for frame in container.decode(video=0):
            assert frame.time is not None
            picture: Any = frame
            found.append((frame.time, picture.to_image()))
    return found


def at(found: list[tuple[float, Image.Image]], second: float) -> Image.Image:
    """Return what is shown at `second`."""
    return [picture for time, picture in found if time <= second][-1]


def is_near(one: Any, other: tuple[int, ...], off: int = 24) -> bool:
    """Say whether two colours are the same but for what a film loses."""
    return all(abs(a - b) <= off for a, b in zip(one, other, strict=True))


def test_a_film_shows_each_second_and_who_took_it_along() -> None:
    played = [write_line(Kind.PICTURE, time, encode(message)) for time, message in Film().play(16)]
    end = [write_line(BLANK, 16_000_000), write_line(END_LINE, 19_000_000)]
    status, made = run(write_head(HEAD) + b"".join((*played, *end)))
    assert status == 0
    found = frames(made)
    for second in range(16):
        shown = at(found, second + 0.95).getpixel((CLOCK.x + 12, CLOCK.y + 12))
        assert is_near(shown, colour_at(second)), second
    assert at(found, 18).getpixel((CLOCK.x + 12, CLOCK.y + 12)) == (0, 0, 0)
    last = found[-1]
    assert 18.9 < last[0] < 19.1
    # Below the picture stands who exported it, and the clock, which goes on.
    bars = [at(found, second).crop((0, HEIGHT, WIDTH, HEIGHT + film.BAR)) for second in (3, 9)]
    lit = [sum(bar.convert("L").histogram()[150:]) for bar in bars]
    assert min(lit) > 300
    assert (
        bars[0].crop((WIDTH // 2, 0, WIDTH, film.BAR)).tobytes()
        != bars[1].crop((WIDTH // 2, 0, WIDTH, film.BAR)).tobytes()
    )
    with av.open(io.BytesIO(made), "r") as container:
        assert container.metadata["title"] == "Recording"
        assert container.metadata["comment"] == "Exported by Cora"
        assert container.duration is not None
        assert abs(container.duration / 1e6 - 19) < 0.3


def test_every_kind_of_message_is_painted_as_a_viewer_paints_it() -> None:
    red, green, blue, white = (200, 20, 20), (20, 180, 20), (20, 20, 200), (255, 255, 255)
    left, right = p.Rectangle(0, 0, 16, 16), p.Rectangle(32, 0, 16, 16)
    coded = io.BytesIO()
    Image.new("RGB", (16, 16), blue).save(coded, "PNG")
    exact = io.BytesIO()
    Image.new("RGB", (16, 16), white).save(exact, "WEBP", lossless=True)
    cursor = p.CursorShape(hot_x=0, hot_y=0, width=8, height=8, rgba=bytes((255,) * 256))
    lines: list[tuple[int, p.Message | bytes]] = [
        (0, message(SCREEN, WHOLE)),
        (0, filled(red, WHOLE, key=True)),
        # Two rectangles of one patch, then both moved at once, each to where the other was.
        (1_000_000, filled(green, left, p.Rectangle(16, 32, 16, 16))),
        (2_000_000, message(p.Move(sources=((0, 0), (32, 0))), right, left)),
        (2_500_000, message(p.Patch(coding="webp", data=exact.getvalue()), right)),
        (3_000_000, message(p.Patch(coding="png", data=coded.getvalue()), left, more=True)),
        (4_000_000, message(p.Cursor(x=48, y=24, shape=cursor))),
        (5_000_000, filled(green, p.Rectangle(0, 40, 8, 8))),
        (6_000_000, b"\x04"),
    ]
    status, made = run(write_head(SMALL) + told(*lines, end=7_000_000))
    assert status == 0
    found = frames(made)
    # A film is never narrower than its words.
    (x, y) = (film.LEAST_WIDTH - 64) // 2, (film.LEAST_WIDTH * 9 // 16 - 48) // 2

    def pixel(second: float, across: int, down: int) -> Any:
        return at(found, second).getpixel((x + across, y + down))

    assert is_near(pixel(0.9, 8, 8), red)
    assert is_near(pixel(1.9, 8, 8), green)
    assert is_near(pixel(1.9, 24, 40), green)
    assert is_near(pixel(2.9, 8, 8), red)
    assert is_near(pixel(2.4, 40, 8), green)
    assert is_near(pixel(2.9, 40, 8), white)
    # What belongs to one change is shown with its last part.
    assert is_near(pixel(4.9, 8, 8), red)
    assert is_near(pixel(5.9, 8, 8), blue)
    assert is_near(pixel(4.9, 51, 27), white)
    assert is_near(pixel(6.9, 8, 8), (0, 0, 0))


def h264(colours: list[tuple[int, int, int]]) -> list[bytes]:
    """Return an access unit for each of `colours`, the first with all that a decoder needs."""
    encoder = av.CodecContext.create("libx264", "w")
    assert isinstance(encoder, VideoCodecContext)
    encoder.width, encoder.height, encoder.pix_fmt = 64, 48, "yuv420p"
    encoder.time_base, encoder.framerate = Fraction(1, 30), Fraction(30)
    encoder.options = {
        "tune": "zerolatency",
        "x264-params": "annexb=1:repeat-headers=1:colormatrix=bt709",
    }
    units = []
    for count, colour in enumerate(colours):
        frame = film.frame_of(Image.new("RGB", (64, 48), colour))
        frame.pts = count
        units.append(b"".join(bytes(packet) for packet in encoder.encode(frame)))
    return units


def video_lines() -> list[tuple[int, p.Message | bytes]]:
    units = h264([(200, 20, 20), (20, 180, 20)])
    clips = [
        message(p.Video(codec="h264", area=WHOLE, data=unit), WHOLE, key=count == 0)
        for count, unit in enumerate(units)
    ]
    return [(0, message(SCREEN, WHOLE)), (1_000_000, clips[0]), (2_000_000, clips[1])]


def test_video_is_part_of_the_film() -> None:
    status, made = run(write_head(SMALL) + told(*video_lines(), end=3_000_000))
    assert status == 0
    found = frames(made)
    x, y = film.LEAST_WIDTH // 2, film.LEAST_WIDTH * 9 // 32
    assert is_near(at(found, 1.9).getpixel((x, y)), (200, 20, 20))
    assert is_near(at(found, 2.9).getpixel((x, y)), (20, 180, 20))


def preview(*lines: tuple[int, p.Message | bytes], end: int) -> tuple[int, bytes]:
    head = Head(way="preview", width=64, height=48, began=0, title="Cora", label="Quick preview")
    return run(write_head(head) + told(*lines, end=end))


def test_a_preview_is_the_video_that_was_sent_behind_a_card_that_says_so() -> None:
    status, made = preview(*video_lines(), end=3_000_000)
    assert status == 0
    found = frames(made)
    card = film.CARD_MS / 1000
    assert is_near(at(found, 1).getpixel((1, 1)), film.GROUND)
    assert is_near(at(found, card + 1.5).getpixel((32, 24)), (200, 20, 20))
    assert is_near(at(found, card + 2.5).getpixel((32, 24)), (20, 180, 20))
    with av.open(io.BytesIO(made), "r") as container:
        assert container.metadata["title"] == "Quick preview"


def test_without_video_there_is_no_preview() -> None:
    lines = (0, message(SCREEN, WHOLE)), (0, filled((1, 2, 3), WHOLE, key=True))
    assert preview(*lines, end=1_000_000)[0] == NOTHING_TO_SHOW


def test_what_cannot_be_decoded_is_left_out_and_the_film_goes_on() -> None:
    bad: list[p.Body] = [
        p.Patch(coding="deflate", data=zlib.compress(bytes(64 * 48 * 3 + 1))),
        p.Patch(coding="deflate", data=b"nothing of the kind"),
        p.Patch(coding="png", data=b"\x89PNG\r\n\x1a\n" + bytes(40)),
        p.Video(codec="h264", area=WHOLE, data=bytes(100)),
    ]
    lines: list[tuple[int, p.Message | bytes]] = [(0, message(SCREEN, WHOLE))]
    lines += [(count, message(body, WHOLE, key=True)) for count, body in enumerate(bad)]
    lines.append((1_000_000, filled((200, 20, 20), WHOLE)))
    status, made = run(write_head(SMALL) + told(*lines, end=2_000_000))
    assert status == 0
    x, y = film.LEAST_WIDTH // 2, film.LEAST_WIDTH * 9 // 32
    assert is_near(at(frames(made), 1.9).getpixel((x, y)), (200, 20, 20))


def test_a_film_that_ends_too_soon_is_none() -> None:
    assert run(write_head(SMALL) + told((0, message(SCREEN, WHOLE)), end=5)[:-3]) == (1, b"")


def test_the_process_can_open_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    bound: dict[int, tuple[int, int]] = {}
    monkeypatch.setattr(resource, "setrlimit", lambda what, most: bound.update({what: most}))
    monkeypatch.setattr(film, "make", lambda *_: None)
    film.main()
    assert bound[resource.RLIMIT_NOFILE] == (0, 0)
    assert bound[resource.RLIMIT_FSIZE] == (0, 0)
    assert bound[resource.RLIMIT_CORE] == (0, 0)
    assert bound[resource.RLIMIT_AS][0] > 0


def test_a_tape_holds_its_beginning_and_its_end_and_nothing_else() -> None:
    out = io.BytesIO()
    held_back = Tape(out)
    held_back.write(bytes(BEGINNING - 10))
    for _ in range(8 * (END + BEGINNING) // BEGINNING):
        held_back.write(b"x" * (BEGINNING // 8))
    held = held_back.tell() - len(out.getvalue())
    assert BEGINNING + END - SENT <= held <= BEGINNING + END + SENT
    held_back.seek(4)
    held_back.write(b"here")
    held_back.seek(-END, 2)
    held_back.write(b"and here")
    held_back.seek(0, 2)
    held_back.write(b"end")
    held_back.seek(BEGINNING)
    with pytest.raises(OSError, match="beginning"):
        held_back.write(b"?")
    held_back.close()
    made = joined(out.getvalue())
    size = BEGINNING - 10 + 8 * (END + BEGINNING) // BEGINNING * (BEGINNING // 8) + 3
    assert len(made) == size
    assert made[4:8] == b"here"
    assert made[size - 3 - END :].startswith(b"and here")
    assert made.endswith(b"xend")


def test_the_list_of_frames_of_a_long_film_may_be_written_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # As in a film of hours: its list of frames is longer than what is written at once, and behind the beginning.
    monkeypatch.setattr(tape, "BEGINNING", 4096)
    out = io.BytesIO()
    long = Tape(out)
    frame = film.frame_of(Image.new("RGB", (64, 48)))
    with av.open(long, "w", format="mp4") as container:
        stream = container.add_stream("mpeg4", rate=25)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        stream.codec_context.time_base = stream.time_base = film.CLOCK
        for number in range(6000):
            frame.pts, frame.time_base = 100 * number + number % 3, film.CLOCK
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    long.close()
    with av.open(io.BytesIO(joined(out.getvalue())), "r") as container:
        assert container.streams.video[0].frames == 6000


def test_what_is_too_long_for_the_bar_is_cut() -> None:
    assert film.shortened("Exported by Cora", 5, len) == "Expo…"
    assert film.shortened("Cora", 5, len) == "Cora"
    assert film.film_size(replace(HEAD, width=9000)) == (3840, 274)
