"""All blocks of order 4, and four nodes that two with a constant part complete; this project."""

from __future__ import annotations

from fractions import Fraction

from algebra.blocks.paper import nu
from algebra.groups.group import AbelianGroup, Index
from algebra.numbers.scalar import ONE, Exact, Scalar, of_modulus_one
from algebra.numbers.units import I, direction, param, real, unit
from algebra.semiring.element import Element
from algebra.semiring.made import block, element


def xi_pair(
    x: Exact | None = None, *, epsilon: Exact = -I, rho: Exact = 1, sigma: Exact = 1
) -> Element:
    """Return the two-node factor of the order-4 block, normalised to ``abc = 1/2``.

    ``a = (rho, sigma x), b = (1, epsilon conj(x)), c = (conj(epsilon)/rho, -1/sigma) / (2 (conj(
    epsilon) - epsilon))``: ``x`` and ``epsilon`` of modulus one, ``epsilon^2`` not 1, ``rho`` and
    ``sigma`` real and not 0, else a ValueError. It kills ``abc-`` whatever these are; ``nu(i)``
    kills the rest. ``epsilon = -i`` gives ``xi``, ``i`` its mirror.

    >>> from algebra.blocks.paper import xi
    >>> xi_pair(ONE) == xi(ONE).scaled(c=Fraction(1, 4))
    True
    """
    y = of_modulus_one("x", param("xi") if x is None else x)
    e, r, s = direction("epsilon", epsilon), real("rho", rho), real("sigma", sigma)
    gap = 2 * (e.conjugate() - e)
    if not gap:
        raise ValueError(
            f"epsilon={e!r}: the two directions of c coincide, and no block exists; pass a number "
            f"of modulus one other than 1 and -1"
        )
    name = f"xi({y!r}; epsilon={e!r}, rho={r!r}, sigma={s!r})"
    c = [e.conjugate() / (r * gap), -1 / (s * gap)]
    return block([r, s * y], [ONE, e * y.conjugate()], c, name=name)


def order4_block(
    x: Exact | None = None, *, epsilon: Exact = -I, rho: Exact = 1, sigma: Exact = 1
) -> Element:
    """Return ``nu(i) * xi_pair(x, ...)``: every block of order 4, ``abc = 1``; errors as there.

    All conditions hold but R_n; what a carrier must cancel is `leftover`.

    >>> from algebra import omega_0
    >>> sorted(str(r) for r in omega_0(order4_block(rho=2)))
    ['a-a-c', 'a-bc', 'aac', 'ab-c', 'abc-', 'b-b-c', 'bbc']
    """
    return nu(I) * xi_pair(x, epsilon=epsilon, rho=rho, sigma=sigma)


def leftover(*, epsilon: Exact = -I, rho: Exact = 1, sigma: Exact = 1) -> Scalar:
    """Return ``T[0,0,k]`` of the block, what a carrier has to cancel.

    ``(conj(epsilon) (rho + 1/rho) - sigma - 1/sigma) / (conj(epsilon) - epsilon)``, that is
    ``aa-c + bb-c``, whatever ``x``; its modulus is always above 1.

    >>> leftover(), leftover(epsilon=I)
    (1 + i, 1 - i)
    """
    e, r, s = direction("epsilon", epsilon), real("rho", rho), real("sigma", sigma)
    return (e.conjugate() * (r + 1 / r) - s - 1 / s) / (e.conjugate() - e)


#: The angle that balances the norm is near 62.1 degrees; this is ``((1-t^2) + 2ti)/(1+t^2)``.
NEAR_LEAST_NORM = unit(Fraction(3, 5))


def four_nodes(phi: Exact = NEAR_LEAST_NORM) -> Element:
    """Return the four nodes at ``k``, ``abc = 1``.

    With ``phi = exp(i t)``: ``a = (conj(phi), phi, 1, 1), b = (conj(phi), phi, 1, -1), c =
    (-m conj(phi), -m phi, cot(t)^2 / 4, -1/4)``, ``m = 1 / (8 sin(t)^2 cos(t))``. A ValueError
    if ``phi`` has not modulus one, or is a power of ``i``.

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
    is all that has to hold, and the two nodes are left out. Errors as of `four_nodes` and ``at``.

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
