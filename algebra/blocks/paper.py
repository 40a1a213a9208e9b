"""The building blocks of one frequency; each parameter has modulus one and is free unless given.

Source: [Tian24] Y. Tian, "Composing Global Optimizers to Reasoning Tasks via Algebraic Objects
in Neural Nets", arXiv 2410.01779, Table 1 and Corollaries 2-4; `real_character` is this project's.
"""

from __future__ import annotations

from fractions import Fraction

from algebra.groups.spectrum import REAL
from algebra.numbers.scalar import Exact, Scalar, of_modulus_one
from algebra.numbers.units import I, param, zeta
from algebra.semiring.element import Element
from algebra.semiring.made import block
from algebra.semiring.potential import parse_potential

_W = zeta(3)


def node(a: Exact, b: Exact, c: Exact) -> Element:
    """Return the one-node element with entries ``(a, b, c)`` at ``k``.

    >>> node(1, zeta(3), -1).order
    1
    """
    return block([a], [b], [c])


def _unit(name: str, value: Exact | None) -> Scalar:
    return param(name) if value is None else of_modulus_one(name, value)


def syn() -> Element:
    """Return ``u^2 + u + 1`` with ``u = (w, w, w)``, order 3.

    Kills all of R_c and R_n, and ``a-a-c``, ``b-b-c``; leaves ``aac``, ``bbc``.

    >>> from algebra.semiring.potential import omega_0
    >>> sorted(str(r) for r in omega_0(syn()))
    ['a-a-c', 'a-bc', 'aa-c', 'ab-c', 'abc-', 'b-b-c', 'bb-c']
    """
    return block([1, _W, _W**2], [1, _W, _W**2], [1, _W, _W**2], name="syn")


def nu(v: Exact | None = None) -> Element:
    """Return the block ``a = (1, v), b = (1, -v), c = (1, -conj(v)^2)``, order 2.

    Kills ``aac`` and ``bbc`` for every ``v``; for ``v = i`` it kills ``a-bc``, ``ab-c`` and all
    of R_* instead of leaving them.

    >>> from algebra.semiring.potential import omega_0
    >>> sorted(str(r) for r in omega_0(nu()))
    ['aac', 'bbc']
    """
    x = _unit("nu", v)
    return block([1, x], [1, -x], [1, -(x.conjugate() ** 2)], name=f"nu({x!r})")


def xi(x: Exact | None = None, *, mirror: bool = False) -> Element:
    """Return the block ``a = (1, x), b = (1, -i conj(x)), c = (1, i)``, order 2.

    Kills ``abc-`` for every ``x``. The mirror exchanges ``i`` and ``-i``.

    >>> from algebra.semiring.potential import omega_0
    >>> [str(r) for r in omega_0(xi())], [str(r) for r in omega_0(xi(mirror=True))]
    (['abc-'], ['abc-'])
    """
    y = _unit("xi", x)
    i = -I if mirror else I
    name = f"xi({y!r})" + ("'" if mirror else "")
    return block([1, y], [1, -i * y.conjugate()], [1, i], name=name)


def syn_ab(alpha: Exact | None = None, beta: Exact | None = None) -> Element:
    """Return ``syn(alpha, beta)``, order 3.

    ``a = (1, alpha w, beta w^2), b = (1, conj(alpha) w, conj(beta) w^2), c = (1, w, w^2)``.
    Kills ``abc-`` and R_n for all ``alpha, beta``.

    >>> from algebra.semiring.potential import omega_0
    >>> sorted(str(r) for r in omega_0(syn_ab()))
    ['aa-c', 'abc-', 'bb-c']
    """
    x, y = _unit("alpha", alpha), _unit("beta", beta)
    return block(
        [1, x * _W, y * _W**2],
        [1, x.conjugate() * _W, y.conjugate() * _W**2],
        [1, _W, _W**2],
        name=f"syn({x!r},{y!r})",
    )


def three_c() -> Element:
    """Return ``a = (1, w, w^2), b = (1, w^2, w), c = (1, 1, 1)``, order 3.

    Kills ``a-bc``, ``ab-c`` and all of R_*.

    >>> from algebra.semiring.potential import omega_0
    >>> sorted(str(r) for r in omega_0(three_c()))
    ['a-a-c', 'a-bc', 'aac', 'ab-c', 'b-b-c', 'bbc']
    """
    return block([1, _W, _W**2], [1, _W**2, _W], [1, 1, 1], name="three_c")


def real_character() -> Element:
    """Return the optimizer of a real character, ``a = (1, 1), b = (1, -1), c = (1/2, -1/2)``.

    Not in the paper; it makes every group of even order work. Order 2.

    >>> from algebra.semiring.potential import omega_0
    >>> sorted(str(r) for r in omega_0(real_character()))
    ['aac', 'bbc']
    """
    half = Fraction(1, 2)
    return block([1, 1], [1, -1], [half, -half], spectrum=REAL, name="real")


def normalised(z: Element) -> Element:
    """Return the block with ``c`` scaled so that ``abc = 1``; a ValueError if it has no inverse.

    >>> from algebra.semiring.potential import parse_potential
    >>> parse_potential("abc")(normalised(syn() * nu()))
    1
    """
    value = parse_potential("abc", spectrum=z.spectrum)(z)
    if not value:
        raise ValueError(f"abc = 0 on {z!r}, so no scaling makes it 1")
    return z.scaled(c=value.inverse())
