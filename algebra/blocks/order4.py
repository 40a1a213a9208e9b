"""All blocks of order 4, in closed form, and the pieces of the trained ones that are not products.

Every element of four nodes at one conjugate pair that satisfies ``abc = 1``, R_c and R_* is, up
to translations of the inputs and real scalings of single nodes,

    nu(i) * [ a = (rho, sigma x) ; b = (1, epsilon conj(x)) ; c ~ (conj(epsilon)/rho, -1/sigma) ]

with ``x``, ``epsilon`` of modulus one, ``epsilon != +-1``, and real ``rho, sigma != 0``. The proof
is on docs/theory/proofs/all-blocks.md; `tests/claims/test_order4.py` checks each of its identities
symbolically.

Source: this project. ``rho = sigma = 1`` and ``epsilon = -i`` or ``i`` is ``nu(i) * xi(x)`` and
its mirror of [Tian24].
"""

from __future__ import annotations

from algebra.blocks.paper import nu
from algebra.numbers.scalar import ONE, Exact, Scalar, of_modulus_one
from algebra.numbers.units import I, direction, param, real
from algebra.semiring.element import Element
from algebra.semiring.made import block


def xi_pair(
    x: Exact | None = None, *, epsilon: Exact = -I, rho: Exact = 1, sigma: Exact = 1
) -> Element:
    """Return the two-node factor of the order-4 block, normalised to ``abc = 1/2``.

    ``a = (rho, sigma x), b = (1, epsilon conj(x)), c = (conj(epsilon)/rho, -1/sigma) / (2 (conj(
    epsilon) - epsilon))``. It kills ``abc-`` whatever the parameters; ``nu(i)`` kills the rest.
    ``epsilon = -i`` gives ``xi``, ``i`` its mirror.

    Raises:
        ValueError: unless ``x`` and ``epsilon`` have modulus one, ``epsilon`` is neither 1 nor -1,
            and ``rho`` and ``sigma`` are real numbers other than 0.

    >>> from fractions import Fraction
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
