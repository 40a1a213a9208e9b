"""Finite groups by name: ``S4``, ``D5``, ``Q8``, ``S3xZ4``, a Cayley table, one that GAP knows."""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache, reduce
from importlib.util import find_spec
from itertools import permutations
from math import factorial, prod
from pathlib import Path
from typing import final

import numpy as np

from algebra.groups.finite_group import MAX_ELEMENTS, FiniteGroup, NotAGroupError, isomorphism_of
from algebra.groups.group import AbelianGroup, isomorphism_types
from algebra.groups.isotopy import Isotopy, Table, is_latin
from algebra.groups.operation import read_table
from algebra.machine.read_file import printable
from algebra.numbers.arrays import Int64
from algebra.numbers.roots_of_unity import is_prime

FORMS = (
    "Z7, D5 (of order 10), Q8, Dic3 (of order 12), S4, A5, SL(2,3), products such as S3xZ4 or "
    "Z2^3, SmallGroup(21,1), or a Cayley table (.csv)"
)
MAX_TEXT, MAX_FACTORS = 200, 20
MAX_SMALL, GAP_SECONDS = 63, 60
_FACTOR = re.compile(
    r"(?:(Dic|[ZCDQSAV])_?([0-9]{1,6})|(SL)\(2, *([0-9]{1,6})\))(?:\^([0-9]{1,2}))?\Z",
    re.IGNORECASE,
)
_SMALL = re.compile(
    r"\s*SmallGroup\s*\(\s*([0-9]{1,4})\s*,\s*([0-9]{1,6})\s*\)\s*\Z", re.IGNORECASE
)


@final
@dataclass(frozen=True, slots=True)
class Factor:
    """A factor ``Z, D, Dic, S, A, SL`` of a product; ``D5`` has order 10, ``Dic3`` order 12."""

    kind: str
    n: int

    @property
    def order(self) -> int:
        """The number of elements."""
        n = self.n
        times = {"Z": n, "D": 2 * n, "Dic": 4 * n, "SL": n**3 - n}
        return times.get(self.kind) or max(1, factorial(self.n) // (1 + (self.kind == "A")))

    def __str__(self) -> str:
        quaternion = self.kind == "Dic" and self.n & (self.n - 1) == 0
        plain = f"SL(2,{self.n})" if self.kind == "SL" else f"{self.kind}{self.n}"
        return f"Q{4 * self.n}" if quaternion else plain


def group(text: str | Path) -> AbelianGroup | FiniteGroup:
    """Return the group that a name or a Cayley table says; an `AbelianGroup` wherever it is one.

    Names are such as ``S4``, ``S3xZ4``, ``Z2^3``; ``D5`` has order 10 and ``Dic3`` order 12; or,
    of order up to 63 and if GAP is there, ``SmallGroup(21,1)``. A table (.csv) has rows of numbers
    or labels, and may have a first row and column of labels; an Abelian one gives the group alone.

    Raises:
        NotAGroupError: for a table that is no group's: which axiom fails, and where.
        ValueError: for text that names no group, a group that is too large, or without GAP.

    >>> group("S3xZ4"), group("D2"), group("Z2xZ4").order
    (<FiniteGroup S3xZ4 (order 24)>, AbelianGroup('Z2xZ2'), 8)
    """
    said = str(text)
    if isinstance(text, Path) or said.lower().endswith(".csv"):
        return _named(cayley_table(text))
    if small := _SMALL.match(said):
        return _small_group(int(small[1]), int(small[2]))
    return named_group(said)


def cayley_table(path: str | Path) -> FiniteGroup:
    """Return the group of a Cayley table (.csv) in its own numbering."""
    try:
        table, labels = read_table(Path(path))
        return FiniteGroup(table, labels=labels)
    except ValueError as error:
        raise type(error)(f"group={printable(path)}: {error}") from None


def named_group(text: str) -> AbelianGroup | FiniteGroup:
    """Return the group of a name; no file is read, as a name in a file from elsewhere demands."""
    if text.lower().endswith(".csv"):
        raise ValueError(f"group={text!r:.60}: pass a name here, such as Z2xZ4 or S4")
    if not re.search(r"[DQSAV]", text, re.IGNORECASE):
        return AbelianGroup(text)
    factors = factors_of(text)
    if all(x.kind == "Z" for x in factors):
        return AbelianGroup([x.n for x in factors])
    return product_of(factors)


def name_of(group: AbelianGroup | FiniteGroup) -> str:
    """Return a group as it is written; `named_group` reads that again, where there is a name."""
    return (isinstance(group, FiniteGroup) and group.name) or str(group)


def _named(found: FiniteGroup) -> AbelianGroup | FiniteGroup:
    if found.is_abelian:
        return found.abelian_quotient[0]
    return FiniteGroup(found.table, identified(found)[0], found.labels)


def factors_of(text: str) -> tuple[Factor, ...]:
    """Return the factors of a product by its name, cyclic ones too."""
    if len(text) > MAX_TEXT:
        raise ValueError(f"group={text[:20]!r}... has {len(text)} characters; at most {MAX_TEXT}")
    factors: list[Factor] = []
    for part in re.split(r"\s*[xX*]\s*", text.strip()):
        match = _FACTOR.match(part)
        if match is None:
            raise ValueError(f"group={text!r:.60}: {part!r:.60} is no group; {FORMS}")
        kind, n = (match[1] or match[3]).capitalize(), int(match[2] or match[4])
        kind, times = {"C": "Z", "Sl": "SL"}.get(kind, kind), int(match[5] or 1)
        if kind == "Q":
            if n < 8 or n & (n - 1):
                raise ValueError(
                    f"group={text!r}: {part} is no group; Q8, Q16, ..., Dic3 of order 12"
                )
            kind, n = "Dic", n // 4
        if n < 1 or not 1 <= times <= MAX_FACTORS or (kind == "V" and n != 4):
            raise ValueError(f"group={text!r}: {part} is no group; {FORMS}")
        if kind == "SL" and (n == 2 or not is_prime(n)):
            raise ValueError(f"group={text!r}: {part} is no group here; pass SL(2,3), SL(2,5)")
        x = Factor("D", 2) if kind == "V" else Factor(kind, n)
        same = [x]
        if x.kind != "Z" and x.order < 6:  # all of these are Abelian
            same = [Factor("Z", m) for m in product_of((x,)).abelian_quotient[0].moduli]
        factors += times * same
    if len(factors) > MAX_FACTORS or any(x.kind in "SA" and x.n > 6 for x in factors):
        raise ValueError(f"group={text!r} is too large; at most {MAX_ELEMENTS} elements")
    if any(x.kind != "Z" for x in factors) and (n := prod(x.order for x in factors)) > MAX_ELEMENTS:
        raise ValueError(f"group={text!r} has order {n}; at most {MAX_ELEMENTS}, if not Abelian")
    return tuple(factors)


@lru_cache(maxsize=256)
def product_of(factors: tuple[Factor, ...]) -> FiniteGroup:
    """Return a product of groups, elements in row-major order."""
    table, labels = reduce(_product, (_KINDS[x.kind](x.n) for x in factors))
    return FiniteGroup(table, "x".join(map(str, factors)), labels)


Numbered = tuple[Int64, tuple[str, ...]]


def _product(left: Numbered, right: Numbered) -> Numbered:
    (s, x), (t, y) = left, right
    n = len(t)
    table = s[:, None, :, None] * n + t[None, :, None, :]
    return table.reshape(len(s) * n, -1), tuple(f"({a},{b})" for a in x for b in y)


def _cyclic(n: int) -> Numbered:
    every = np.arange(n)
    return (every[:, None] + every) % n, tuple(map(str, range(n)))


def _turned(m: int, square: int, r: str, s: str) -> Numbered:
    """``r^k s^f`` is number ``k + m f``; ``s r = r^-1 s``, ``s^2 = r^square``."""
    k, f = np.arange(2 * m) % m, np.arange(2 * m) // m
    turn = k[:, None] + np.where(f[:, None] == 1, -1, 1) * k + square * (f[:, None] & f)
    turns = ["", r, *(f"{r}{k}" for k in range(2, m))][:m]
    return turn % m + m * (f[:, None] ^ f), ("1", *turns[1:], *(f"{turn}{s}" for turn in turns))


def permutations_of(n: int, *, even: bool = False) -> list[tuple[int, ...]]:
    """Return the permutations of ``0..n-1`` in order; products are ``(p q)(i) = p(q(i))``."""
    return [p for p in permutations(range(n)) if not even or sign_of(p) == 1]


def sign_of(p: tuple[int, ...]) -> int:
    """Return the sign of a permutation."""
    return 1 - 2 * (sum(x > y for i, x in enumerate(p) for y in p[i + 1 :]) % 2)


def _symmetric(n: int, *, even: bool = False) -> Numbered:
    listed = permutations_of(n, even=even)
    p, base = np.array(listed), n ** np.arange(n)[::-1]
    table = np.searchsorted(p @ base, p[:, p] @ base)
    return table, tuple("".join(str(x + 1) for x in row) for row in listed)


def _special_linear(p: int) -> Numbered:
    """2 x 2 matrices of determinant 1 over the field of p elements, by rows."""
    every = np.indices((p,) * 4).reshape(4, -1).T.reshape(-1, 2, 2)
    a, b, c, d = every.reshape(-1, 4).T
    m = every[(a * d - b * c) % p == 1]
    products = (m[:, None] @ m % p).reshape(len(m), len(m), 4)
    base = p ** np.arange(4)[::-1]
    table = np.searchsorted(m.reshape(-1, 4) @ base, products @ base)
    return table, tuple("{}{},{}{}".format(*x.ravel()) for x in m)


_KINDS: Mapping[str, Callable[[int], Numbered]] = {
    "Z": _cyclic,
    "D": lambda n: _turned(n, 0, "r", "s"),
    "Dic": lambda n: _turned(2 * n, n, "a", "x"),
    "S": _symmetric,
    "A": lambda n: _symmetric(n, even=True),
    "SL": _special_linear,
}
#: What products are made of; the simplest name first.
_SIMPLE = ("S", "A", "D", "Dic", "SL")


def named_groups(order: int) -> Iterator[tuple[Factor, ...]]:
    """Yield products of factors with names that have an order and are not Abelian."""
    simple = [
        Factor(kind, n)
        for kind in _SIMPLE
        for n in range({"A": 4}.get(kind, 3 - (kind == "Dic")), order // 2 + 1)
        if kind in ("D", "Dic") or (n <= 6 and (kind != "SL" or is_prime(n)))
    ]
    simple = [x for x in simple if order % x.order == 0 and str(x) != "D3"]

    def products(rest: int, first: int) -> Iterator[tuple[Factor, ...]]:
        for cyclic in isomorphism_types(rest):
            yield () if rest == 1 else tuple(Factor("Z", n) for n in cyclic.moduli)
        for i, x in enumerate(simple[first:], first):
            if rest % x.order == 0:
                yield from ((x, *others) for others in products(rest // x.order, i))

    found = [x for x in products(order, 0) if any(y.kind != "Z" for y in x)]
    yield from sorted(found, key=len)


@lru_cache(maxsize=64)
def identified(found: FiniteGroup) -> tuple[str, Int64 | None]:
    """Return the name of a group and a checked isomorphism to it, or its description and None."""
    for known in map(product_of, named_groups(found.order)):
        image = isomorphism_of(found, known)
        if image is not None:
            return known.name, image
    return description(found), None


def description(found: FiniteGroup) -> str:
    """Return a group's invariants in words."""
    orders, count = np.unique(found.orders, return_counts=True)
    elements = ", ".join(f"{n} of order {k}" for k, n in zip(orders, count, strict=True))
    return (
        f"a group of order {found.order} with {len(np.unique(found.classes))} classes, commutator "
        f"subgroup of order {len(found.commutators)}, elements {elements}"
    )


def _small_group(order: int, number: int) -> AbelianGroup | FiniteGroup:
    name = f"SmallGroup({order},{number})"
    if not 1 <= order <= MAX_SMALL or number < 1:
        raise ValueError(f"group={name}: pass an order from 1 to {MAX_SMALL}, a number from 1 on")
    gap = [x for x in (shutil.which("gap"),) if x]
    if not gap and find_spec("sage_wheels"):
        gap = [sys.executable, "-I", "-m", "sage.interfaces.gap"]  # as passagemath-gap installs it
    if not gap:
        raise ValueError(
            f"group={name}: GAP is not there; pip install passagemath-gap, or pass a table (.csv)"
        )
    asked = f"Print(MultiplicationTable(Elements(SmallGroup({order},{number}))));QUIT;"
    try:
        run = subprocess.run(
            [*gap, "-q", "-b", "-T"],
            input=asked,
            capture_output=True,
            text=True,
            timeout=GAP_SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ValueError(f"group={name}: GAP gives no answer: {error}") from None
    numbers = [int(x) - 1 for x in re.findall(r"\b[0-9]+\b", run.stdout)]
    if len(numbers) != order * order or "rror" in run.stdout + run.stderr:
        raise ValueError(f"group={name}: there is no such group, says GAP; pass another number")
    found = _named(FiniteGroup(np.array(numbers).reshape(order, order), name))
    if isinstance(found, AbelianGroup) or identified(found)[1] is not None:
        return found
    return FiniteGroup(found.table, name)


def multiplication(group: FiniteGroup) -> Isotopy:
    """Return ``x*y`` with the group's own numbering."""
    every = tuple(range(group.order))
    return Isotopy(group, every, every, every, f"x*y over {group.name or group}")


def multiplication_of(table: Table) -> Isotopy | None:
    """Return how a Latin square is the multiplication of a group that is not Abelian, or None."""
    t: Int64 = np.asarray(table).astype(np.int64)
    if len(t) > MAX_ELEMENTS or not is_latin(t):
        return None
    loop = np.empty_like(t)
    loop[t[:, :1], t[:1]] = t
    try:
        found = FiniteGroup(loop)
    except NotAGroupError:
        return None
    if found.is_abelian:
        return None
    name, image = identified(found)
    if image is None:
        image, known = np.arange(len(t)), found
    else:
        known = product_of(factors_of(name))
        if (known.products == t).all():
            return multiplication(known)
    p, s, r = (tuple(image[x].tolist()) for x in (t[:, 0], t[0], np.arange(len(t))))
    return Isotopy(known, p, s, r, f"x*y over {name}, renamed")
