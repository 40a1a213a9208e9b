"""How narrow can it be: the count of Alder and Strassen for each group, and where one more."""

from __future__ import annotations

from itertools import combinations_with_replacement, product
from typing import Any

import numpy as np

from algebra.group import AbelianGroup, Int64
from proofs.claim import Claim, Context, Evidence, Kind

#: Up to this order all patterns of signs on pairs of inputs are gone through: 2^(d^2 - 1).
MAX_SIGNS = 4
#: The order of all non-trivial characters where the count of Alder and Strassen is attained.
ATTAINED = 3
#: The group of this order takes so many nodes without constant parts (docs/order4.md).
PLAIN_ORDER, PLAIN_BOUND = 3, 6


def lower_bound(group: AbelianGroup) -> int:
    """Return ``2 (d - 1) - m``, ``m`` the number of non-trivial simple factors over the reals.

    The part of the network that is bilinear in the two inputs multiplies in the real group
    algebra without its trivial factor, ``R^reals x C^pairs``, of dimension ``d - 1``, by ``q``
    products; its bilinear complexity is at least twice the dimension minus the factors.

    Source: A. Alder, V. Strassen, "On the algorithmic complexity of associative algebras",
    Theoretical Computer Science 15 (1981).

    >>> lower_bound(AbelianGroup("Z7")), lower_bound(AbelianGroup("Z2^3"))
    (9, 7)
    """
    factors = len(group.conjugate_pairs()) + len(group.real_characters())
    return 2 * (group.order - 1) - factors


def _bound(context: Context) -> Evidence:
    group, s = context.over, context.subject
    bound = lower_bound(context.subject.group(str(group)))
    widths = {f"{name} nodes": s.width(group, name) for name in s.families(group)}
    wrong = [f"{name}: {q} < {bound}" for name, q in widths.items() if q < bound]
    narrowest = min(widths.values())
    scope = f"a count: at least {bound} nodes, narrowest family {narrowest}"
    return Evidence("proved", scope, "; ".join(wrong), {"lower bound": bound, **widths})


def squares_of_the_sum(group: AbelianGroup) -> int:
    """Return the dimension of the span of all squares ``(a(x) + b(y))^2`` that depend on ``x + y``.

    Such a square has a root ``s(x, y) = +-u(x + y)``, whose mixed differences vanish: for each
    pattern of signs a linear system for ``u``. Its solutions ``u`` are found exactly, and the span
    of the functions ``u^2`` is that of all products of two basis vectors.

    Cost: ``2^(d^2 - 1)`` systems.

    Source: this project, docs/narrow.md.

    >>> squares_of_the_sum(AbelianGroup("Z3")), squares_of_the_sum(AbelianGroup("Z2^2"))
    (1, 4)
    """
    import sympy
    from sympy.polys.matrices import DomainMatrix

    d = group.order
    systems = _mixed_differences(group)
    gram = np.einsum("sri,srj->sij", systems, systems)
    found: set[tuple[Any, ...]] = set()
    for system in np.unique(systems[_determinant(gram) == 0], axis=0):
        rows = [[sympy.QQ(int(v)) for v in row] for row in system]
        basis = DomainMatrix(rows, (len(rows), d), sympy.QQ).nullspace().to_list()
        for u, v in combinations_with_replacement(basis, 2):
            found.add(tuple(p * q for p, q in zip(u, v, strict=True)))
    vectors = [list(v) for v in found if any(v)]
    if not vectors:
        return 0
    return int(DomainMatrix(vectors, (len(vectors), d), sympy.QQ).rank())


def _mixed_differences(group: AbelianGroup) -> Int64:
    """Return, for each pattern of signs, the linear system for ``u``: rows (x, y), columns g."""
    d = group.order
    every = np.arange(d)
    sums = group.add(every[:, None], every[None, :])
    pairs = list(product(range(1, d), repeat=2))
    signs = 1 - 2 * (np.arange(1 << (d * d - 1))[:, None] >> np.arange(d * d - 1) & 1)
    s = np.concatenate([np.ones((len(signs), 1), dtype=np.int64), signs], axis=1)
    s = s.reshape(-1, d, d)
    systems = np.zeros((len(s), len(pairs), d), dtype=np.int64)
    for row, (x, y) in enumerate(pairs):
        for i, j, sign in ((0, 0, 1), (x, 0, -1), (0, y, -1), (x, y, 1)):
            systems[:, row, sums[i, j]] += sign * s[:, i, j]
    return systems


def _determinant(m: Int64) -> Int64:
    """Return the determinants of small integer matrices, by cofactors, exactly."""
    if m.shape[-1] == 1:
        return m[:, 0, 0]
    total = np.zeros(len(m), dtype=np.int64)
    for j in range(m.shape[-1]):
        minor = np.delete(m[:, 1:], j, axis=2)
        total += (1 - 2 * (j % 2)) * m[:, 0, j] * _determinant(minor)
    return total


def onehot_bound(group: AbelianGroup, *, constants: bool = True) -> int:
    """Return a width below which no network solves the one-hot task.

    That of the projected task, ``d``, and one more than `lower_bound`; for ``d <= 4`` the
    exhaustive search decides between ``d`` and ``d + 1``.

    Args:
        group: any finite Abelian group.
        constants: whether nodes may have a constant part.

    Source: this project, docs/narrow.md.

    >>> [onehot_bound(AbelianGroup(name)) for name in ("Z2^2", "Z3", "Z5", "Z4^2")]
    [4, 4, 7, 22]
    """
    span = squares_of_the_sum(group) if group.order <= MAX_SIGNS else group.order
    return _onehot_bound(group, span, constants=constants)


def _onehot_bound(group: AbelianGroup, span: int, *, constants: bool = True) -> int:
    d = group.order
    if d == 1:
        return 1
    by_rank = d if span == d else d + 1
    return max(by_rank, lower_bound(group) + 1, projected_bound(group, constants=constants))


def projected_bound(group: AbelianGroup, *, constants: bool = True) -> int:
    """Return a width below which no network solves the projected task.

    One more than `lower_bound`, except for ``Z3^n`` with constant parts: where the count is
    attained, each node serves one character, or pair, alone; one node cannot serve a real
    character, nor three a pair of order 5 or more, nor of order 3 without constant parts. This
    exceeds ``d - 1`` always. For ``Z3`` without constant parts the theorem on blocks says 6.

    Args:
        group: any finite Abelian group.
        constants: whether nodes may have a constant part.

    Source: this project, docs/narrow.md and docs/order4.md.

    >>> [projected_bound(AbelianGroup(name)) for name in ("Z2^3", "Z3", "Z4", "Z5")]
    [8, 3, 5, 7]
    >>> [projected_bound(AbelianGroup(name), constants=False) for name in ("Z3", "Z3^2")]
    [6, 13]
    """
    if group.order == 1:
        return 0
    if group.order == PLAIN_ORDER and not constants:
        return PLAIN_BOUND
    attained = constants and group.exponent == ATTAINED
    return lower_bound(group) + (0 if attained else 1)


def _projected(context: Context) -> Evidence:
    group, s = context.over, context.subject
    bound = projected_bound(group)
    widths = {name: s.width(group, name) for name in s.families(group)}
    wrong = [f"{name}: {q} < {bound}" for name, q in widths.items() if q < bound]
    narrowest = min(widths.values())
    count = lower_bound(context.subject.group(str(group)))
    what = "the count is attained" if bound == count else "one more than the count"
    scope = f"{what}: at least {bound} nodes, narrowest family {narrowest}"
    figures = {"lower bound": bound, "narrowest": narrowest}
    return Evidence("proved", scope, "; ".join(wrong), figures)


def _onehot(context: Context) -> Evidence:
    group, s = context.over, context.subject
    d = group.order
    small = d <= MAX_SIGNS
    span = squares_of_the_sum(group) if small else d
    bound = _onehot_bound(group, span)
    widths = {name: s.width(group, name, target="onehot") for name in s.families(group)}
    wrong = [f"{name}: {q} < {bound}" for name, q in widths.items() if q < bound]
    narrowest = min(widths.values())
    squares = f"the squares that depend on x + y span {span} of {d} dimensions"
    what = squares if small else "one more than the count, or d"
    scope = f"{what}: at least {bound} nodes, narrowest family {narrowest}"
    kind: Kind = "exhaustive" if small else "proved"
    figures = {"lower bound": bound, "narrowest": narrowest}
    return Evidence(kind, scope, "; ".join(wrong), figures)


CLAIMS: tuple[Claim, ...] = (
    Claim(
        "width.lower-bound",
        "no network for the task is narrower than 2(d-1) minus the non-trivial real factors",
        r"q \ge 2(d-1) - \#\{\text{non-trivial simple factors of } \mathbb{R}[G]\}",
        "Alder and Strassen 1981; applied to this task: this project",
        _bound,
        needs=("criterion.tensor",),
        about="a group",
        applies=lambda group: group.order > 1,
    ),
    Claim(
        "width.projected",
        "the projected task takes one node more than that, unless all characters have order 3",
        r"q \ge 2(d-1) - m + 1 \text{ unless } 3G = 0",
        "this project",
        _projected,
        about="a group",
        applies=lambda group: group.order > 1,
    ),
    Claim(
        "width.onehot",
        "the exact one-hot task takes one node more than that, and d, or d + 1 where squares "
        "of sums span too little",
        r"q \ge \max(2(d-1) - m + 1, \operatorname{rank}([x+y=g])_{g,(x,y)})",
        "this project",
        _onehot,
        about="a group",
        applies=lambda group: group.order > 1,
    ),
)
