"""The symmetries of the loss, acting on elements, and the least norm under scalings of nodes."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from operator import mul
from typing import Any

import numpy as np

from algebra.groups.group import Automorphism, Index
from algebra.numbers.scalar import ZERO, Scalar
from algebra.numbers.units import zeta
from algebra.semiring.element import Element, Leaf
from algebra.semiring.nodes import combine, in_order, reindexed


def permuted(z: Element, order: Sequence[int]) -> Element:
    """Return the nodes in another order: ``order[i]`` is the old place of the new node ``i``.

    The result is equal to ``z``: an element is a multiset.

    >>> from algebra import blocks
    >>> permuted(blocks.syn(), [2, 0, 1]) == blocks.syn()
    True
    """
    if sorted(order) != list(range(z.order)):
        raise ValueError(f"order={list(order)} is no permutation of 0 .. {z.order - 1}")
    return _changed(z, node=np.argsort(np.array(order, dtype=np.int64))[z.nodes.node])


def scaled_nodes(z: Element, factors: Sequence[int | Fraction]) -> Element:
    """Return ``(s_j a_j, s_j b_j, c_j / s_j^2)``, one rational ``s_j != 0`` a node; ``T`` stays."""
    if len(factors) != z.order or not all(factors):
        raise ValueError(
            f"factors={list(factors)}: pass {z.order} rational numbers other than 0, one a node"
        )
    nodes = z.nodes
    exact = [Fraction(s) for s in factors]
    by_row = [*map(Scalar, exact), *(Scalar(1 / s**2) for s in exact)]
    output = nodes.row >= 2 * z.spectrum.order
    scale = reindexed(nodes.node + np.where(output, len(exact), 0), by_row)
    return _changed(z, value=combine(mul, nodes.value, scale))


def swapped(z: Element) -> Element:
    """Exchange the rows ``a`` and ``b``: ``T[k1,k2,k]`` becomes ``T[k2,k1,k]``."""
    p, k = np.divmod(z.nodes.row, z.spectrum.order)
    return _changed(z, row=np.array([1, 0, 2])[p] * z.spectrum.order + k)


def translated(z: Element, s: Index, t: Index) -> Element:
    """Return ``a_k chi_k(s), b_k chi_k(t), c_k conj(chi_k(s + t))``: inputs moved by s and t."""
    group = z.group
    x, y = np.array(group.index(s)), np.array(group.index(t))
    nodes = z.nodes
    p, k = np.divmod(nodes.row, group.order)
    moved = np.array([int(x), int(y), group.negate(group.add(x, y))])
    turns, ids = np.unique(group.character_exponents(k, moved[p]), return_inverse=True)
    roots = reindexed(ids.astype(np.int64), [zeta(group.exponent, e) for e in turns.tolist()])
    return _changed(z, value=combine(mul, nodes.value, roots))


def relabelled(z: Element, phi: Automorphism) -> Element:
    """Return the element with entries at ``k`` moved to ``chi_k o phi``; ``T`` moves like that."""
    if z.spectrum != phi.group:
        raise ValueError(f"the automorphism is one of {phi.group}, and {z!r} is over {z.spectrum}")
    nodes = z.nodes
    p, k = np.divmod(nodes.row, phi.group.order)
    image = phi.on_characters(k)
    other = phi.group.negate(image)
    row = p * phi.group.order + np.minimum(image, other)
    return _changed(z, row=row, value=nodes.value.conjugated(other < image))


def _changed(z: Element, **columns: Any) -> Element:
    """Return the element with its entries elsewhere, or others."""
    return Element(z.spectrum, Leaf(in_order(replace(z.nodes, **columns))))


def balanced_norm(z: Element) -> Any:
    """Return ``sum_j 3 (A_j^2 C_j / 4)^(1/3)``, the least squared norm over node scalings, exactly.

    Entries at ``k`` and ``-k`` both count; real weights have ``d`` times this squared norm. It is
    a SymPy expression; a ValueError if ``A_j`` or ``C_j`` is no rational number. Source:
    docs/reference/weights.md.

    >>> from algebra import blocks
    >>> balanced_norm(blocks.normalised(blocks.nu(1) * blocks.xi(1)))
    6*2**(2/3)
    """
    import sympy

    total = sympy.Integer(0)
    for node in z.node_list():
        sizes = {"inputs": ZERO, "output": ZERO}
        for (p, k), x in node.items():
            twice = 1 + (z.spectrum.negate(k) != k)
            row = "output" if p == "c" else "inputs"
            sizes[row] = sizes[row] + x * x.conjugate() * twice
        for row, x in sizes.items():
            if not x.is_rational():
                raise ValueError(
                    f"the squared norm {x!r} of a node's {row} is no rational number; set its "
                    f"parameters, or embed the element and measure"
                )
        r = (sizes["inputs"] ** 2 * sizes["output"] / 4).to_fraction()
        total += 3 * sympy.cbrt(sympy.Rational(r.numerator, r.denominator))
    return total
