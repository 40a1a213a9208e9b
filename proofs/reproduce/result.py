"""The result of an experiment: the paper's figures beside ours, with a verdict in words."""

from __future__ import annotations

import json
import platform
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import sqrt
from pathlib import Path
from statistics import fmean, stdev
from typing import Any, Literal, final

from algebra.write_file import write_bytes

Known = Literal["measured", "fitted", "exact"]
#: Up to so many standard errors two figures are said to agree.
AGREES = 2.0
UNFINISHED = "Unfinished: figures are of the networks trained so far. The same command goes on."
QUICK = "quick: fewer seeds and epochs than the paper's; no figure here is comparable with it"


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One quantity.

    Args:
        quantity: what it is.
        paper: the paper's figure, None if it gives none.
        values: ours, one a run (or a single one).
        error: the standard error, where it is known otherwise than from several values.
        known: whether ours is measured, fitted to what was measured, or exact.
        unit: such as ``"%"``.
        said: the verdict, where comparing two numbers does not give it.
    """

    quantity: str
    paper: float | None = None
    values: tuple[float, ...]
    error: float | None = None
    known: Known = "measured"
    unit: str = ""
    said: str = ""

    @property
    def mean(self) -> float | None:
        """Our figure: the mean over runs; None where no run gave a value."""
        return fmean(self.values) if self.values else None

    @property
    def standard_error(self) -> float | None:
        """Its standard error over runs, None for fewer than two."""
        if self.error is not None or len(self.values) < 2:
            return self.error
        return stdev(self.values) / sqrt(len(self.values))

    def verdict(self, *, quick: bool) -> str:
        """Return in words how ours compares with the paper's.

        >>> Row(quantity="share", paper=47.1, values=(46.0, 48.0, 47.5)).verdict(quick=False)
        'agrees (0.1 standard errors)'
        >>> Row(quantity="share", paper=40, values=(46.0, 48.0, 47.5)).verdict(quick=False)
        'differs: above, by 11.9 standard errors'
        """
        ours, error = self.mean, self.standard_error
        if self.said:
            return self.said
        if ours is None:
            return "nothing measured"
        if self.paper is None:
            return "the paper gives no figure"
        if quick:
            return "not compared (quick)"
        gap = ours - self.paper
        if error is None or error == 0:
            same = abs(gap) <= 1e-9 * max(1.0, abs(self.paper))
            spread = "no spread between runs" if error == 0 else "one value"
            return f"the same ({spread})" if same else f"differs by {gap:+.3g} ({spread})"
        away = abs(gap) / error
        if away <= AGREES:
            return f"agrees ({away:.1f} standard errors)"
        return f"differs: {'above' if gap > 0 else 'below'}, by {away:.1f} standard errors"

    def ours_text(self) -> str:
        """Return our figure with its standard error."""
        if self.mean is None:
            return "-"
        error = self.standard_error
        digits = _digits(self.mean, error)
        text = f"{self.mean:.{digits}f}" if digits >= 0 else f"{self.mean:.3g}"
        if error is not None:
            text += f" ± {error:.{max(digits, 0)}f}" if digits >= 0 else f" ± {error:.1g}"
        return text

    def as_json(self, *, quick: bool) -> dict[str, Any]:
        """Return plain data."""
        return {
            "quantity": self.quantity,
            "unit": self.unit,
            "paper": self.paper,
            "ours": self.mean,
            "standard error": self.standard_error,
            "known": self.known,
            "values": list(self.values),
            "verdict": self.verdict(quick=quick),
        }


def _digits(mean: float, error: float | None) -> int:
    """Return decimals to print; -1 for numbers better shown with an exponent."""
    size = max(abs(mean), error or 0.0)
    if size and (size < 1e-2 or size >= 1e5):
        return -1
    return 2 if size >= 1 or not size else 4


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What an experiment came to.

    Args:
        name: of the experiment.
        title: what it shows, a sentence.
        rows: the table.
        notes: sentences below the table: how figures are defined, what failed.
        quick: whether it was run with fewer seeds and epochs.
        part: which part of the experiment this is, empty for the whole.
        missing: what is not trained yet, and so in no figure.
        settings: of the training, in words.
        pictures: files drawn, PNG and PDF.
        certificates: files of exact optimizers near what was trained, accepted by the checker.
        seconds: the time it took.
    """

    name: str
    title: str
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()
    quick: bool
    part: str = ""
    missing: tuple[str, ...] = ()
    settings: Mapping[str, str] = field(default_factory=dict)
    pictures: tuple[Path, ...] = ()
    certificates: tuple[Path, ...] = ()
    seconds: float = 0.0

    def as_json(self) -> dict[str, Any]:
        """Return plain data, with machine and versions."""
        return {
            "experiment": self.name,
            "title": self.title,
            "quick": self.quick,
            "part": self.part,
            "missing": list(self.missing),
            "rows": [row.as_json(quick=self.quick) for row in self.rows],
            "notes": list(self.notes),
            "settings": dict(self.settings),
            "pictures": [path.name for path in self.pictures],
            "certificates": [path.name for path in self.certificates],
            "seconds": round(self.seconds, 1),
            "machine": machine(),
        }

    def to_markdown(self) -> str:
        """Return the result as a page."""
        lines = [f"# {self.title}", ""]
        if self.quick:
            lines += [f"**{QUICK}.**", ""]
        if self.part:
            lines += [f"**{self.part}**", ""]
        if self.missing:
            lines += [f"**{UNFINISHED}** Missing:", "", *(f"* {x}" for x in self.missing), ""]
        lines += ["| quantity | the paper | here | known | verdict |", "|---|---|---|---|---|"]
        for row in self.rows:
            cells = (row.quantity, _paper(row), _with_unit(row), row.known, _verdict(row, self))
            lines.append("| " + " | ".join(x.replace("|", "\\|") for x in cells) + " |")
        lines.append("")
        lines += [f"* {note}" for note in self.notes]
        shown = [path.name for path in self.pictures if path.suffix == ".png"]
        lines += ["", *(f"![{Path(x).stem}]({x})" for x in shown), ""]
        settings = ", ".join(f"{name} {text}" for name, text in self.settings.items())
        known = ", ".join(f"{name} {text}" for name, text in machine().items())
        lines += [f"Settings: {settings}. {self.seconds:.0f} s on {known}.", ""]
        return "\n".join(lines)

    def write(self, folder: Path) -> list[Path]:
        """Write the result as a page and then as JSON, which says that all is there.

        Raises:
            WriteError: if a file cannot be written.
        """
        files = [folder / f"{self.name}.md", folder / f"{self.name}.json"]
        write_bytes(files[0], self.to_markdown().encode(), force=True)
        write_bytes(files[1], (json.dumps(self.as_json(), indent=1) + "\n").encode(), force=True)
        return files


def cells(result: Result) -> Iterable[tuple[str, str, str, str]]:
    """Return the rows of a table for the terminal: quantity, paper's, ours, verdict."""
    for row in result.rows:
        yield row.quantity, _paper(row), _with_unit(row), _verdict(row, result)


def machine() -> dict[str, str]:
    """Return what the figures were measured with."""
    from importlib.metadata import PackageNotFoundError, version

    found = {"machine": platform.machine(), "Python": platform.python_version()}
    for package in ("torch", "numpy", "cogo-algebra"):
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def _paper(row: Row) -> str:
    return "-" if row.paper is None else f"{row.paper:g}{_unit(row)}"


def _with_unit(row: Row) -> str:
    text = row.ours_text()
    return text if text == "-" else f"{text}{_unit(row)}"


def _unit(row: Row) -> str:
    return f" {row.unit}" if row.unit else ""


def _verdict(row: Row, result: Result) -> str:
    return row.verdict(quick=result.quick)
