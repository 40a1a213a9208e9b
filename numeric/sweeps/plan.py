"""What a sweep consists of: a grid of settings, and how its runs are batched."""

import json
import re
import reprlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from itertools import product
from math import isfinite
from pathlib import Path
from typing import Any, ClassVar, Literal, final, get_args

from algebra.groups.group_names import name_of, named_group
from algebra.machine.install import install
from algebra.machine.read_file import printable, read_bytes
from numeric.training.settings import Optimizer, Precision, Settings

MAX_RUNS = 1_000_000
MAX_BATCH = 16
#: Runs are batched as long as a table of ``d^2 q`` hidden values for each stays this small.
TOGETHER = 1 << 19
MAX_FILE = 1 << 20
Axis = Literal["groups", "widths", "weight_decays", "lrs", "train_fractions", "seeds"]
AXES: tuple[Axis, ...] = get_args(Axis)
_INTEGERS = re.compile(r"(\d{1,10})-(\d{1,10})(?::(\d{1,10}))?\Z")
_GEOMETRIC = re.compile(r"([^.\s]\S*?)\.\.(\S+?):(\d{1,6})\Z")

#: Not the one in SL(2,3).
_COMMA = re.compile(r",(?![^(]*\))")

_REPR = reprlib.Repr()
_REPR.maxstring = _REPR.maxother = _REPR.maxlong = 40
_REPR.maxlevel = 2


class PlanError(ValueError):
    """Raised for a plan that cannot be read; the message says what to write instead."""


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class SweepPlan:
    """All combinations of values on the axes, as those of `Settings`; the rest all runs share."""

    groups: tuple[str, ...]
    widths: tuple[int, ...] = (512,)
    weight_decays: tuple[float, ...] = (5e-5,)
    lrs: tuple[float, ...] = (0.01,)
    train_fractions: tuple[float, ...] = (0.9,)
    seeds: tuple[int, ...] = (0,)
    epochs: int = 10_000
    optimizer: Optimizer = "adam"
    dtype: Precision = "float32"
    log_every: int = 100

    def __post_init__(self) -> None:
        groups = tuple(
            x if x.lower().endswith(".csv") else name_of(named_group(x)) for x in self.groups
        )
        object.__setattr__(self, "groups", groups)
        count = 1
        for axis in AXES:
            values = getattr(self, axis)
            if not values:
                raise PlanError(f"{axis}: there is no value; give at least one")
            if len(set(values)) < len(values):
                raise PlanError(f"{axis}={_shown(values)}: give each value once")
            count *= len(values)
        if count > MAX_RUNS:
            raise PlanError(f"these are {count} runs; a sweep has at most {MAX_RUNS}")
        names = {run.group for run in self.batches()}
        if len(names) < len(groups):
            raise PlanError(f"groups={_shown(groups)}: give each name of a file once")

    def batches(self) -> list[Settings]:
        """Return what is trained together: runs of one group, width and split size, as the plan
        says alone, however many workers there are and whatever is finished already.
        """
        made = []
        for group, width, train_fraction in product(self.groups, self.widths, self.train_fractions):
            order = self._settings(group, width, 0, 0, train_fraction, (0,)).multiplied().order
            size = max(1, min(MAX_BATCH, TOGETHER // (order**2 * max(1, width))))
            runs = list(product(self.weight_decays, self.lrs, self.seeds))
            for first in range(0, len(runs), size):
                decays, lrs, seeds = zip(*runs[first : first + size], strict=True)
                made.append(self._settings(group, width, decays, lrs, train_fraction, seeds))
        return made

    def runs(self) -> list[Settings]:
        """Return the settings of all runs, one seed each."""
        combinations = product(*(getattr(self, axis) for axis in AXES))
        return [self._settings(*values, (seed,)) for *values, seed in combinations]

    def _settings(self, *values: Any) -> Settings:
        """Return settings with these values of the axes, seeds last, all else as planned."""
        names = ("group", "width", "weight_decay", "lr", "train_fraction", "seeds")
        shared = {x: getattr(self, x) for x in ("epochs", "optimizer", "dtype", "log_every")}
        return Settings(**dict(zip(names, values, strict=True)), **shared)

    def to_text(self) -> str:
        """Return the plan as JSON, which is YAML as well; `plan_from_text` reads it."""
        return json.dumps(asdict(self), indent=1) + "\n"


def run_name(run: Settings) -> str:
    """Return the name of a run's file, without suffix; runs of a sweep differ in it."""
    return (
        f"{run.group}_q{run.width}_wd{run.weight_decay!r}_lr{run.lr!r}"
        f"_f{float(run.train_fraction)!r}_s{run.seeds[0]}"
    )


def plan_from_text(text: str) -> SweepPlan:
    """Return the plan in YAML or JSON, nothing in it executed: keys are the fields of `SweepPlan`,
    an axis is a list, one value, or a text as for `axis_values`.
    """
    try:
        import yaml
    except ImportError:
        raise PlanError(f"a plan in YAML needs PyYAML: {install('sweep')}") from None
    try:
        document = yaml.load(text, Loader=_loader(yaml))
    except PlanError:
        raise
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        reason = " ".join(str(error).split())[:200]
        raise PlanError(f"the plan is no YAML: {reason}") from None
    return plan_from_document(document)


def _loader(yaml: Any) -> Any:
    """Return a loader of texts, lists and mappings alone, which refuses a key given twice.

    Numbers are left to `axis_values`: YAML 1.1 would read ``010`` as 8 and ``1:30`` as 90.
    """

    class Loader(yaml.SafeLoader):  # type: ignore[misc]
        yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {}

        def construct_mapping(self, node: Any, deep: bool = False) -> Any:
            keys = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
            for at, key in enumerate(keys):
                if key in keys[:at]:
                    raise PlanError(f"{_name(key)} is given twice; give each key once")
            return super().construct_mapping(node, deep=deep)

    return Loader


def plan_from_document(document: Any) -> SweepPlan:
    """Return the plan in plain data, a mapping from the names of fields."""
    known = [field.name for field in fields(SweepPlan)]
    if not isinstance(document, dict):
        raise PlanError(f"a plan is a mapping; write {', '.join(known)}")
    values: dict[str, Any] = {}
    for key, value in document.items():
        if key not in known:
            raise PlanError(f"{_name(key)} is no part of a plan; write {', '.join(known)}")
        read: Any = axis_values if key in AXES else _value
        values[key] = read(key, value)
    if "groups" not in values:
        raise PlanError("groups is missing; write for example groups: [Z23, Z2xZ4]")
    return SweepPlan(**values)


def read_plan(path: str | Path) -> SweepPlan:
    """Return the plan in a YAML file."""
    data = read_bytes(path, limit=MAX_FILE)
    try:
        return plan_from_text(data.decode())
    except UnicodeDecodeError:
        raise PlanError(f"{printable(path)}: the plan is no UTF-8 text") from None
    except ValueError as error:
        raise type(error)(f"{printable(path)}: {error}") from None


def axis_values(axis: Axis, value: Any) -> tuple[Any, ...]:
    """Return the values of an axis, from a list, one value, or a text with commas: ``4-8`` are
    whole numbers, ``64-256:64`` every 64th, ``1e-5..1e-3:5`` five numbers whose ratios are equal.
    """
    found: list[Any] = []
    for item in value if isinstance(value, list | tuple) else [value]:
        parts: Sequence[Any] = _COMMA.split(item) if isinstance(item, str) else [item]
        for part in parts:
            found += _range(axis, part.strip()) if isinstance(part, str) else [part]
        if len(found) > MAX_RUNS:
            raise PlanError(f"{axis}: at most {MAX_RUNS} values")
    return tuple(_value(axis, x) for x in found)


def _range(axis: Axis, text: str) -> list[Any]:
    if axis in WRITTEN:
        match = _INTEGERS.match(text)
        if match is None:
            return [text]
        first, last, step = int(match[1]), int(match[2]), int(match[3] or 1)
        if first > last or step < 1 or (last - first) // step >= MAX_RUNS:
            raise PlanError(f"{axis}={text!r}; write FIRST-LAST or FIRST-LAST:STEP, upwards")
        return list(range(first, last + 1, step))
    match = _GEOMETRIC.match(text)
    if match is None:
        return [text]
    first_, last_, count = _value(axis, match[1]), _value(axis, match[2]), int(match[3])
    if not (0 < first_ < last_ and 2 <= count <= MAX_RUNS):
        raise PlanError(f"{axis}={text!r}; write FIRST..LAST:COUNT, upwards from above 0")
    # Twelve digits, so that 1e-5..1e-3:3 has 1e-4 in its middle.
    ratio = last_ / first_
    inner = (float(f"{first_ * ratio ** (i / (count - 1)):.12g}") for i in range(1, count - 1))
    return [first_, *inner, last_]


#: What is written for a value of a name; for others a number.
TEXTS = {"groups": "a group, such as Z23 or Z2xZ4", "optimizer": "a text", "dtype": "a text"}
WHOLE = dict.fromkeys(("widths", "seeds", "epochs", "log_every"), "a whole number, such as 64")
WRITTEN = TEXTS | WHOLE


def _value(name: str, value: Any) -> Any:
    """Return a text, a whole number, or a float; YAML reads 5e-5, which has no point, as a text."""
    kind = type(value)
    with suppress(ValueError, OverflowError):
        if name in TEXTS:
            if (kind is str and value) or (kind is int and name == "groups"):
                return str(value)
        elif name in WHOLE:
            if kind is int or (kind is str and re.fullmatch(r"\d{1,10}", value)):
                return int(value)
        elif kind in (int, float, str) and isfinite(float(value)):
            return float(value)
    raise PlanError(f"{name}={_short(value)}; write {WRITTEN.get(name, 'a number, such as 5e-5')}")


def _short(value: Any) -> str:
    """Return a text of bounded length, and in bounded time: a YAML file of aliases is huge."""
    return _REPR.repr(value)


def _name(key: Any) -> str:
    return key[:40] if isinstance(key, str) else _short(key)


def _shown(values: tuple[Any, ...]) -> str:
    shown = ",".join(map(str, values[:6]))
    return shown if len(values) <= 6 else f"{shown},..."
