"""The two-sided criterion: the loss is zero if and only if ``T`` is the target.

The network's output is a sum over nodes, so one generic node decides how ``T`` depends on the
weights; the output is the Fourier transform of ``T``, characters being a homomorphism; and
orthogonality of characters (Parseval) turns the mean over all pairs into a sum over ``T``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from itertools import product
from math import prod
from random import Random
from typing import get_args

import numpy as np

from algebra.criterion.target import Target
from algebra.groups.group import AbelianGroup
from algebra.numbers.scalar import Scalar, added
from algebra.numbers.units import zeta
from algebra.semiring.element import Element
from algebra.semiring.made import element
from algebra.semiring.potential import Potential
from proofs.claims.claim import Claim, Context, Evidence, Side, first_difference, up_to
from proofs.subjects import brute_force
from proofs.subjects.generic import generic, sample
from proofs.subjects.subject import Subject

SOURCE = "[Tian24, Theorem 1]; with constant parts and two-sided, this project"
#: Random elements of one, two and three nodes in a sampled check.
ORDERS = (1, 2, 3)
Entries = dict[tuple[str, int], Scalar]
Triple = tuple[int, int, int]


def _full_nodes(z: Element) -> list[Entries]:
    """Return the nodes with their conjugate entries, as they are stored."""
    nodes: list[Entries] = []
    for node in z.node_list():
        full: Entries = dict(node)
        for (p, k), x in node.items():
            full.setdefault((p, z.spectrum.negate(k)), x.conjugate())
        nodes.append(full)
    return nodes


def formula(z: Element) -> dict[Triple, Scalar]:
    """Return ``T`` by its definition, monomial by monomial: loops over nodes and entries."""
    return _summed(z.group, _full_nodes(z))


def _summed(group: AbelianGroup, nodes: Iterable[Entries]) -> dict[Triple, Scalar]:
    """Return the same for nodes with their conjugate entries."""
    parts: dict[Triple, list[Scalar]] = {}

    def put(k1: int, k2: int, k: int, value: Scalar) -> None:
        parts.setdefault((k1, k2, k), []).append(value)

    for node in nodes:
        a, b, c = ({k: x for (p, k), x in node.items() if p == row} for row in "abc")
        for k, out in c.items():
            for (i, x), (j, y) in product(a.items(), b.items()):
                put(i, j, k, x * y * out)
            for (i, x), (j, y) in product(a.items(), a.items()):
                put(group.add(i, j), 0, k, x * y * out / 2)
            for (i, x), (j, y) in product(b.items(), b.items()):
                put(0, group.add(i, j), k, x * y * out / 2)
    T = {at: added(values) for at, values in parts.items()}
    return {at: x for at, x in T.items() if x}


def theorem_1(s: Subject, z: Element) -> Scalar:
    """Return ``(1/d) sum_{k != 0} l_k + (d-1)/d`` from the monomial potentials [Tian24, Thm 1].

    For weights without constant parts.
    """
    group = z.group
    d, nonzero = group.order, range(1, group.order)

    def rho(*indices: tuple[str, int]) -> Scalar:
        return s.evaluate(Potential(group, indices), z)

    def norm(x: Scalar) -> Scalar:
        return x * x.conjugate()

    negative = group.negate(np.arange(d)).tolist()
    total = Scalar(Fraction(d - 1, d))
    for k in nonzero:
        diagonal = rho(("a", k), ("b", k), ("c", k))
        loss = -(diagonal + diagonal.conjugate())
        for k1, k2 in product(nonzero, repeat=2):
            loss = loss + norm(rho(("a", k1), ("b", k2), ("c", k)))
        energies = added(rho((p, x), (p, negative[x]), ("c", k)) for p, x in product("ab", nonzero))
        loss = loss + norm(energies) / 4
        for m, p in product(nonzero, "ab"):
            pairs = ((x, group.add(m, negative[x])) for x in nonzero)
            shifted = added(rho((p, x), (p, y), ("c", k)) for x, y in pairs if y)
            loss = loss + norm(shifted) / 4
        total = total + loss / d
    return total


def _tensor(context: Context) -> Evidence:
    group, s = context.over, context.subject
    z = generic("z", 1, spectrum=group)
    expected = halved(group, formula(z).items())
    difference = first_difference(
        (f"{route} route", halved(group, s.tensor(z, route)), expected)
        for route in ("sparse", "composed")
    )
    entries = len(expected)
    return Evidence("proved", f"all weights of a node, all {entries} entries of T", difference)


def halved(group: AbelianGroup, T: Iterable[tuple[Triple, Scalar]]) -> list[tuple[Triple, Scalar]]:
    """Return the entries at ``k <= -k`` in order: the others are their conjugates."""
    negative = group.negate(np.arange(group.order)).tolist()
    return sorted((at, x) for at, x in T if at[2] <= negative[at[2]])


def synthesis(group: AbelianGroup, T: dict[Triple, Scalar]) -> Callable[..., Scalar]:
    """Return ``(x, y, g) -> (1/d) sum T[k1,k2,k] chi_k1(x) chi_k2(y) conj(chi_k(g))``."""
    n, every = group.exponent, np.arange(group.order)
    chi = group.character_exponents(every[:, None], every).tolist()
    # Of each entry all that can become of it: its products with the roots of unity.
    turned = {at: [value * zeta(n, e) for e in range(n)] for at, value in T.items()}

    def at(x: int, y: int, g: int) -> Scalar:
        terms = (
            turned[k1, k2, k][(chi[k1][x] + chi[k2][y] - chi[k][g]) % n] for k1, k2, k in turned
        )
        return added(terms) / group.order

    return at


def _output(context: Context) -> Evidence:
    group, s = context.over, context.subject
    symbolic = group.order <= 3
    random = Random(context.seed)
    z = generic("z", 1, spectrum=group) if symbolic else sample(random, group, order=2)
    T = with_conjugates(group, dict(s.tensor(z, "sparse")))
    value = synthesis(group, T)
    found = brute_force.outputs(z)
    difference = first_difference((f"f{at}", out, value(*at)) for at, out in found.items())
    if symbolic:
        return Evidence(
            "proved", f"all weights of a node, all {group.order**3} outputs", difference
        )
    scope = f"1 random element of 2 nodes, all {group.order**3} outputs, seed {context.seed}"
    return Evidence("sampled", scope, difference)


def with_conjugates(group: AbelianGroup, T: dict[Triple, Scalar]) -> dict[Triple, Scalar]:
    """Return the entries with those at ``(-k1, -k2, -k)``: they are conjugates, weights being real.

    >>> with_conjugates(AbelianGroup("Z3"), {(1, 1, 1): zeta(4)})
    {(1, 1, 1): i, (2, 2, 2): -i}
    """
    negative = group.negate(np.arange(group.order)).tolist()
    full = dict(T)
    for (k1, k2, k), x in T.items():
        full.setdefault((negative[k1], negative[k2], negative[k]), x.conjugate())
    return full


def _loss(context: Context) -> Evidence:
    group, s = context.over, context.subject
    random = Random(context.seed)

    orders = ORDERS if group.order < 6 else ORDERS[:1]

    def sides() -> Iterator[Side]:
        for order in orders:
            z = sample(random, group, order=order)
            for target in get_args(Target):
                yield f"{z!r}, {target}", s.loss(z, target), brute_force.loss(z, target=target)

    which = "random elements of 1 to 3 nodes" if len(orders) > 1 else "random element of 1 node"
    scope = f"{which}, both targets, seed {context.seed}"
    return Evidence("sampled", scope, first_difference(sides()))


def _paper(context: Context) -> Evidence:
    group, s = context.over, context.subject
    symbolic = group.order <= 4
    random = Random(context.seed)

    def sides() -> Iterator[Side]:
        if symbolic:
            z = generic("z", 2, spectrum=group, constant_parts=False)
            yield repr(z), s.loss(z, "projected"), theorem_1(s, z)
        else:
            for order in ORDERS:
                z = sample(random, group, order=order, constant_parts=False)
                yield repr(z), s.loss(z, "projected"), theorem_1(s, z)

    difference = first_difference(sides())
    if symbolic:
        # Both sides are quadratic in the sums over nodes, so two nodes decide any number.
        return Evidence("proved", "all weights without constant parts", difference)
    scope = f"{len(ORDERS)} random elements without constant parts, seed {context.seed}"
    return Evidence("sampled", scope, difference)


def _routes(context: Context) -> Evidence:
    group, s = context.over, context.subject
    random = Random(context.seed)
    elements = [sample(random, group, order=order) for order in ORDERS]
    elements += [s.multiply(elements[0], elements[1]), s.add(elements[0], elements[2])]

    def sides() -> Iterator[Side]:
        for z in elements:
            expected = halved(group, formula(z).items())
            for route in ("sparse", "dense", "composed"):
                found = halved(group, s.tensor(z, route))
                yield f"{z!r}, {route} route", found, expected

    scope = f"{len(elements)} random elements, compositions among them, seed {context.seed}"
    return Evidence("sampled", scope, first_difference(sides()))


def _placed(context: Context) -> Evidence:
    group, s = context.over, context.subject
    negative = group.negate(np.arange(group.order)).tolist()

    def sides() -> Iterator[Side]:
        for k in range(1, group.order):
            block = s.block("real" if k == negative[k] else "xi")
            given = [{(p, k): x for (p, _), x in node.items()} for node in block.node_list()]
            full = [
                node | {(p, negative[k]): x.conjugate() for (p, _), x in node.items()}
                for node in given
            ]
            expected = halved(group, _summed(group, full).items())
            made = element(group, given)
            for name, z in ("block", block.at(group, k)), ("entries", made):
                found = halved(group, s.tensor(z, "sparse"))
                yield f"{name} at {group.label(k)}", found, expected
        for k in (0, *group.real_characters()):
            yield f"zeta(4) at {group.label(k)} is taken", _is_taken(group, k), False

    scope = f"a block at each of {group.order - 1} frequencies, and what is not real at real ones"
    return Evidence("exhaustive", scope, first_difference(sides()))


def _is_taken(group: AbelianGroup, k: int) -> bool:
    try:
        element(group, [{("a", k): zeta(4)}])
    except ValueError:
        return False
    return True


#: A multiple of every prime below 200: residues of it modulo one of them say nothing.
PRIMORIAL = prod(p for p in range(2, 200) if all(p % q for q in range(2, p)))


def _bound(context: Context) -> Evidence:
    group, s = context.over, context.subject
    z = element(
        group, [{("a", k): 1, ("b", k): 1, ("c", k): PRIMORIAL} for k in range(1, group.order)]
    )
    expected = halved(group, formula(z).items())
    found = halved(group, s.tensor(z, "dense"))
    wrong = first_difference([("dense route", found, expected)])
    return Evidence("exhaustive", "multiples of all primes below 200", wrong)


CLAIMS: tuple[Claim, ...] = (
    Claim(
        "criterion.tensor",
        "the function tensor is the sum over nodes of products of three entries",
        r"T_{k_1k_2k} = \sum_j a_{k_1}b_{k_2}c_k + \tfrac12[k_2{=}0]\sum_{k'} a_{k'}a_{k_1-k'}c_k"
        r" + \tfrac12[k_1{=}0]\sum_{k'} b_{k'}b_{k_2-k'}c_k",
        SOURCE,
        _tensor,
        applies=up_to(9),
    ),
    Claim(
        "criterion.output",
        "the network's output is the Fourier transform of the function tensor",
        r"f(x,y)_g = \tfrac1d \sum T_{k_1k_2k} \chi_{k_1}(x)\chi_{k_2}(y)\overline{\chi_k(g)}",
        SOURCE,
        _output,
        needs=("criterion.tensor", "characters.homomorphism", "characters.conjugate"),
        applies=up_to(5),
    ),
    Claim(
        "criterion.loss",
        "the loss over all pairs is the squared distance of T from the target, divided by d",
        r"\ell = \tfrac1d \sum_{k \ne 0} \sum_{k_1,k_2} |T_{k_1k_2k} - [k_1{=}k_2{=}k]|^2",
        SOURCE,
        _loss,
        needs=("criterion.output", "characters.orthogonal"),
        applies=up_to(7),
    ),
    Claim(
        "criterion.paper",
        "without constant parts the loss is the paper's sum of monomial potentials",
        r"\ell = \tfrac1d \sum_{k \ne 0} \ell_k + \tfrac{d-1}d",
        "[Tian24, Theorem 1]",
        _paper,
        needs=("criterion.loss", "laws.additive"),
        applies=up_to(7, least=2),
    ),
    Claim(
        "criterion.routes",
        "the sparse, dense and composed routes compute the same function tensor",
        r"T^{\mathrm{sparse}} = T^{\mathrm{dense}} = T^{\mathrm{composed}}",
        "this project",
        _routes,
        needs=("criterion.tensor", "laws.multiplicative"),
        applies=up_to(9),
    ),
    Claim(
        "criterion.placed",
        "a block has its entries at its frequency k, their conjugates at -k, and none elsewhere",
        r"z_{p,-k} = \overline{z_{pk}}",
        "this project",
        _placed,
        needs=("criterion.tensor",),
        applies=up_to(12, least=2),
    ),
    Claim(
        "criterion.bound",
        "the dense route is not deceived by numbers that small primes divide",
        r"p > B \ge |\sigma(X)|,\ p \mid X \Rightarrow X = 0",
        "this project",
        _bound,
        needs=("criterion.routes",),
        applies=up_to(9, least=2),
    ),
)
