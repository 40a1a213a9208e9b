"""Global optimizers of the whole task, in closed form, for every finite Abelian group.

A node on one conjugate pair only meets potentials of that pair, so blocks are added over all
non-trivial characters, a real-character block at each real one. What order-4 blocks leave over
is one constant per output frequency, ``T[0,0,k] = 1 + i`` (``1 - i`` for the mirror of xi), and
one *carrier*, nodes with the same input energy whatever the inputs, cancels all of them with
entries of ``c`` at the other frequencies.

    family          carrier                                 width q
    order6          none                                    6 pairs + 2 reals
    order46         one order-6 block [Tian24]              4 pairs + 2 + 2 reals
    order4-real     one real-character block                4 pairs + 2 reals = 2(d-1); even d
    order4-const    one node a_0 = 1, b = 0                 4 pairs + 1 + 2 reals
    order431        the same; short blocks where they exist 4 pairs + 1 + reals - saved
    order431-real   one node that depends on x alone        4 pairs + 1 + reals - pairs of order 4
    order431-shared one node a_0 = 1, b = 0                 3 pairs + 1 + reals + doubles; even d
    order42         one node a_0 = 1, b = 0                 6 pairs + 1 + 2 reals
    memorization    (d^2 nodes, one per pair of inputs)     d^2
    order9          none                                    9 pairs + 2 reals

``pairs`` counts conjugate pairs ``{k, -k}``, ``reals`` the non-trivial real characters, and
``saved`` is one for each pair of characters of order 3 and 4 and for each two pairs of order 5;
``doubles`` counts the pairs that are doubles ``2k`` of characters ``k`` of order 5 or more;
for ``Z3^n`` and the projected task there is nothing to carry.

Every parameter is free unless it is set, and then it is one parameter *per frequency*, named
``xi_3`` at ``k = 3`` (``xi_1_0`` at ``k = (1, 0)``): the optimizer is a whole family.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import final, get_args

import numpy as np

from algebra import blocks
from algebra.composition import Leaf
from algebra.element import Element, element, total, zero
from algebra.group import AbelianGroup, Index
from algebra.interned import Column, reindexed
from algebra.memory import require_memory
from algebra.nodes import ENTRY_BYTES, Nodes
from algebra.order4 import leftover, order4_block
from algebra.order42 import NEAR_LEAST_NORM, order42_at
from algebra.scalar import ONE, Exact, I, Scalar, param, to_scalar, zeta
from algebra.shared_nodes import shared_doubles, sharing_blocks
from algebra.short_blocks import LEFTOVER, NODES, WITHOUT_CONSTANTS, short_block
from algebra.tensor import Target

#: One value for all frequencies; a mapping ``k -> value``, that of None being for all other
#: frequencies; or None: free, which is also what the frequencies are that a mapping leaves out.
Parameter = Exact | Mapping[Index | None, Exact | None] | None
Family = Callable[..., Element]
#: Names for the narrowest family that exists for a group.
NARROWEST = ("auto", "narrowest")


class FamilyError(ValueError):
    """Raised for a family that does not exist for a group; says which do."""


def _values(
    group: AbelianGroup,
    name: str,
    value: Parameter,
    ks: Sequence[int] | None = None,
    *,
    unset: Scalar | None = None,
) -> Callable[[int], Scalar]:
    """Return the parameter's value at each of the frequencies that have it (default: all pairs).

    Where it has none, it is free, or ``unset`` if that is given.
    """

    def exact(x: Exact | None) -> Scalar | None:
        return None if x is None else to_scalar(x)

    given: dict[int, Scalar | None] = {}
    if isinstance(value, Mapping):
        default = exact(value.get(None))
        pairs = set(group.conjugate_pairs() if ks is None else ks)
        for k, x in value.items():
            if k is None:
                continue
            index = group.index(k)
            if index not in pairs:
                raise ValueError(
                    f"{name}: {group.label(index)} is not a frequency with this parameter; "
                    f"pass one k of each pair {{k,-k}}, the smaller: "
                    f"{', '.join(map(group.label, sorted(pairs)[:8])) or 'none here'}"
                )
            given[index] = exact(x)
    else:
        default = exact(value)

    def at(k: int) -> Scalar:
        x = given.get(k, default)
        x = unset if x is None else x
        return param(f"{name}_{'_'.join(map(str, group.tuple(k)))}") if x is None else x

    return at


def _everywhere(
    group: AbelianGroup, at: Callable[[int], Element], ks: Sequence[int], constant: bool
) -> list[Element]:
    """Place a block at each frequency: one placement if it is the same block everywhere."""
    if constant and ks:
        return [at(ks[0]).at(group, *ks)]
    return [at(k).at(group, k) for k in ks]


def _reals(group: AbelianGroup, ks: Sequence[int] | None = None) -> list[Element]:
    ks = group.real_characters() if ks is None else ks
    return [blocks.real_character().at(group, *ks)] if ks else []


def _is_constant(*values: Parameter) -> bool:
    return all(value is not None and not isinstance(value, Mapping) for value in values)


def _order6_block(
    nu: Callable[[int], Scalar],
    alpha: Callable[[int], Scalar] | None,
    beta: Callable[[int], Scalar] | None,
) -> Callable[[int], Element]:
    """Return ``syn * nu(v)``, or ``nu(i) * syn(alpha, beta)``, normalised, per frequency."""
    if alpha is None or beta is None:
        return lambda k: (blocks.syn() * blocks.nu(nu(k))).scaled(c=Fraction(1, 6))
    return lambda k: (blocks.nu(I) * blocks.syn_ab(alpha(k), beta(k))).scaled(c=Fraction(1, 6))


def order6(
    group: AbelianGroup,
    *,
    nu: Parameter = None,
    alpha: Parameter = None,
    beta: Parameter = None,
    form: str = "syn*nu",
    target: Target = "projected",
) -> Element:
    """Return order-6 blocks at every conjugate pair, width ``6 pairs + 2 reals``.

    Args:
        group: any finite Abelian group.
        nu: the parameter of ``syn * nu(v)``.
        alpha: with ``beta``, the parameters of ``nu(i) * syn(alpha, beta)``.
        beta: see ``alpha``.
        form: ``"syn*nu"`` or ``"nu(i)*syn_ab"``.
        target: ``"onehot"`` adds one node for the mean over outputs.

    Raises:
        ValueError: for another form, or a value not of modulus one.

    Source: [Tian24, Corollaries 2 and 3].

    >>> from algebra.tensor import loss
    >>> z = order6(AbelianGroup("Z7"))
    >>> z.order, z.parameters, loss(z)
    (18, ('nu_1', 'nu_2', 'nu_3'), 0)
    """
    at, constant = _order6_form(group, nu, alpha, beta, form)
    parts = _everywhere(group, at, group.conjugate_pairs(), constant)
    return _for_target(group, [*parts, *_reals(group)], target, "order6")


def _order6_form(
    group: AbelianGroup, nu: Parameter, alpha: Parameter, beta: Parameter, form: str
) -> tuple[Callable[[int], Element], bool]:
    if form == "syn*nu":
        if alpha is not None or beta is not None:
            raise ValueError("alpha and beta belong to form='nu(i)*syn_ab'; pass that, or nu")
        return _order6_block(_values(group, "nu", nu), None, None), _is_constant(nu)
    if form == "nu(i)*syn_ab":
        if nu is not None:
            raise ValueError("nu belongs to form='syn*nu'; pass that, or alpha and beta")
        x, y = _values(group, "alpha", alpha), _values(group, "beta", beta)
        return _order6_block(x, x, y), _is_constant(alpha, beta)
    raise ValueError(f"form={form!r}; pass 'syn*nu' or 'nu(i)*syn_ab'")


def order9(group: AbelianGroup, *, target: Target = "projected") -> Element:
    """Return ``three_c * syn`` at every conjugate pair, width ``9 pairs + 2 reals``.

    Exact, but never seen in training.

    >>> order9(AbelianGroup("Z5")).order
    18
    """
    block = (blocks.three_c() * blocks.syn()).scaled(c=Fraction(1, 9))
    parts = _everywhere(group, lambda k: block, group.conjugate_pairs(), True)
    return _for_target(group, [*parts, *_reals(group)], target, "order9")


def _order4_parts(
    group: AbelianGroup, xi: Parameter, mirror: bool, ks: Sequence[int]
) -> list[Element]:
    x = _values(group, "xi", xi, ks)
    return _everywhere(
        group,
        lambda k: (blocks.nu(I) * blocks.xi(x(k), mirror=mirror)).scaled(c=Fraction(1, 4)),
        ks,
        _is_constant(xi),
    )


def _leftover(mirror: bool) -> Scalar:
    """Return ``T[0,0,k]`` of an order-4 block."""
    return ONE - I if mirror else ONE + I


def order46(
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
    cancel the ``T[0,0,k]`` of every other pair.

    Args:
        group: any finite Abelian group; without conjugate pairs only real blocks are left.
        xi: parameter of the order-4 blocks ``nu(i) * xi(x)``, at all other frequencies.
        nu: parameter of the carrier ``syn * nu(v)``; there is one, at its frequency.
        mirror: exchange ``i`` and ``-i`` in xi.
        carrier: the frequency of the order-6 block, the first pair by default.
        target: ``"onehot"`` uses the carrier for the mean over outputs as well.

    Raises:
        ValueError: if ``carrier`` is not a conjugate pair of the group, or a parameter is set
            at a frequency where there is none.

    Source: [Tian24, Corollary 4].

    >>> from algebra.tensor import loss
    >>> z = order46(AbelianGroup("Z7"), xi=zeta(8))
    >>> z.order, z.parameters, loss(z)
    (14, ('nu_1',), 0)
    """
    pairs = group.conjugate_pairs()
    home = (pairs[0] if pairs else None) if carrier is None else group.index(carrier)
    if home is not None and home not in pairs:
        raise ValueError(
            f"carrier={group.label(home)} is not a conjugate pair of {group}; pass one of "
            f"{', '.join(map(group.label, pairs[:8])) or 'none here'}"
        )
    others = [k for k in pairs if k != home]
    order4 = _order4_parts(group, xi, mirror, others)
    at_home = _values(group, "nu", nu, [] if home is None else [home])
    if home is None:
        return _for_target(group, _reals(group), target, "order46")
    factors: list[Element] = [blocks.syn(), blocks.nu(at_home(home))]
    outputs = {k: -_leftover(mirror) / 12 for k in others}
    constant = Scalar(Fraction(1, 12)) if target == "onehot" else Scalar(0)
    carried = _carrier(group, factors, home, Fraction(1, 6), outputs, constant)
    parts = [carried, *order4, *_reals(group)]
    return _for_target(group, parts, target, "order46", carried=True)


def _carrier(
    group: AbelianGroup,
    factors: Sequence[Element],
    home: int,
    scale: Fraction,
    outputs: Mapping[int, Scalar],
    constant: Scalar,
) -> Element:
    """Return a product of blocks at ``home`` whose ``c`` has given constants elsewhere.

    Each factor is the block with ``c = 1`` at the other frequencies; the last factor is the one
    node that holds the constants, so the whole is a product and potentials multiply.
    """
    at_home = element(
        group,
        [
            {
                ("a", home): 1,
                ("b", home): 1,
                ("c", home): scale,
                ("c", 0): constant,
                **{("c", k): x for k, x in outputs.items()},
            }
        ],
    )
    live = [*outputs, *([0] if constant else [])]
    opened = [
        element(
            group,
            [
                {**{(p, home): x for (p, _), x in node.items()}, **{("c", k): ONE for k in live}}
                for node in factor.node_list()
            ],
            name=f"{factor.name} at {group.label(home)}, c = 1 elsewhere",
        )
        for factor in factors
    ]
    product = at_home.named("carried constants")
    for factor in opened:
        product = product * factor
    return product


def order4_real(
    group: AbelianGroup,
    *,
    xi: Parameter = None,
    mirror: bool = False,
    carrier: Index | None = None,
    target: Target = "projected",
) -> Element:
    """Return order-4 blocks carried by one real-character block, width ``2(d-1)``.

    Entries ``-(1+i)/2`` in ``c_k`` of the two nodes of one real-character block cancel all
    ``T[0,0,k]``.

    Raises:
        FamilyError: if the group has odd order: it has no non-trivial real character.
        ValueError: if ``carrier`` is not a real character.

    Source: this project.

    >>> from algebra.tensor import loss
    >>> z = order4_real(AbelianGroup("Z2xZ4"))
    >>> z.order, loss(z)
    (14, 0)
    """
    reals = group.real_characters()
    if not reals:
        raise FamilyError(
            f"order4-real needs a real character, and {group} has odd order {group.order}; "
            f"these families exist: {', '.join(families(group))}"
        )
    home = reals[0] if carrier is None else group.index(carrier)
    if home not in reals:
        raise ValueError(
            f"carrier={group.label(home)} is not a real character of {group}; pass one of "
            f"{', '.join(map(group.label, reals[:8]))}"
        )
    pairs = group.conjugate_pairs()
    rest = {k: -_leftover(mirror) / 2 for k in pairs}
    if target == "onehot":
        rest[0] = Scalar(Fraction(1, 2))
    carried = element(
        group,
        [
            {
                ("a", home): 1,
                ("b", home): s,
                ("c", home): Fraction(s, 2),
                **{("c", k): x for k, x in rest.items()},
            }
            for s in (1, -1)
        ],
        name=f"real at {group.label(home)} with carried constants",
    )
    others = [k for k in reals if k != home]
    parts = [carried, *_order4_parts(group, xi, mirror, pairs), *_reals(group, others)]
    return _for_target(group, parts, target, "order4-real", carried=True)


def _general_order4(
    group: AbelianGroup, xi: Parameter, numbers: Mapping[str, Parameter], mirror: bool
) -> tuple[list[Element], dict[int, Scalar]]:
    """Return all order-4 blocks of `algebra.order4` at every pair, and what each leaves over."""
    if mirror and numbers["epsilon"] is not None:
        raise ValueError("mirror exchanges i and -i, that is epsilon=i; pass one of the two")
    defaults = {"epsilon": I if mirror else -I, "rho": ONE, "sigma": ONE}
    at = {
        name: _values(group, name, value, unset=defaults[name]) for name, value in numbers.items()
    }
    x = _values(group, "xi", xi)
    parts, left = [], {}
    for k in group.conjugate_pairs():
        here = {name: value(k) for name, value in at.items()}
        parts.append(order4_block(x(k), **here).at(group, k))
        left[k] = leftover(**here)
    return parts, left


def _carrying_node(
    group: AbelianGroup, at: tuple[str, int], left: Mapping[int, Scalar], target: Target
) -> Element:
    """Return one node of square 1, with ``c_k = -2 T[0,0,k]`` for what is left over at ``k``.

    Args:
        group: the group.
        at: the only input, which is 1: the constant part, or a real character of one row.
        left: ``T[0,0,k]`` by ``k``.
        target: ``"onehot"`` adds the mean over outputs, ``c_0 = 2``.
    """
    node: dict[tuple[str, Index], Exact] = {at: 1}
    node |= {("c", k): -2 * x for k, x in left.items() if x}
    if target == "onehot":
        node["c", 0] = 2
    name = "constant node" if at[1] == 0 else "node of constant square"
    return element(group, [node], name=name)


def order4_const(
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

    With ``epsilon, rho, sigma`` the blocks are those of `algebra.order4.order4_block`: all there
    are of order 4. Without, they are ``nu(i) * xi(x)``, those of least norm.

    The node has ``a_0 = 1``, ``b = 0`` and ``c_k = -2(1+i)`` at every pair. For the one-hot
    target the same node takes ``c_0 = 2``: width ``2d - 1`` for odd ``d``.

    Source: this project.

    >>> from algebra.tensor import loss
    >>> z = order4_const(AbelianGroup("Z5"), target="onehot")
    >>> z.order, loss(z, target="onehot")
    (9, 0)
    """
    pairs = group.conjugate_pairs()
    numbers = {"epsilon": epsilon, "rho": rho, "sigma": sigma}
    if all(value is None for value in numbers.values()):
        blocks4, left = (
            _order4_parts(group, xi, mirror, pairs),
            dict.fromkeys(pairs, _leftover(mirror)),
        )
    else:
        blocks4, left = _general_order4(group, xi, numbers, mirror)
    parts = [*blocks4, *_reals(group)]
    if not pairs:
        return _for_target(group, parts, target, "order4-const")
    carrier = _carrying_node(group, ("a", 0), left, target)
    return _for_target(group, [carrier, *parts], target, "order4-const", carried=True)


def order42(group: AbelianGroup, *, phi: Parameter = None, target: Target = "projected") -> Element:
    """Return `algebra.order42.order42_at` at every pair and one constant node.

    Four nodes at each pair ``k``, and two with a constant part at ``2k`` unless ``4k = 0``: width
    ``6 pairs + 1 + 2 reals``, two less for each pair with ``4k = 0``. What networks trained by the
    protocol of [Tian24] have at the frequencies that are called non-factorable there.

    Source: this project; docs/order4.md.

    >>> from algebra.tensor import loss
    >>> z = order42(AbelianGroup("Z7"), phi=zeta(12))
    >>> z.order, loss(z)
    (19, 0)
    """
    pairs = group.conjugate_pairs()
    at = _values(group, "phi", phi, unset=NEAR_LEAST_NORM)
    parts = [*(order42_at(group, k, phi=at(k)) for k in pairs), *_reals(group)]
    if not pairs:
        return _for_target(group, parts, target, "order42")
    carrier = _carrying_node(group, ("a", 0), dict.fromkeys(pairs, Scalar(-1)), target)
    return _for_target(group, [carrier, *parts], target, "order42", carried=True)


def order431(
    group: AbelianGroup,
    *,
    xi: Parameter = None,
    mirror: bool = False,
    target: Target = "projected",
) -> Element:
    """Return short blocks where there are any, order-4 blocks elsewhere, and one constant node.

    One node at each real character, three at each pair of characters of order 3 or 4, seven at
    the two pairs ``k, 2k`` of order 5, four at the other pairs, and the constant node, which
    ``Z3^n`` needs for the one-hot target only. That is ``d`` for ``Z2^n``, which is the least for
    the one-hot task, as are 4 for Z3 and 5 for Z4; and ``3(d-1)/2`` for ``Z3^n`` is the least
    for the projected task.

    Raises:
        FamilyError: if the group has no characters of order 2, 3, 4 or 5.

    Source: this project; docs/narrow.md.

    >>> from algebra.tensor import loss
    >>> for name in ("Z3", "Z4", "Z5", "Z2^3"):
    ...     z = order431(AbelianGroup(name), target="onehot")
    ...     print(name, z.order, loss(z, target="onehot"))
    Z3 4 0
    Z4 5 0
    Z5 8 0
    Z2^3 8 0
    """
    by_order = _by_order(group)
    if not any(by_order.values()):
        raise FamilyError(
            f"order431 needs characters of order 2, 3, 4 or 5, and {group} has none; these "
            f"families exist: {', '.join(families(group))}"
        )
    return _with_short_blocks(group, by_order, ("a", 0), xi, mirror, target).named("order431")


def order431_real(
    group: AbelianGroup,
    *,
    xi: Parameter = None,
    mirror: bool = False,
    target: Target = "projected",
) -> Element:
    """Return `order431` without constant parts, for groups of even order.

    The constant node is one that depends on the first input alone, by a real character: its square
    is constant. Short blocks of order 3 and 5 have constant parts and are left out: width
    ``1 + reals + 4 pairs``, one less for each pair of characters of order 4.

    Raises:
        FamilyError: if the group has odd order: it has no non-trivial real character.

    Source: this project; docs/narrow.md.

    >>> from algebra.tensor import loss
    >>> z = order431_real(AbelianGroup("Z2xZ4"))
    >>> z.order, loss(z)
    (10, 0)
    """
    reals = group.real_characters()
    if not reals:
        raise FamilyError(
            f"order431-real needs a real character, and {group} has odd order {group.order}; "
            f"these families exist: {', '.join(families(group))}"
        )
    by_order = {n: ks for n, ks in _by_order(group).items() if n in WITHOUT_CONSTANTS}
    home = ("a", reals[0])
    return _with_short_blocks(group, by_order, home, xi, mirror, target).named("order431-real")


def order431_shared(group: AbelianGroup, *, target: Target = "projected") -> Element:
    """Return three nodes at each pair, one node for all pairs of equal double, a constant node.

    One node at each real character, three at each pair, one more at each pair of characters that
    are doubles of characters of order 5 or more, and the constant node: width ``3 pairs + 1 + reals
    + doubles``. In groups of even order that is never more than `order431` takes, and it is the
    least for the one-hot task where there is one such double: for Z6 and Z8, say.

    Raises:
        FamilyError: if the order is odd, so that no two characters have the same double, or if
            there is no character of order 5 or more.

    Source: this project; docs/narrow.md.

    >>> from algebra.tensor import loss
    >>> for name in ("Z8", "Z10", "Z16"):
    ...     z = order431_shared(AbelianGroup(name), target="onehot")
    ...     print(name, z.order, loss(z, target="onehot"))
    Z8 12 0
    Z10 16 0
    Z16 26 0
    """
    if not _shares(group):
        raise FamilyError(
            f"order431-shared needs a group of even order with characters of order 5 or more, and "
            f"{group} has order {group.order} and exponent {group.exponent}; these families "
            f"exist: {', '.join(families(group))}"
        )
    parts, left = sharing_blocks(group)
    carrier = _carrying_node(group, ("a", 0), left, target)
    return _for_target(group, [carrier, parts], target, "order431-shared", carried=True)


def _shares(group: AbelianGroup) -> bool:
    return group.order % 2 == 0 and group.exponent not in (2, 4)


def _with_short_blocks(
    group: AbelianGroup,
    by_order: Mapping[int, list[int]],
    carrier: tuple[str, int],
    xi: Parameter,
    mirror: bool,
    target: Target,
) -> Element:
    """Return short blocks at the given characters, order-4 blocks elsewhere, and the carrier."""
    short = sorted(k for ks in by_order.values() for k in ks)
    left = {
        at: x
        for n, ks in by_order.items()
        for k in ks
        for at, x in zip((k, _double(group, k)), LEFTOVER[n], strict=False)
    }
    rest = [k for k in group.conjugate_pairs() if k not in left]
    left |= dict.fromkeys(rest, _leftover(mirror))
    parts = [short_block(group, k) for k in short] + _order4_parts(group, xi, mirror, rest)
    carried = any(left.values())
    if carried:
        parts = [_carrying_node(group, carrier, left, target), *parts]
    return _for_target(group, parts, target, "short blocks", carried=carried)


def _by_order(group: AbelianGroup) -> dict[int, list[int]]:
    """Return one of each pair of characters of order 2, 3 and 4, of each two of order 5."""
    k = group.representatives
    k = k[k != 0]
    found: dict[int, list[int]] = {}
    for n in LEFTOVER:
        smaller = [m for m in (1, 2) if m < n and n % m == 0]
        mine = k[group.multiply(n, k) == 0]
        for m in smaller:
            mine = mine[group.multiply(m, mine) != 0]
        found[n] = mine.tolist()
    # Of {k, -k, 2k, -2k} the least has 1 as its first residue that is not 0, in units of n_i/5,
    # so 2k is the smaller of its pair too, and 4k = -k is not.
    fives = set(found[5])
    found[5] = [k for k in found[5] if _double(group, k) in fives]
    return found


def _double(group: AbelianGroup, k: int) -> int:
    return int(group.multiply(2, np.array(k)))


def memorization(group: AbelianGroup, *, target: Target = "projected") -> Element:
    """Return one node per pair ``(g, h)`` of inputs, as the product of two sums of order ``d``.

    ``sum_g (chi_k(g), 1, conj chi_k(g)) * sum_h (1, chi_k(h), conj chi_k(h)) / d^2``, for all
    ``k != 0``; width ``d^2``, never expanded unless asked.

    Source: [Tian24], the perfect memorization solution; docs/optimizers.md.

    >>> from algebra.tensor import loss
    >>> z = memorization(AbelianGroup("Z2xZ4"))
    >>> z.order, loss(z)
    (64, 0)
    """
    d = group.order
    left = _characters(group, "a", "b", Fraction(1, d * d)).named("sum over first inputs")
    right = _characters(group, "b", "a", Fraction(1)).named("sum over second inputs")
    return _for_target(group, [left * right], target, "memorization")


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
    node = np.concatenate([g, g, g])
    rank = np.lexsort((row, node))
    nodes = Nodes(group, group.order, node[rank], row[rank], Column(value.ids[rank], value.scalars))
    return Element(group, Leaf(nodes))


def _for_target(
    group: AbelianGroup, parts: list[Element], target: Target, name: str, *, carried: bool = False
) -> Element:
    """Add the parts; for the one-hot target a node ``a_0 = 1, c_0 = 2`` that outputs the mean.

    ``carried``: a carrier among the parts outputs the mean already.
    """
    if target not in get_args(Target):
        raise ValueError(f"target={target!r}; pass 'projected' or 'onehot'")
    if target == "onehot" and not carried:
        parts = [*parts, element(group, [{("a", 0): 1, ("c", 0): 2}], name="mean output")]
    whole = total(group, parts)
    return (whole if parts else zero(group)).named(name)


@final
@dataclass(frozen=True, slots=True)
class FamilyInfo:
    """A family of optimizers.

    Attributes:
        build: makes one.
        parameters: the names of its parameters of modulus one.
        width: the number of nodes for a group.
        carries: whether it has a carrier for a group.
        exists: whether the group has one.
        options: the names of what else can be chosen.
        listed: whether `families` lists it: not where another is narrower for every group and the
            family is of interest for what training finds.
    """

    build: Family
    parameters: tuple[str, ...]
    width: Callable[[AbelianGroup], int]
    carries: Callable[[AbelianGroup], bool] = lambda group: False
    exists: Callable[[AbelianGroup], bool] = lambda group: True
    options: tuple[str, ...] = ()
    listed: bool = True


def _blocks_width(per_pair: int, *, carrier: int = 0) -> Callable[[AbelianGroup], int]:
    """Return ``per_pair pairs + 2 reals``, and a carrier where there are pairs."""

    def nodes(group: AbelianGroup) -> int:
        pairs = _pairs(group)
        return per_pair * pairs + 2 * len(group.real_characters()) + carrier * (pairs > 0)

    return nodes


def _pairs(group: AbelianGroup) -> int:
    return len(group.conjugate_pairs())


def _order42_width(group: AbelianGroup) -> int:
    k = np.array(group.conjugate_pairs(), dtype=np.int64)
    return _blocks_width(6, carrier=1)(group) - 2 * int((group.multiply(4, k) == 0).sum())


def _order431_width(group: AbelianGroup) -> int:
    found = {n: len(ks) for n, ks in _by_order(group).items()}
    covered = sum(len(LEFTOVER[n]) * count for n, count in found.items())
    longer = _pairs(group) + len(group.real_characters()) - covered
    short = sum(NODES[n] * count for n, count in found.items())
    return short + 4 * longer + _order431_carries(group)


def _order431_real_width(group: AbelianGroup) -> int:
    found = {n: len(ks) for n, ks in _by_order(group).items() if n in WITHOUT_CONSTANTS}
    longer = _pairs(group) + len(group.real_characters()) - sum(found.values())
    return sum(NODES[n] * count for n, count in found.items()) + 4 * longer + 1


def _order431_shared_width(group: AbelianGroup) -> int:
    alone = 3 * _pairs(group) + len(group.real_characters()) + 1
    return alone + len(shared_doubles(group))


def _order431_carries(group: AbelianGroup) -> bool:
    """Whether anything is left over: not if all characters have order 3."""
    return group.exponent not in (1, 3)


FAMILIES: dict[str, FamilyInfo] = {
    "order431": FamilyInfo(
        order431,
        ("xi",),
        _order431_width,
        carries=_order431_carries,
        exists=lambda group: any(_by_order(group).values()),
        options=("mirror",),
    ),
    "order431-real": FamilyInfo(
        order431_real,
        ("xi",),
        _order431_real_width,
        carries=lambda group: True,
        exists=lambda group: group.order % 2 == 0,
        options=("mirror",),
    ),
    "order431-shared": FamilyInfo(
        order431_shared,
        (),
        _order431_shared_width,
        carries=lambda group: True,
        exists=_shares,
    ),
    "order4-real": FamilyInfo(
        order4_real,
        ("xi",),
        _blocks_width(4),
        carries=lambda group: True,
        exists=lambda group: group.order % 2 == 0,
        options=("mirror", "carrier"),
    ),
    "order4-const": FamilyInfo(
        order4_const,
        ("xi",),
        _blocks_width(4, carrier=1),
        carries=lambda group: _pairs(group) > 0,
        options=("mirror", "epsilon", "rho", "sigma"),
    ),
    "order46": FamilyInfo(
        order46,
        ("xi", "nu"),
        _blocks_width(4, carrier=2),
        carries=lambda group: _pairs(group) > 0,
        options=("mirror", "carrier"),
    ),
    "order6": FamilyInfo(order6, ("nu", "alpha", "beta"), _blocks_width(6), options=("form",)),
    "order9": FamilyInfo(order9, (), _blocks_width(9)),
    "memorization": FamilyInfo(memorization, (), lambda group: group.order**2),
    "order42": FamilyInfo(
        order42,
        (),
        _order42_width,
        carries=lambda group: _pairs(group) > 0,
        options=("phi",),
        listed=False,
    ),
}


def families(group: AbelianGroup, *, target: Target = "projected") -> list[str]:
    """Return the families that exist for a group, narrowest first.

    ``order42`` is left out; `build` and `width` know it by name.

    >>> families(AbelianGroup("Z7")), families(AbelianGroup("Z8"))[0]
    (['order4-const', 'order46', 'order6', 'order9', 'memorization'], 'order431-shared')
    """
    names = [name for name, info in FAMILIES.items() if info.listed and info.exists(group)]
    return sorted(names, key=lambda name: width(group, name, target=target))


def width(group: AbelianGroup, family: str, *, target: Target = "projected") -> int:
    """Return the number of hidden nodes of a family's optimizer, without building it.

    For the one-hot target a family without a carrier takes one node more.

    >>> G = AbelianGroup("Z7")
    >>> width(G, "order46"), width(G, "order6"), width(G, "order6", target="onehot")
    (14, 18, 19)
    """
    info = FAMILIES[family]
    return info.width(group) + (target == "onehot" and not info.carries(group))


def build(
    group: AbelianGroup,
    family: str = "auto",
    *,
    target: Target = "projected",
    **parameters: Parameter,
) -> Element:
    """Return an optimizer by the name of its family; ``"auto"``, or ``"narrowest"``.

    Raises:
        FamilyError: for an unknown family, or one that does not exist for the group.
        ValueError: for a parameter or option that the family does not have.

    >>> build(AbelianGroup("Z7")).order, build(AbelianGroup("Z8")).order
    (13, 12)
    """
    name = families(group, target=target)[0] if family in NARROWEST else family
    if name not in FAMILIES:
        raise FamilyError(
            f"family={family!r} is unknown; for {group} these exist: auto, "
            f"{', '.join(families(group))}"
        )
    info = FAMILIES[name]
    options = {*info.parameters, *info.options}
    unknown = set(parameters) - options
    if unknown:
        raise ValueError(
            f"{sorted(unknown)[0]} is no parameter of {name}; it has: "
            f"{', '.join(sorted(options)) or 'none'}"
        )
    return info.build(group, target=target, **parameters)


__all__ = [
    "FAMILIES",
    "FamilyError",
    "Parameter",
    "build",
    "families",
    "memorization",
    "order4_const",
    "order4_real",
    "order6",
    "order9",
    "order42",
    "order46",
    "order431",
    "order431_real",
    "order431_shared",
    "width",
]
