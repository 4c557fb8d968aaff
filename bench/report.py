"""What every benchmark ends with: a table to read, JSON to compare, and a verdict."""

import json
import platform
import statistics
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psutil
from msgspec import Struct

RESULTS = Path(__file__).parent / "results"


class Line(Struct, frozen=True):
    """One figure. `reach` is what it ought to be, `reached` whether it is."""

    name: str
    value: float
    unit: str
    floor: float | None = None
    reach: str = ""
    reached: bool | None = None

    @property
    def ratio(self) -> float | None:
        """How many times the floor this is."""
        return round(self.value / self.floor, 3) if self.floor else None


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value that `share` of `values` (0 to 1) do not exceed; 0 of nothing."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def median_and_spread(values: Sequence[float]) -> tuple[float, str]:
    """Return the median of repeated measurements, and "least–most" of them."""
    return statistics.median(values), f"{min(values):.0f}–{max(values):.0f}"


def report(name: str, lines: Sequence[Line], **notes: Any) -> None:
    """Print `lines` as a table and write them to `results/NAME.json`."""
    print(f"\n{name}")
    print(f"{'':44}{'value':>12}{'floor':>12}{'ratio':>8}  reach")
    for line in lines:
        floor = "" if line.floor is None else f"{line.floor:,.1f}"
        ratio = "" if line.ratio is None else f"{line.ratio:.2f}"
        mark = {True: "  reached", False: "  MISSED", None: ""}[line.reached]
        label = f"{line.name} ({line.unit})"
        print(f"{label:44}{line.value:>12,.1f}{floor:>12}{ratio:>8}  {line.reach}{mark}")
    for note, value in notes.items():
        print(f"{note}: {value}")
    RESULTS.mkdir(exist_ok=True)
    written = {
        "machine": {"cores": psutil.cpu_count(), "python": platform.python_version()},
        "figures": {
            line.name: {"value": round(line.value, 3), "unit": line.unit,
                        "floor": line.floor and round(line.floor, 3),
                        "ratio": line.ratio, "reach": line.reach, "reached": line.reached}
            for line in lines
        },
        "notes": notes,
    }  # fmt: skip
    (RESULTS / f"{name}.json").write_text(json.dumps(written, indent=1) + "\n")
