"""Are our exact scalars faster or slower than SymPy's polynomials for the same arithmetic?

Random elements of ``Q(zeta_n)[v, 1/v]`` are added, multiplied and compared, in one field and
across two, by

* `algebra.Scalar`: a dictionary of terms in the canonical basis, the same one in every field;
* SymPy's sparse ring ``QQ[z, v]``, reduced modulo the cyclotomic polynomial by ``rem``;
* the same ring, reduced by a table of the powers of ``z``;
* SymPy's field ``QQ<zeta_n>``, dense modulo the cyclotomic polynomial, and ``QQ<zeta_n>[v]``.

A Laurent polynomial is, for SymPy, a polynomial that ``v`` does not divide and a power of ``v``.
Every result of every engine is compared with ours, exactly, before anything is timed.

"Equal" compares two numbers that are equal and two that are not, in turn; "equal, across" compares
an element of ``Q(zeta_12)`` with one of ``Q(zeta_84)``, given as such: an engine whose form depends
on the field has to lift the first, ``z -> z^7``, inside the timing. Sums and products across fields
likewise.

SymPy's arithmetic is that of its ground types. They are chosen when it is imported, so each of
``python``, ``gmpy`` and ``flint`` that is installed is measured in a process of its own, in turn.

    python benchmarks/scalars.py [--json FILE] [--pairs N] [--seconds S]
"""

import argparse
import json
import os
import random
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from fractions import Fraction
from operator import eq
from pathlib import Path
from typing import Any, ClassVar, final

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

#: ``(numerator, denominator, exponent of zeta_n, exponent of v)``.
Term = tuple[int, int, int, int]
SMALL, LARGE = 12, 84
SEED = 20240


class Engine(ABC):
    """One way of computing in ``Q(zeta_n)[v, 1/v]``; elements know nothing of their field."""

    name: ClassVar[str]

    @abstractmethod
    def make(self, terms: list[Term], n: int) -> Any:
        """The sum of the terms, in canonical form."""

    @abstractmethod
    def add(self, n: int) -> Callable[[Any, Any], Any]:
        """Addition in ``Q(zeta_n)``."""

    @abstractmethod
    def mul(self, n: int) -> Callable[[Any, Any], Any]:
        """Multiplication in ``Q(zeta_n)``."""

    @abstractmethod
    def lift(self) -> Callable[[Any], Any]:
        """From ``Q(zeta_SMALL)`` to ``Q(zeta_LARGE)``."""

    @abstractmethod
    def terms(self, x: Any, n: int) -> list[Term]:
        """The terms of an element, to compare engines with."""


@final
class Ours(Engine):
    name = "CoGO"

    def make(self, terms: list[Term], n: int) -> Any:
        from algebra import ZERO, root

        total = ZERO
        for numerator, denominator, e, m in terms:
            total = total + root(e, n, Fraction(numerator, denominator), {"v": m})
        return total

    def add(self, n: int) -> Callable[[Any, Any], Any]:
        return lambda x, y: x + y

    def mul(self, n: int) -> Callable[[Any, Any], Any]:
        return lambda x, y: x * y

    def lift(self) -> Callable[[Any], Any]:
        return lambda x: x

    def terms(self, x: Any, n: int) -> list[Term]:
        return [
            (q.numerator, q.denominator, e * (n // x.field), dict(m).get("v", 0))
            for q, e, m in x.terms()
        ]


class _Laurent(Engine):
    """Pairs ``(f, s)``, meaning ``f v^-s``; ``v`` does not divide ``f``, and ``s = 0`` for 0."""

    #: Where the exponent of ``v`` is in a monomial of the ring.
    axis: ClassVar[int]

    @abstractmethod
    def reduce(self, n: int) -> Callable[[Any], Any]:
        """Modulo the cyclotomic polynomial."""

    def add(self, n: int) -> Callable[[Any, Any], Any]:
        axis = self.axis
        power = [(0,) * axis + (s,) for s in range(64)]

        def add(x: Any, y: Any) -> Any:
            (f, s), (g, t) = x, y
            if s < t:
                f, s = f.mul_monom(power[t - s]), t
            elif t < s:
                g = g.mul_monom(power[s - t])
            return _stripped(f + g, s, axis)

        return add

    def mul(self, n: int) -> Callable[[Any, Any], Any]:
        reduce = self.reduce(n)

        def mul(x: Any, y: Any) -> Any:
            f = reduce(x[0] * y[0])
            return (f, x[1] + y[1]) if f else (f, 0)

        return mul


def _stripped(f: Any, s: int, axis: int) -> Any:
    if not f:
        return f, 0
    least = min(m[axis] for m in f)
    if not least:
        return f, s
    cut = {(*m[:axis], m[axis] - least): c for m, c in f.items()}
    return f.new(cut), s - least


class _SparseRing(_Laurent):
    axis = 1

    def __init__(self) -> None:
        from sympy import QQ, Symbol, cyclotomic_poly
        from sympy.polys.rings import ring

        self.domain = QQ
        self.ring, self.z, self.v = ring("z,v", QQ)
        self.phi = {n: self.ring.from_expr(cyclotomic_poly(n, Symbol("z"))) for n in (SMALL, LARGE)}

    def make(self, terms: list[Term], n: int) -> Any:
        low = max(0, *(-m for *_, m in terms))
        f = self.ring.zero
        for numerator, denominator, e, m in terms:
            f = f + self.domain(numerator, denominator) * self.z**e * self.v ** (m + low)
        return _stripped(self.reduce(n)(f), low, 1)

    def lift(self) -> Callable[[Any], Any]:
        reduce, factor = self.reduce(LARGE), LARGE // SMALL

        def lift(x: Any) -> Any:
            f, s = x
            return reduce(f.new({(e * factor, m): c for (e, m), c in f.items()})), s

        return lift

    def terms(self, x: Any, n: int) -> list[Term]:
        f, s = x
        return [(int(c.numerator), int(c.denominator), e, m - s) for (e, m), c in f.items()]


@final
class RingByDivision(_SparseRing):
    name = "SymPy ring, rem"

    def reduce(self, n: int) -> Callable[[Any], Any]:
        phi = [self.phi[n]]
        return lambda f: f.rem(phi)


@final
class RingByTable(_SparseRing):
    name = "SymPy ring, table"

    def reduce(self, n: int) -> Callable[[Any], Any]:
        degree = self.phi[n].degree()
        table = [
            [(i, c) for (i, _), c in (self.z**e).rem([self.phi[n]]).items()] for e in range(2 * n)
        ]

        def reduce(f: Any) -> Any:
            if all(e < degree for e, _ in f):
                return f
            total: dict[tuple[int, int], Any] = {}
            for (e, m), c in f.items():
                for i, u in table[e]:
                    value = total.get((i, m), 0) + c * u
                    if value:
                        total[i, m] = value
                    else:
                        del total[i, m]
            return f.new(total)

        return reduce


@final
class DenseField(_Laurent):
    name = "SymPy field"
    axis = 0

    def __init__(self) -> None:
        from sympy import QQ, I, exp, pi
        from sympy.polys.rings import ring

        self.domain = QQ
        self.fields = {n: QQ.algebraic_field(exp(2 * pi * I / n)) for n in (SMALL, LARGE)}
        self.zeta = {n: field.new([1, 0]) for n, field in self.fields.items()}
        self.rings = {n: ring("v", field) for n, field in self.fields.items()}

    def reduce(self, n: int) -> Callable[[Any], Any]:
        return lambda f: f

    def make(self, terms: list[Term], n: int) -> Any:
        polynomials, v = self.rings[n]
        low = max(0, *(-m for *_, m in terms))
        f = polynomials.zero
        for numerator, denominator, e, m in terms:
            c = self.zeta[n] ** e * self.fields[n](self.domain(numerator, denominator))
            f = f + (v ** (m + low)).mul_ground(c)
        return _stripped(f, low, 0)

    def lift(self) -> Callable[[Any], Any]:
        field = self.fields[LARGE]
        zero = self.rings[LARGE][0].zero

        def lift(x: Any) -> Any:
            f, s = x
            return zero.new({m: _lifted(c, field) for m, c in f.items()}), s

        return lift

    def terms(self, x: Any, n: int) -> list[Term]:
        f, s = x
        return [
            (int(value.numerator), int(value.denominator), e, m - s)
            for (m,), c in f.items()
            for e, value in enumerate(reversed(c.to_list()))
            if value
        ]


@final
class DenseNumbers(Engine):
    """The field alone, without the polynomial in ``v`` around it: for operands without one."""

    name = "SymPy field"

    def __init__(self) -> None:
        self.inner = DenseField()

    def make(self, terms: list[Term], n: int) -> Any:
        f, _ = self.inner.make(terms, n)
        return f.get((0,), self.inner.fields[n].zero)

    def add(self, n: int) -> Callable[[Any, Any], Any]:
        return lambda x, y: x + y

    def mul(self, n: int) -> Callable[[Any, Any], Any]:
        return lambda x, y: x * y

    def lift(self) -> Callable[[Any], Any]:
        field = self.inner.fields[LARGE]
        return lambda c: _lifted(c, field)

    def terms(self, x: Any, n: int) -> list[Term]:
        return [
            (int(value.numerator), int(value.denominator), e, 0)
            for e, value in enumerate(reversed(x.to_list()))
            if value
        ]


def _lifted(c: Any, field: Any) -> Any:
    """A dense polynomial in ``zeta_SMALL``, highest coefficient first, in the larger field."""
    factor = LARGE // SMALL
    spread: list[Any] = []
    for value in c.to_list():
        spread += [value, *[0] * (factor - 1)]
    return field.new(spread[: len(spread) - factor + 1])


def operands(
    rng: random.Random, n: int, count: int, *, size: int, parameter: bool
) -> list[list[Term]]:
    """Random sums of ``size`` terms: coefficients ``p/q``, ``1 <= |p| <= 9``, ``q <= 4``."""

    def term() -> Term:
        return (
            rng.choice([-1, 1]) * rng.randint(1, 9),
            rng.randint(1, 4),
            rng.randrange(n),
            rng.randint(-2, 2) if parameter else 0,
        )

    return [[term() for _ in range(size)] for _ in range(count)]


def microseconds(
    f: Callable[[Any, Any], Any], pairs: list[tuple[Any, Any]], seconds: float
) -> float:
    """The best mean time of ``f`` over all pairs, the loop around it included."""
    best, end = float("inf"), time.perf_counter() + seconds
    while time.perf_counter() < end:
        start = time.perf_counter()
        for x, y in pairs:
            f(x, y)
        best = min(best, time.perf_counter() - start)
    return best / len(pairs) * 1e6


def measure(count: int, seconds: float) -> list[dict[str, Any]]:
    """All figures under the ground types of this process."""
    results = []
    for parameter in (False, True):
        dense = DenseField if parameter else DenseNumbers
        engines: list[Engine] = [Ours(), RingByDivision(), RingByTable(), dense()]
        for size in (1, 4):
            rng = random.Random(SEED)
            raw = {
                n: [operands(rng, n, count, size=size, parameter=parameter) for _ in "xy"]
                for n in (SMALL, LARGE)
            }
            for engine in engines:
                times = _within(engine, raw, seconds) | _across(engine, raw, seconds)
                results.append(
                    {"engine": engine.name, "parameter": parameter, "terms": size, "times": times}
                )
    return results


def _every_other(x: list[Any], y: list[Any]) -> list[Any]:
    return [a if i % 2 else b for i, (a, b) in enumerate(zip(x, y, strict=True))]


def _within(
    engine: Engine, raw: dict[int, list[list[list[Term]]]], seconds: float
) -> dict[str, float]:
    times = {}
    for n in (SMALL, LARGE):
        x, y = ([engine.make(terms, n) for terms in column] for column in raw[n])
        for name, f in (("+", engine.add(n)), ("*", engine.mul(n))):
            _agree(engine, name, f, x, y, raw[n], n)
            times[f"{name} {n}"] = microseconds(f, list(zip(x, y, strict=True)), seconds)
        copies = _every_other([engine.make(terms, n) for terms in raw[n][0]], y)
        times[f"== {n}"] = microseconds(eq, list(zip(x, copies, strict=True)), seconds)
    return times


def _across(
    engine: Engine, raw: dict[int, list[list[list[Term]]]], seconds: float
) -> dict[str, float]:
    factor = LARGE // SMALL
    lifted = [[(p, q, e * factor, m) for p, q, e, m in terms] for terms in raw[SMALL][0]]
    partners = _every_other(lifted, raw[LARGE][1])
    x = [engine.make(terms, SMALL) for terms in raw[SMALL][0]]
    y = [engine.make(terms, LARGE) for terms in partners]
    lift, add, mul = engine.lift(), engine.add(LARGE), engine.mul(LARGE)
    work: dict[str, Callable[[Any, Any], Any]] = {
        "+": lambda a, b: add(lift(a), b),
        "*": lambda a, b: mul(lift(a), b),
        "==": lambda a, b: lift(a) == b,
    }
    if isinstance(engine, Ours):  # nothing to lift
        work = {"+": add, "*": mul, "==": eq}
    for name in ("+", "*"):
        _agree(engine, name, work[name], x, y, [lifted, partners], LARGE)
    ours = Ours()
    for a, b, s, t in zip(x, y, lifted, partners, strict=True):
        if work["=="](a, b) != (ours.make(s, LARGE) == ours.make(t, LARGE)):
            raise SystemExit(f"{engine.name}: {s} == {t} is wrong")
    pairs = list(zip(x, y, strict=True))
    return {f"{name} across": microseconds(f, pairs, seconds) for name, f in work.items()}


def _agree(
    engine: Engine,
    name: str,
    f: Callable[[Any, Any], Any],
    x: list[Any],
    y: list[Any],
    raw: list[list[list[Term]]],
    n: int,
) -> None:
    """Compare results with ours, exactly, as elements of ``Q(zeta_n)[v, 1/v]``."""
    ours = Ours()
    for a, b, s, t in zip(x, y, *raw, strict=True):
        left, right = ours.make(s, n), ours.make(t, n)
        expected = left + right if name == "+" else left * right
        if ours.make(engine.terms(f(a, b), n), n) != expected:
            raise SystemExit(f"{engine.name}: {s} {name} {t} is wrong")


def ground_types() -> list[str]:
    """Those of SymPy's ground types that are installed."""
    found = ["python"]
    for name, module in (("gmpy", "gmpy2"), ("flint", "flint")):
        probe = subprocess.run([sys.executable, "-c", f"import {module}"], capture_output=True)
        found += [name] if probe.returncode == 0 else []
    return found


def measure_apart(types: str, count: int, seconds: float) -> dict[str, Any]:
    command = [sys.executable, __file__, "--one", "--pairs", str(count), "--seconds", str(seconds)]
    environment = os.environ | {"SYMPY_GROUND_TYPES": types}
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stderr)
    document = json.loads(done.stdout.splitlines()[-1])
    if document["ground_types"] != types:
        raise SystemExit(f"SymPy took {document['ground_types']} ground types, not {types}")
    return dict(document)


def versions() -> dict[str, str]:
    import sympy

    from experiments.result import machine

    return {**machine(), "sympy": sympy.__version__}


def report(document: dict[str, Any], *, ours: bool) -> None:
    """Print a Markdown table for each kind of operand, microseconds per operation.

    Ground types are SymPy's; our own scalars, which do not use them, are printed if ``ours``.
    """
    head = [f"{op} {where}" for where in (SMALL, LARGE, "across") for op in ("+", "*", "==")]
    for parameter in (False, True):
        for size in (1, 4):
            what = f"{size} term{'s' * (size > 1)}, {'a' if parameter else 'no'} parameter"
            print(f"\n{what}: microseconds per operation\n")
            print("| engine | " + " | ".join(f"`{x}`" for x in head) + " |")
            print("|---" + "|---:" * len(head) + "|")
            for r in document["results"]:
                mine = r["engine"] == Ours.name
                if (r["parameter"], r["terms"]) != (parameter, size) or (mine and not ours):
                    continue
                name = r["engine"] + ("" if mine else f", {document['ground_types']}")
                cells = [f"{r['times'][x]:.3g}" for x in head]
                print(f"| {name} | " + " | ".join(cells) + " |", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write everything here too")
    parser.add_argument("--pairs", type=int, default=100, help="operands of each kind")
    parser.add_argument("--seconds", type=float, default=0.3, help="per figure")
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        from sympy.external.gmpy import GROUND_TYPES

        results = measure(options.pairs, options.seconds)
        print(json.dumps({"ground_types": GROUND_TYPES, "results": results}))
        return 0
    print("; ".join(f"{k} {v}" for k, v in versions().items()), flush=True)
    documents: list[dict[str, Any]] = []
    for types in ground_types():
        documents.append(measure_apart(types, options.pairs, options.seconds))
        report(documents[-1], ours=len(documents) == 1)
    if options.json:
        text = json.dumps({"versions": versions(), "documents": documents}, indent=1)
        options.json.write_text(text + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
