"""The result of an experiment: the paper's figures beside ours, with a verdict in words."""

import platform
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from importlib.metadata import PackageNotFoundError, version
from math import sqrt
from pathlib import Path
from statistics import fmean, stdev
from typing import Any, Literal, final

from numeric.work.executor import processors

Known = Literal["measured", "fitted", "exact"]
#: Up to so many standard errors two figures are said to agree.
AGREES = 2.0
NO_FIGURE = "the paper gives no figure"
UNFINISHED = "Unfinished: figures are of the networks trained so far. The same command goes on."
QUICK = "quick: fewer seeds and epochs than the paper's; no figure here is comparable with it"


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One quantity.

    Args:
        paper: the paper's figure, None if it gives none.
        values: ours, one a run (or a single one).
        error: the standard error, where it is known otherwise than from several values.
        said: the verdict, where comparing two numbers does not give it.
        section: what the quantity belongs to, such as a group; a heading of the page.
        way: in which of several ways it was found; a column of the page.
    """

    quantity: str
    paper: float | None = None
    values: tuple[float, ...]
    error: float | None = None
    known: Known = "measured"
    unit: str = ""
    said: str = ""
    section: str = ""
    way: str = ""

    @property
    def name(self) -> str:
        """The quantity with section and way."""
        start = f"{self.section}: " if self.section else ""
        return f"{start}{self.quantity}{f', {self.way}' if self.way else ''}"

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
        """Return in words how ours compares with the paper's."""
        ours, error = self.mean, self.standard_error
        if self.said:
            return self.said
        if ours is None:
            return "nothing measured"
        if self.paper is None:
            return NO_FIGURE
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
        """Return our figure with its standard error; a count as a whole number."""
        if self.mean is None:
            return "-"
        error = self.standard_error
        if error is None and not self.unit and self.mean.is_integer() and abs(self.mean) < 1e5:
            return f"{self.mean:.0f}"
        digits = 2 if self.unit == "%" else _digits(self.mean, error)
        text = f"{self.mean:.{digits}f}" if digits >= 0 else f"{self.mean:.3g}"
        if error is not None:
            text += f" ± {error:.{max(digits, 0)}f}" if digits >= 0 else f" ± {error:.1g}"
        return text

    def ours_with_unit(self) -> str:
        """Return our figure with its standard error and unit."""
        text = self.ours_text()
        return text if text == "-" else f"{text}{_unit(self)}"

    def paper_text(self) -> str:
        """Return the paper's figure with its unit."""
        return "-" if self.paper is None else f"{self.paper:g}{_unit(self)}"

    def as_json(self, *, quick: bool) -> dict[str, Any]:
        """Return plain data."""
        return {
            "quantity": self.name,
            "section": self.section,
            "way": self.way,
            "unit": self.unit,
            "paper": self.paper,
            "ours": self.mean,
            "standard error": self.standard_error,
            "known": self.known,
            "values": list(self.values),
            "verdict": self.verdict(quick=quick),
        }


def row_of(found: Mapping[str, Any]) -> Row:
    """Return the row that `Row.as_json` wrote.

    >>> row = Row(quantity="q", values=(1.0, 2.0), unit="%", section="Z5", way="ours")
    >>> row_of(row.as_json(quick=False)).as_json(quick=False) == row.as_json(quick=False)
    True
    """
    section, way = found["section"], found["way"]
    return Row(
        quantity=found["quantity"].removeprefix(f"{section}: ").removesuffix(f", {way}"),
        paper=found["paper"],
        values=tuple(found["values"]),
        error=found["standard error"],
        known=found["known"],
        unit=found["unit"],
        said="" if found["verdict"] == NO_FIGURE else found["verdict"],
        section=section,
        way=way,
    )


def single(quantity: str, value: Any, said: str = "", *, known: Known = "measured") -> Row:
    """Return a quantity that is one number, with what is to be said of it."""
    return Row(quantity=quantity, values=(float(value),), said=said, known=known)


def _digits(mean: float, error: float | None) -> int:
    """Return decimals to print; -1 for numbers better shown with an exponent."""
    size = max(abs(mean), error or 0.0)
    if size and (size < 1e-2 or size >= 1e5):
        return -1
    return 2 if size >= 1 or not size else 4


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Time:
    """What took how long, in seconds.

    Args:
        networks: how many the result is about.
        new: how many of them were trained in this call; the others were read.
        training: of all networks together, as recorded when they were trained.
        unrecorded: how many networks have no such record.
        here: this call, by the clock; ``waited``, how much of it for training.
        workers: how many networks or batches were trained at a time.
    """

    networks: int = 0
    new: int = 0
    training: float = 0.0
    unrecorded: int = 0
    here: float = 0.0
    waited: float = 0.0
    workers: int = 1


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What an experiment came to.

    Args:
        title: what it shows, a sentence.
        paper: what the paper says, in our words, and where.
        notes: sentences below the table: how figures are defined, what failed.
        part: which part of the experiment this is, empty for the whole.
        missing: what is not trained yet, and so in no figure.
        certificates: files of exact optimizers near what was trained, accepted by the checker.
    """

    name: str
    title: str
    paper: str = ""
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()
    quick: bool
    part: str = ""
    missing: tuple[str, ...] = ()
    settings: Mapping[str, str] = field(default_factory=dict)
    pictures: tuple[Path, ...] = ()
    certificates: tuple[Path, ...] = ()
    time: Time = field(default_factory=Time)
    machine: Mapping[str, str] = field(default_factory=lambda: machine())

    def as_json(self) -> dict[str, Any]:
        """Return plain data, with machine and versions."""
        return {
            "experiment": self.name,
            "title": self.title,
            "paper": self.paper,
            "quick": self.quick,
            "part": self.part,
            "missing": list(self.missing),
            "rows": [row.as_json(quick=self.quick) for row in self.rows],
            "notes": list(self.notes),
            "settings": dict(self.settings),
            "pictures": [path.name for path in self.pictures],
            "certificates": [path.name for path in self.certificates],
            "time": asdict(self.time),
            "machine": dict(self.machine),
        }


def result_of(found: Mapping[str, Any]) -> Result:
    """Return the result that `Result.as_json` wrote, without its files."""
    return Result(
        name=found["experiment"],
        title=found["title"],
        paper=found["paper"],
        rows=tuple(row_of(row) for row in found["rows"]),
        notes=tuple(found["notes"]),
        quick=found["quick"],
        part=found["part"],
        missing=tuple(found["missing"]),
        settings=found["settings"],
        time=Time(**found["time"]),
        machine=found["machine"],
    )


def cells(result: Result) -> Iterable[tuple[str, str, str, str]]:
    """Return the rows of a table for the terminal: quantity, paper's, ours, verdict."""
    for row in result.rows:
        verdict = row.verdict(quick=result.quick)
        yield row.name, row.paper_text(), row.ours_with_unit(), verdict


def _unit(row: Row) -> str:
    return f" {row.unit}" if row.unit else ""


PACKAGES = ("torch", "numpy", "scipy", "cogo-algebra")


def machine() -> dict[str, str]:
    """Return the processor with its cores, the system, and the versions of what computes."""
    found = {
        "processor": _processor(),
        "cores": str(processors()),
        "system": _system(),
        "Python": platform.python_version(),
    }
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def in_a_line(found: Mapping[str, str]) -> str:
    """Return it as one line of text."""
    cores = f"{found['cores']} core{'s' * (found['cores'] != '1')}"
    versions = [f"{x} {found[x]}" for x in found if x not in ("processor", "cores", "system")]
    return f"{found['processor']}, {cores}, {found['system']}; {', '.join(versions)}"


def _processor() -> str:
    """Return the name of the processor; Python knows it on some systems only."""
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name" and value.strip():
                return f"{' '.join(value.split())} ({platform.machine()})"
    except OSError:
        pass
    return platform.processor() or platform.machine() or "unknown"


def _system() -> str:
    try:
        name = platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError):
        name = ""
    kernel = f"{platform.system()} {platform.release()}"
    return f"{name} ({kernel})" if name else kernel
