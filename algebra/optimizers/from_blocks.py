"""Optimizers with a block at every conjugate pair, in closed form, and one node for every pair."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from algebra.blocks import paper as blocks
from algebra.blocks.order4 import NEAR_LEAST_NORM, leftover, order4_block, order42_at
from algebra.criterion.target import Target
from algebra.groups.group import AbelianGroup, Index
from algebra.machine.memory import require_memory
from algebra.numbers.scalar import ONE, Scalar
from algebra.numbers.units import I, zeta
from algebra.optimizers.carriers import (
    Parameter,
    cancelling,
    carried,
    carrier_at,
    carrying_product,
    everywhere,
    for_target,
    lacks_real_character,
    order4_blocks,
    parameter_at,
    real_blocks,
    require_nothing_lacks,
)
from algebra.semiring.element import Element, Leaf
from algebra.semiring.made import element
from algebra.semiring.nodes import ENTRY_BYTES, Nodes, in_order, reindexed


def six_per_frequency(
    group: AbelianGroup,
    *,
    nu: Parameter = None,
    alpha: Parameter = None,
    beta: Parameter = None,
    form: str = "syn*nu",
    target: Target = "projected",
) -> Element:
    """Return order-6 blocks at every conjugate pair, width ``6 pairs + 2 reals``.

    The form ``"syn*nu"`` is ``syn * nu(v)``, ``"nu(i)*syn_ab"`` is ``nu(i) * syn(alpha, beta)``.
    For the one-hot target there is one node more. Source: [Tian24, Corollaries 2 and 3].

    >>> z = six_per_frequency(AbelianGroup("Z7"))
    >>> z.order, z.parameters
    (18, ('nu_1', 'nu_2', 'nu_3'))
    """
    if form == "syn*nu":
        if alpha is not None or beta is not None:
            raise ValueError("alpha and beta belong to form='nu(i)*syn_ab'; pass that, or nu")
    elif form == "nu(i)*syn_ab":
        if nu is not None:
            raise ValueError("nu belongs to form='syn*nu'; pass that, or alpha and beta")
    else:
        raise ValueError(f"form={form!r}; pass 'syn*nu' or 'nu(i)*syn_ab'")
    given = {"nu": nu} if form == "syn*nu" else {"alpha": alpha, "beta": beta}
    values = [parameter_at(group, name, value=value) for name, value in given.items()]

    def block(*x: Scalar) -> Element:
        syn = blocks.syn() if form == "syn*nu" else blocks.syn_ab(*x)
        whole = syn * blocks.nu(*x) if form == "syn*nu" else blocks.nu(I) * syn
        return whole.scaled(c=Fraction(1, 6))

    parts = everywhere(group, group.conjugate_pairs(), block, *values)
    return for_target(group, [*parts, *real_blocks(group)], target=target, name="six-per-frequency")


def nine_per_frequency(group: AbelianGroup, *, target: Target = "projected") -> Element:
    """Return ``three_c * syn`` at every conjugate pair, width ``9 pairs + 2 reals``.

    >>> nine_per_frequency(AbelianGroup("Z5")).order
    18
    """
    block = (blocks.three_c() * blocks.syn()).scaled(c=Fraction(1, 9))
    parts = everywhere(group, group.conjugate_pairs(), lambda: block)
    return for_target(
        group, [*parts, *real_blocks(group)], target=target, name="nine-per-frequency"
    )


def four_plus_six(
    group: AbelianGroup,
    *,
    xi: Parameter = None,
    nu: Parameter = None,
    mirror: bool = False,
    carrier: Index | None = None,
    target: Target = "projected",
) -> Element:
    """Return the order-4/6 optimizer: one order-6 block carries all order-4 blocks.

    The six carrier nodes have ``|a| = |b| = 1``, so entries ``-(1+i)/12`` in their ``c_k``
    cancel the ``T[0,0,k]`` of every other pair, and one in ``c_0`` gives the one-hot target's mean.

    Args:
        xi: parameter of the order-4 blocks ``nu(i) * xi(x)``, at all other frequencies.
        nu: parameter of the carrier ``syn * nu(v)``; there is one, at its frequency.
        mirror: exchange ``i`` and ``-i`` in xi.
        carrier: the frequency of the order-6 block, the first pair by default.

    Source: [Tian24, Corollary 4].

    >>> z = four_plus_six(AbelianGroup("Z7"), xi=I)
    >>> z.order, z.parameters
    (14, ('nu_1',))
    """
    pairs = group.conjugate_pairs()
    asked = pairs or carrier is not None
    home = [carrier_at(group, carrier, among=pairs, kind="conjugate pair")] if asked else []
    others = [k for k in pairs if k not in home]
    parts, left = order4_blocks(group, others, xi=xi, mirror=mirror)
    parts += real_blocks(group)
    at_home = parameter_at(group, "nu", value=nu, ks=home)
    elsewhere = cancelling(left, target=target, mean=Fraction(1, 12))
    for k in home:
        factors = [blocks.syn(), blocks.nu(at_home(k))]
        parts.insert(0, carrying_product(group, factors, home=k, elsewhere=elsewhere))
    return for_target(group, parts, target=target, name="four-plus-six", carried=bool(home))


def four_plus_real(
    group: AbelianGroup,
    *,
    xi: Parameter = None,
    mirror: bool = False,
    carrier: Index | None = None,
    target: Target = "projected",
) -> Element:
    """Return order-4 blocks carried by one real-character block, width ``2(d-1)``.

    Entries ``-(1+i)/2`` in ``c_k`` of the two nodes of one real-character block, the ``carrier``,
    cancel all ``T[0,0,k]``. A FamilyError if the order is odd: there is no such block.

    >>> four_plus_real(AbelianGroup("Z2xZ4")).order
    14
    """
    reals, pairs = group.real_characters(), group.conjugate_pairs()
    require_nothing_lacks("four-plus-real", lacks_real_character(group))
    home = carrier_at(group, carrier, among=reals, kind="real character")
    blocks_at_pairs, left = order4_blocks(group, pairs, xi=xi, mirror=mirror)
    elsewhere = cancelling(left, target=target, mean=Fraction(1, 2))
    nodes = [
        {("a", home): 1, ("b", home): s, ("c", home): Fraction(s, 2), **elsewhere} for s in (1, -1)
    ]
    parts = [
        element(group, nodes, name=f"real at {group.label(home)} with carried constants"),
        *blocks_at_pairs,
        *real_blocks(group, ks=[k for k in reals if k != home]),
    ]
    return for_target(group, parts, target=target, name="four-plus-real", carried=True)


def four_plus_constant(
    group: AbelianGroup,
    *,
    xi: Parameter = None,
    epsilon: Parameter = None,
    rho: Parameter = None,
    sigma: Parameter = None,
    mirror: bool = False,
    target: Target = "projected",
) -> Element:
    """Return order-4 blocks carried by one constant node, width ``4 pairs + 1 + 2 reals``.

    With ``epsilon, rho, sigma`` the blocks are those of `algebra.blocks.order4.order4_block`: all
    there are of order 4. Without, they are ``nu(i) * xi(x)``, those of least norm.

    The node has ``a_0 = 1``, ``b = 0``, ``c_k = -2(1+i)`` and, for the one-hot target, ``c_0 = 2``.

    >>> four_plus_constant(AbelianGroup("Z5"), target="onehot").order
    9
    """
    pairs = group.conjugate_pairs()
    if epsilon is rho is sigma is None:
        parts, left = order4_blocks(group, pairs, xi=xi, mirror=mirror)
    else:
        if mirror and epsilon is not None:
            raise ValueError("mirror exchanges i and -i, that is epsilon=i; pass one of the two")
        x = parameter_at(group, "xi", value=xi)
        numbers = {
            "epsilon": parameter_at(group, "epsilon", value=epsilon, unset=I if mirror else -I),
            "rho": parameter_at(group, "rho", value=rho, unset=ONE),
            "sigma": parameter_at(group, "sigma", value=sigma, unset=ONE),
        }
        parts, left = [], {}
        for k in pairs:
            here = {name: at(k) for name, at in numbers.items()}
            parts.append(order4_block(x(k), **here).at(group, k))
            left[k] = leftover(**here)
    parts += real_blocks(group)
    return carried(group, parts, left=left, target=target, name="four-plus-constant")


def four_two_plus_constant(
    group: AbelianGroup, *, phi: Parameter = None, target: Target = "projected"
) -> Element:
    """Return `algebra.blocks.order4.order42_at` at every pair and one constant node.

    Width ``6 pairs + 1 + 2 reals``, two less for each pair with ``4k = 0``. Trained networks have
    them where [Tian24] speaks of non-factorable frequencies.

    >>> four_two_plus_constant(AbelianGroup("Z7"), phi=NEAR_LEAST_NORM).order
    19
    """
    pairs = group.conjugate_pairs()
    at = parameter_at(group, "phi", value=phi, unset=NEAR_LEAST_NORM)
    parts = [*(order42_at(group, k, phi=at(k)) for k in pairs), *real_blocks(group)]
    left = dict.fromkeys(pairs, Scalar(-1))
    return carried(group, parts, left=left, target=target, name="four-two-plus-constant")


def memorization(group: AbelianGroup, *, target: Target = "projected") -> Element:
    """Return one node per pair ``(g, h)`` of inputs, as the product of two sums of order ``d``.

    ``sum_g (chi_k(g), 1, conj chi_k(g)) * sum_h (1, chi_k(h), conj chi_k(h)) / d^2``, for all
    ``k != 0``; width ``d^2``, never expanded unless asked. [Tian24], perfect memorization.

    >>> memorization(AbelianGroup("Z2xZ4")).order
    64
    """
    d = group.order
    left = _characters(group, "a", "b", Fraction(1, d * d)).named("sum over first inputs")
    right = _characters(group, "b", "a", Fraction(1)).named("sum over second inputs")
    return for_target(group, [left * right], target=target, name="memorization")


def _characters(group: AbelianGroup, varying: str, fixed: str, scale: Fraction) -> Element:
    """Return ``sum_g (chi_k(g), 1, scale * conj chi_k(g))``, the first two rows as named."""
    k = group.representatives
    k = k[k != 0]
    n = group.exponent
    require_memory(
        3 * group.order * len(k) * ENTRY_BYTES,
        f"a factor of memorization over {group}",
        instead="take another family: its width grows with d, not with d^2",
    )
    g, kk = (x.ravel() for x in np.meshgrid(np.arange(group.order), k, indexing="ij"))
    e = group.character_exponents(kk, g)
    scalars = (*(zeta(n, x) for x in range(n)), *(zeta(n, x) * scale for x in range(n)))
    ids = {varying: e, fixed: np.zeros_like(e), "c": n + (-e) % n}
    row = np.concatenate([p * group.order + kk for p in range(3)])
    value = reindexed(np.concatenate([ids[p] for p in "abc"]), scalars)
    return Element(group, Leaf(in_order(Nodes(group, group.order, np.tile(g, 3), row, value))))
