"""How narrow can it be: the exact count of Alder and Strassen for each group."""

from __future__ import annotations

from itertools import combinations_with_replacement, product
from typing import Any

import numpy as np

from algebra.group import AbelianGroup, Int64
from proofs.claim import Claim, Context, Evidence, Kind

#: Up to this order all patterns of signs on pairs of inputs are gone through: 2^(d^2 - 1).
MAX_SIGNS = 4


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


def onehot_bound(group: AbelianGroup) -> int:
    """Return a width below which no network solves the one-hot task.

    That of the projected task, and ``d``; for ``d <= 4`` the exhaustive search decides between
    ``d`` and ``d + 1``.

    >>> [onehot_bound(AbelianGroup(name)) for name in ("Z2^2", "Z3", "Z5")]
    [4, 4, 6]
    """
    d = group.order
    small = d <= MAX_SIGNS
    more = small and squares_of_the_sum(group) < d
    return max(d + more, lower_bound(group))


def projected_bound(group: AbelianGroup) -> int:
    """Return a width below which no network solves the projected task: at least ``d``.

    The squares of the nodes span the ``d - 1`` dimensions of functions of ``x + y`` of mean zero;
    were there ``d - 1``, each would have mean zero, and a square that has is zero.

    >>> [projected_bound(AbelianGroup(name)) for name in ("Z2^3", "Z3", "Z5")]
    [8, 3, 6]
    """
    return max(group.order, lower_bound(group)) if group.order > 1 else 0


def _projected(context: Context) -> Evidence:
    group, s = context.over, context.subject
    bound = projected_bound(group)
    widths = {name: s.width(group, name) for name in s.families(group)}
    wrong = [f"{name}: {q} < {bound}" for name, q in widths.items() if q < bound]
    narrowest = min(widths.values())
    scope = f"a rank and a sign: at least {bound} nodes, narrowest family {narrowest}"
    figures = {"lower bound": bound, "narrowest": narrowest}
    return Evidence("proved", scope, "; ".join(wrong), figures)


def _onehot(context: Context) -> Evidence:
    group, s = context.over, context.subject
    d = group.order
    small = d <= MAX_SIGNS
    span = squares_of_the_sum(group) if small else d
    bound = d if span == d else d + 1
    widths = {name: s.width(group, name, target="onehot") for name in s.families(group)}
    wrong = [f"{name}: {q} < {bound}" for name, q in widths.items() if q < bound]
    narrowest = min(widths.values())
    what = f"the squares that depend on x + y span {span} of {d} dimensions" if small else "a rank"
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
        "the projected task takes d nodes: d - 1 squares would all have mean zero",
        r"q \ge 1 + \operatorname{rank}([x+y=g] - \tfrac1d)_{g,(x,y)} = d",
        "this project",
        _projected,
        about="a group",
        applies=lambda group: group.order > 1,
    ),
    Claim(
        "width.onehot",
        "the exact one-hot task takes d nodes, and one more where squares of sums span too little",
        r"q \ge \operatorname{rank}([x+y=g])_{g,(x,y)} = d",
        "this project",
        _onehot,
        about="a group",
        applies=lambda group: group.order > 1,
    ),
)
