"""The two-sided criterion: the loss is zero if and only if ``T`` is the target."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction
from itertools import product
from random import Random

import numpy as np

from algebra.criterion.tensor import Route, routes
from algebra.groups.group import AbelianGroup
from algebra.groups.spectrum import Spectrum
from algebra.numbers.scalar import Scalar, added
from algebra.numbers.units import zeta
from algebra.semiring.element import Element
from algebra.semiring.made import element
from algebra.semiring.potential import Potential
from proofs.claims.claim import Compared, Context, Evidence, Side, claim, up_to
from proofs.subjects import brute_force
from proofs.subjects.generic import generic, sample
from proofs.subjects.subject import Subject

SOURCE = "[Tian24, Theorem 1]; with constant parts and two-sided, this project"
#: Random elements of one, two and three nodes in a sampled check.
ORDERS = (1, 2, 3)
Entries = dict[tuple[str, int], Scalar]
#: ``T`` at all triples where it is not zero.
Table = dict[tuple[int, int, int], Scalar]


def T_of(s: Subject, z: Element, route: Route = "sparse") -> Table:
    """Return the function tensor; entries at ``-K`` are conjugates, weights being real."""
    negative = z.group.negate(np.arange(z.group.order)).tolist()
    full = dict(s.tensor(z, route))
    for (k1, k2, k), x in list(full.items()):
        full.setdefault((negative[k1], negative[k2], negative[k]), x.conjugate())
    return full


def formula(z: Element) -> Table:
    """Return ``T`` by its definition, monomial by monomial: loops over nodes and entries."""
    return _summed(z.group, (_full(z.spectrum, node) for node in z.node_list()))


def _full(spectrum: Spectrum, node: Mapping[tuple[str, int], Scalar]) -> Entries:
    """Return the entries of a node and their conjugates."""
    return {(p, spectrum.negate(k)): x.conjugate() for (p, k), x in node.items()} | dict(node)


def _summed(group: AbelianGroup, nodes: Iterable[Entries]) -> Table:
    """Return the same for nodes with their conjugate entries."""
    parts: dict[tuple[int, int, int], list[Scalar]] = {}

    def put(k1: int, k2: int, k: int, value: Scalar) -> None:
        parts.setdefault((k1, k2, k), []).append(value)

    for node in nodes:
        a, b, c = ({k: x for (p, k), x in node.items() if p == row} for row in "abc")
        for k, out in c.items():
            half = out / 2
            for (i, x), (j, y) in product(a.items(), b.items()):
                put(i, j, k, x * y * out)
            for (i, x), (j, y) in product(a.items(), a.items()):
                put(group.add(i, j), 0, k, x * y * half)
            for (i, x), (j, y) in product(b.items(), b.items()):
                put(0, group.add(i, j), k, x * y * half)
    T = {at: added(values) for at, values in parts.items()}
    return {at: x for at, x in T.items() if x}


def theorem_1(s: Subject, z: Element) -> Scalar:
    """Return ``(1/d) sum_{k != 0} l_k + (d-1)/d`` from potentials, for nodes without constants."""
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


@claim(
    "criterion.tensor",
    r"T_{k_1k_2k} = \sum_j a_{k_1}b_{k_2}c_k + \tfrac12[k_2{=}0]\sum_{k'} a_{k'}a_{k_1-k'}c_k"
    r" + \tfrac12[k_1{=}0]\sum_{k'} b_{k'}b_{k_2-k'}c_k",
    SOURCE,
    applies=up_to(9),
)
def tensor(context: Context) -> Compared:
    """the function tensor is the sum over nodes of products of three entries"""
    z = generic("z", 1, spectrum=context.over)
    expected = formula(z)
    yield Evidence("proved", f"all weights of a node, all {len(expected)} entries of T")
    yield from by_every_route(context.subject, z, expected)


def by_every_route(s: Subject, z: Element, expected: Table | None = None) -> Iterator[Side]:
    """Yield the function tensor by every route that can take an element, and by its formula."""
    expected = formula(z) if expected is None else expected
    for route in routes(z):
        yield f"{z!r}, {route} route", T_of(s, z, route), expected


def synthesis(group: AbelianGroup, T: Table) -> Callable[..., Scalar]:
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


@claim(
    "criterion.output",
    r"f(x,y)_g = \tfrac1d \sum T_{k_1k_2k} \chi_{k_1}(x)\chi_{k_2}(y)\overline{\chi_k(g)}",
    SOURCE,
    needs="criterion.tensor characters.homomorphism characters.conjugate",
    applies=up_to(5),
)
def output(context: Context) -> Compared:
    """the network's output is the Fourier transform of the function tensor"""
    group, outputs = context.over, f"all {context.over.order**3} outputs"
    if group.order <= 3:
        z = generic("z", 1, spectrum=group)
        yield Evidence("proved", f"all weights of a node, {outputs}")
    else:
        z = sample(Random(context.seed), group, order=2)
        yield Evidence("sampled", f"1 random element of 2 nodes, {outputs}, seed {context.seed}")
    value = synthesis(group, T_of(context.subject, z))
    for at, out in brute_force.outputs(z).items():
        yield f"f{at}", out, value(*at)


@claim(
    "criterion.loss",
    r"\ell = \tfrac1d \sum_{k \ne 0} \sum_{k_1,k_2} |T_{k_1k_2k} - [k_1{=}k_2{=}k]|^2",
    SOURCE,
    needs="criterion.output characters.orthogonal",
    applies=up_to(7),
)
def loss(context: Context) -> Compared:
    """the loss over all pairs is the squared distance of T from the target, divided by d"""
    random = Random(context.seed)
    orders = ORDERS if context.over.order < 6 else ORDERS[:1]
    which = "random elements of 1 to 3 nodes" if len(orders) > 1 else "random element of 1 node"
    yield Evidence("sampled", f"{which}, both targets, seed {context.seed}")
    for order in orders:
        yield from losses(context.subject, sample(random, context.over, order=order))


def losses(s: Subject, z: Element) -> Iterator[Side]:
    """Yield the loss of an element for both targets, and that of the network run on all pairs."""
    for target, expected in brute_force.losses(z).items():
        yield f"{z!r}, {target}", s.loss(z, target), expected


@claim(
    "criterion.paper",
    r"\ell = \tfrac1d \sum_{k \ne 0} \ell_k + \tfrac{d-1}d",
    "[Tian24, Theorem 1]",
    needs="criterion.loss laws.additive",
    applies=up_to(7, least=2),
)
def paper(context: Context) -> Compared:
    """without constant parts the loss is the paper's sum of monomial potentials"""
    group, s, random = context.over, context.subject, Random(context.seed)
    if group.order <= 4:
        # Both sides are quadratic in the sums over nodes, so two nodes decide any number.
        elements = [generic("z", 2, spectrum=group, constant_parts=False)]
        yield Evidence("proved", "all weights without constant parts")
    else:
        elements = [sample(random, group, order=q, constant_parts=False) for q in ORDERS]
        scope = f"{len(ORDERS)} random elements without constant parts, seed {context.seed}"
        yield Evidence("sampled", scope)
    for z in elements:
        yield repr(z), s.loss(z, "projected"), theorem_1(s, z)


@claim(
    "criterion.routes",
    r"T^{\mathrm{sparse}} = T^{\mathrm{dense}} = T^{\mathrm{composed}}",
    needs="criterion.tensor laws.multiplicative",
    applies=up_to(9),
)
def every_route(context: Context) -> Compared:
    """the sparse, dense and composed routes compute the same function tensor"""
    s, random = context.subject, Random(context.seed)
    elements = [sample(random, context.over, order=order) for order in ORDERS]
    elements += [s.multiply(elements[0], elements[1]), s.add(elements[0], elements[2])]
    scope = f"{len(elements)} random elements, compositions among them, seed {context.seed}"
    yield Evidence("sampled", scope)
    for z in elements:
        yield from by_every_route(s, z)


@claim(
    "criterion.placed",
    r"z_{p,-k} = \overline{z_{pk}}",
    needs="criterion.tensor",
    applies=up_to(12, least=2),
)
def placed(context: Context) -> Compared:
    """a block has its entries at its frequency k, their conjugates at -k, and none elsewhere"""
    group, s = context.over, context.subject
    yield Evidence("exhaustive", f"a block at each of {group.order - 1} frequencies")
    negative = group.negate(np.arange(group.order)).tolist()
    for k in range(1, group.order):
        block = s.block("real" if k == negative[k] else "xi")
        given = [{(p, k): x for (p, _), x in node.items()} for node in block.node_list()]
        expected = _summed(group, (_full(group, node) for node in given))
        yield f"block at {group.label(k)}", T_of(s, block.at(group, k)), expected
        yield f"entries at {group.label(k)}", T_of(s, element(group, given)), expected


CLAIMS = (tensor, output, loss, paper, every_route, placed)
