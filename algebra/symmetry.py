"""The symmetries of the loss, acting on elements over a group.

Each maps global optimizers to global optimizers, since it moves the entries of the function
tensor, or multiplies them by phases, so that the target is kept (docs/symmetries.md).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

import numpy as np

from algebra.element import Element, element
from algebra.group import Automorphism, Index
from algebra.scalar import Exact, Scalar, zeta


def permuted(z: Element, order: Sequence[int]) -> Element:
    """Return the nodes in another order: ``order[i]`` is the old place of the new node ``i``.

    The result is equal to ``z``: an element is a multiset.

    Raises:
        ValueError: if ``order`` is no permutation of ``0 .. q-1``.

    >>> from algebra import blocks
    >>> permuted(blocks.syn(), [2, 0, 1]) == blocks.syn()
    True
    """
    if sorted(order) != list(range(z.order)):
        raise ValueError(f"order={list(order)} is no permutation of 0 .. {z.order - 1}")
    nodes = z.node_list()
    return element(z.spectrum, [{(p, k): x for (p, k), x in nodes[j].items()} for j in order])


def scaled_nodes(z: Element, factors: Sequence[int | Fraction]) -> Element:
    """Return ``(s_j a_j, s_j b_j, c_j / s_j^2)``, one rational ``s_j != 0`` for each node.

    Negative factors are allowed. ``T`` does not change.

    Raises:
        ValueError: if there is not one factor for each node, or one is 0.

    >>> from algebra import blocks
    >>> scaled_nodes(blocks.nu(1), [2, -1]).entry("c", 0, 0)
    1/4
    """
    if len(factors) != z.order or not all(factors):
        raise ValueError(
            f"factors={list(factors)}: pass {z.order} rational numbers other than 0, one a node"
        )
    exact = [Fraction(s) for s in factors]
    nodes: list[dict[tuple[str, Index], Exact]] = [
        {(p, k): x * (1 / s**2 if p == "c" else s) for (p, k), x in node.items()}
        for node, s in zip(z.node_list(), exact, strict=True)
    ]
    return element(z.spectrum, nodes)


def swapped(z: Element) -> Element:
    """Exchange the rows ``a`` and ``b``: ``T[k1,k2,k]`` becomes ``T[k2,k1,k]``.

    >>> from algebra import blocks
    >>> swapped(blocks.xi(1)).entry("a", 0, 1) == blocks.xi(1).entry("b", 0, 1)
    True
    """
    rows = {"a": "b", "b": "a", "c": "c"}
    return _mapped(z, lambda p, k, x: (rows[p], k, x))


def translated(z: Element, s: Index, t: Index) -> Element:
    """Return ``a_k chi_k(s), b_k chi_k(t), c_k conj(chi_k(s + t))``: inputs moved by s and t.

    ``T[k1,k2,k]`` is multiplied by ``chi_k1(s) chi_k2(t) conj(chi_k(s + t))``, which is 1 on the
    diagonal.

    Raises:
        ValueError: if ``z`` is not over a group, or ``s`` or ``t`` is not in it.

    >>> from algebra import AbelianGroup, optimizers
    >>> from algebra.tensor import loss
    >>> loss(translated(optimizers.order46(AbelianGroup("Z5")), 1, 3))
    0
    """
    group = z.group
    x, y = np.array(group.index(s)), np.array(group.index(t))
    moved = {"a": x, "b": y, "c": group.negate(group.add(x, y))}
    n, k = group.exponent, np.arange(group.order)
    turns = {p: group.character_exponents(k, g).tolist() for p, g in moved.items()}
    return _mapped(z, lambda p, k, v: (p, k, v * zeta(n, turns[p][k])))


def relabelled(z: Element, phi: Automorphism) -> Element:
    """Return the element with the entries at ``k`` moved to ``chi_k o phi``.

    ``T`` moves with its three indices.

    Raises:
        ValueError: if ``z`` is not over the group of ``phi``.

    >>> from algebra import AbelianGroup, optimizers
    >>> from algebra.tensor import loss
    >>> G = AbelianGroup("Z5")
    >>> z = relabelled(optimizers.order46(G), G.scaling(2))
    >>> str(z.node_list()[0][("a", 2)]), loss(z)
    ('1', 0)
    """
    if z.spectrum != phi.group:
        raise ValueError(f"the automorphism is one of {phi.group}, and {z!r} is over {z.spectrum}")
    image = phi.on_characters(np.arange(phi.group.order)).tolist()
    return _mapped(z, lambda p, k, x: (p, image[k], x))


def _mapped(z: Element, f: Callable[[str, int, Scalar], tuple[str, int, Scalar]]) -> Element:
    """Return the element with every stored entry replaced; entries at ``-k`` follow."""
    nodes: list[dict[tuple[str, Index], Exact]] = []
    for node in z.node_list():
        image: dict[tuple[str, Index], Exact] = {}
        for (p, k), x in node.items():
            row, at, value = f(p, k, x)
            image[row, at] = value
        nodes.append(image)
    return element(z.spectrum, nodes)
