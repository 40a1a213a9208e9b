"""How narrow can it be: the exact count of Alder and Strassen for each group.

The theorems are cited, and their counts evaluated. What is checked is that no exact network is
narrower, for the group that is asked about and for groups at which families attain the bounds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from itertools import combinations_with_replacement, product
from types import MappingProxyType
from typing import Any

import numpy as np

from algebra.group import AbelianGroup, Int64
from algebra.shared_nodes import long_characters, shared_doubles
from algebra.tensor import Target
from proofs.claim import Claim, Context, Evidence
from proofs.subject import Subject

#: Up to this order all patterns of signs on pairs of inputs are gone through: 2^(d^2 - 1).
MAX_SIGNS = 4
#: The order of all non-trivial characters where the count of Alder and Strassen is attained.
ATTAINED = 3
#: The group of this order takes so many nodes without constant parts (docs/order4.md).
PLAIN_ORDER, PLAIN_BOUND = 3, 6
#: Some family has as few nodes as the bounds say: with any of their terms one more, it has fewer.
ATTAINED_AT = ("Z3", "Z4", "Z5", "Z8", "Z10")


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

    That of `lower_bound` and one more; two more if a character has order 5 or more; three more if
    at least three pairs of them have, and their doubles are not all the same up to sign. A constant
    is in the span of the squares, so one node can do without its mixed part. With as few products
    as Alder and Strassen allow, or one more, the others fall apart into three for each pair of
    characters, except for two pairs, and three nodes are too few for one of order 5 or more.

    Args:
        group: any finite Abelian group.
        constants: whether nodes may have a constant part.

    Source: this project, docs/narrow.md.

    >>> [onehot_bound(AbelianGroup(name)) for name in ("Z2^2", "Z3", "Z4xZ4", "Z5", "Z7", "Z8")]
    [4, 4, 22, 8, 12, 12]
    """
    long = len(long_characters(group))
    apart = long >= 3 and len(shared_doubles(group)) >= 2
    bound = lower_bound(group) + 1 + (long > 0) + apart
    return max(bound, projected_bound(group, constants=constants))


def projected_bound(group: AbelianGroup, *, constants: bool = True) -> int:
    """Return a width below which no network solves the projected task.

    That of `lower_bound`, and one more unless all characters have order 3; two more if there are
    pairs of order 5 or more, and with the real characters they are three or more. The nodes would
    fall apart into three for each pair, and one for each real character, but for two of these, and
    the square of one for a real character has a constant that nothing carries. Without constant
    parts it is one more for ``Z3^n`` too, and 6 for ``Z3``, by the theorem on blocks.

    Args:
        group: any finite Abelian group.
        constants: whether nodes may have a constant part.

    Source: this project, docs/narrow.md and docs/order4.md.

    >>> [projected_bound(AbelianGroup(name)) for name in ("Z2^3", "Z3", "Z4", "Z5", "Z7", "Z8")]
    [8, 3, 5, 7, 11, 12]
    >>> [projected_bound(AbelianGroup(name), constants=False) for name in ("Z3", "Z3^2", "Z5")]
    [6, 13, 7]
    """
    if group.order == PLAIN_ORDER and not constants:
        return PLAIN_BOUND
    attained = group.exponent == 1 or (group.exponent == ATTAINED and constants)
    long, reals = len(long_characters(group)), len(group.real_characters())
    return lower_bound(group) + (not attained) + (0 < long >= 3 - reals)


BOUNDS: Mapping[str, Callable[[AbelianGroup], int]] = MappingProxyType(
    {"lower-bound": lower_bound, "projected": projected_bound, "onehot": onehot_bound}
)


def _narrower(s: Subject, group: AbelianGroup, kind: str, target: Target) -> str:
    """Return, in words, an exact network that is narrower than a bound allows, or nothing."""
    least = s.lower_bound(group, kind)
    families = s.families(group, target=target)
    narrowest = min(families, key=lambda name: s.width(group, name, target=target))
    if s.width(group, narrowest, target=target) >= least:
        return ""
    z = s.optimizer(group, narrowest, target)
    code, message = s.checker(s.certificate(z, target))
    if code or z.order >= least:
        return ""
    return f"{group}: at least {least} nodes, but {narrowest} has {z.order}; the checker: {message}"


def _at_least(kind: str, source: str, context: Context) -> Evidence:
    group, s = context.over, context.subject
    target: Target = "onehot" if kind == "onehot" else "projected"
    least = s.lower_bound(s.group(str(group)), kind)
    widths = {name: s.width(group, name, target=target) for name in s.families(group)}
    narrowest = min(widths.values())
    scope = f"{source}; a count: at least {least} nodes, narrowest family {narrowest}"
    scope += ", which is the least" if narrowest == least else ""
    figures = {"lower bound": least, **{f"{name} nodes": q for name, q in widths.items()}}
    groups = [group, *map(AbelianGroup, ATTAINED_AT)]
    wrong = next(filter(None, (_narrower(s, g, kind, target) for g in groups)), "")
    return Evidence("cited", scope, wrong, figures)


def _squares(context: Context) -> Evidence:
    group, s = context.over, context.subject
    d = group.order
    span = squares_of_the_sum(group)
    least = d if span == d else d + 1
    widths = {name: s.width(group, name, target="onehot") for name in s.families(group)}
    wrong = [f"{name}: {q} < {least}" for name, q in widths.items() if q < least]
    if span == d and onehot_bound(group) > d:
        wrong.append(f"{d} squares span all functions of x + y, against a bound above {d}")
    scope = f"the squares that depend on x + y span {span} of {d} dimensions: {least} nodes or more"
    return Evidence("exhaustive", scope, "; ".join(wrong), {"lower bound": least, "span": span})


CLAIMS: tuple[Claim, ...] = (
    Claim(
        "width.lower-bound",
        "no network for the task is narrower than 2(d-1) minus the non-trivial real factors",
        r"q \ge 2(d-1) - \#\{\text{non-trivial simple factors of } \mathbb{R}[G]\}",
        "Alder and Strassen 1981; applied to this task: this project",
        partial(_at_least, "lower-bound", "the theorem of Alder and Strassen, 1981"),
        needs=("criterion.tensor",),
        about="a group",
        applies=lambda group: group.order > 1,
    ),
    Claim(
        "width.projected",
        "the projected task takes a node more unless all orders are 3, or two if some exceed 4",
        r"q \ge 3P + R + [\exp G \ne 3] + [L \ge 1, L + R \ge 3]",
        "this project",
        partial(_at_least, "projected", "the theorem of docs/narrow.md"),
        needs=("width.lower-bound",),
        about="a group",
        applies=lambda group: group.order > 1,
    ),
    Claim(
        "width.onehot",
        "the one-hot task takes one to three nodes more, by the pairs of order 5 or more",
        r"q \ge 3P + R + 1 + [L \ge 1] + [L \ge 3, M \ge 2]",
        "this project",
        partial(_at_least, "onehot", "the theorem of docs/narrow.md"),
        needs=("width.lower-bound",),
        about="a group",
        applies=lambda group: group.order > 1,
    ),
    Claim(
        "width.squares",
        "with q = d one-hot nodes all squares depend on x + y; for d <= 4 these are known",
        r"q = d \Rightarrow \operatorname{span}\{u^2 : \pm u_{x+y} = a_x + b_y\} = \mathbb{R}^G",
        "this project",
        _squares,
        about="a group",
        applies=lambda group: 1 < group.order <= MAX_SIGNS,
    ),
)
