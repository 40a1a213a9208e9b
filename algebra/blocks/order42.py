"""Four nodes at ``k`` and two nodes with a constant part: what training calls non-factorable.

The four nodes satisfy ``abc = 1`` and R_c, not R_*: ``aac = bbc = 1/2, a-a-c = b-b-c = -1/2``.
Two more nodes ``(g + u(x) + v(y))^2`` and ``(g - u(x) - v(y))^2``, with ``u, v`` at frequency
``2k`` and opposite ``c`` at ``k``, differ by ``4 g (u + v)``: a function
linear in ``u, v``, which cancels them. What is left is ``T[0,0,k] = -1``, for a carrier. The
proof is on docs/theory/proofs/all-blocks.md.

Source: this project; found in networks trained by the protocol of [Tian24].
"""

from __future__ import annotations

from fractions import Fraction

from algebra.groups.group import AbelianGroup, Index
from algebra.numbers.scalar import Exact
from algebra.numbers.units import I, direction, unit
from algebra.semiring.element import Element
from algebra.semiring.made import block, element

#: The angle that balances the norm is near 62.1 degrees; this is ``((1-t^2) + 2ti)/(1+t^2)``.
NEAR_LEAST_NORM = unit(Fraction(3, 5))


def four_nodes(phi: Exact = NEAR_LEAST_NORM) -> Element:
    """Return the four nodes at ``k``, ``abc = 1``.

    With ``phi = exp(i t)``: ``a = (conj(phi), phi, 1, 1), b = (conj(phi), phi, 1, -1), c =
    (-m conj(phi), -m phi, cot(t)^2 / 4, -1/4)``, ``m = 1 / (8 sin(t)^2 cos(t))``.

    Raises:
        ValueError: if ``phi`` has not modulus one, or is a power of ``i``.

    >>> from algebra import omega_0, parse_potential
    >>> z = four_nodes()
    >>> sorted(str(r) for r in omega_0(z)), parse_potential("aac")(z), parse_potential("a-a-c")(z)
    (['a-bc', 'ab-c', 'abc-'], 1/2, -1/2)
    """
    v = direction("phi", phi)
    if v**4 == 1:
        raise ValueError(f"phi={v!r} is a power of i; pass such as zeta(12), or unit(t)")
    w = v.conjugate()
    cosine, sine2 = (v + w) / 2, (2 - v * v - w * w) / 4
    m = 1 / (8 * sine2 * cosine)
    return block(
        [w, v, 1, 1],
        [w, v, 1, -1],
        [-m * w, -m * v, cosine * cosine / (4 * sine2), Fraction(-1, 4)],
        name=f"four nodes at phi={v!r}",
    )


def order42_at(group: AbelianGroup, k: Index, *, phi: Exact = NEAR_LEAST_NORM) -> Element:
    """Return the four nodes at ``k`` and the two nodes with a constant part at ``2k``.

    The constants are ``a_0 = b_0 = 1/2``, as trained networks have them; ``a_2k = b_2k = i/8`` and
    ``c_k = i`` on one node, ``-i/8`` and ``-i`` on the other. Where ``4k = 0``, ``aac + a-a-c = 0``
    is all that has to hold, and the two nodes are left out.

    Raises:
        ValueError: if ``k`` is no member of a conjugate pair, or for ``phi`` as in `four_nodes`.

    >>> from algebra.criterion.tensor import residual
    >>> dict(residual(order42_at(AbelianGroup("Z7"), 2))) == {
    ...     (0, 0, 2): -1, (1, 1, 1): -1, (3, 3, 3): -1}
    True
    """
    index = group.index(k)
    four = four_nodes(phi).at(group, index)
    double = group.multiply(2, index)
    if group.multiply(4, index) == 0:
        return four
    half = Fraction(1, 2)
    nodes = [
        {(p, at): x for p in "ab" for at, x in ((0, half), (double, s * I / 8))}
        | {("c", index): s * I}
        for s in (1, -1)
    ]
    return four + element(group, nodes, name=f"linear in 2k at {group.label(index)}")
