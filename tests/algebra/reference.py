"""The definitions of the theory in plain Python, for the tests to compare with.

Nothing here uses the engine: elements are spelled out node by node along their composition,
indices are tuples, and every sum is a loop.
"""

from collections.abc import Mapping
from itertools import product

from hypothesis import strategies as st

from algebra import PAIR, REAL, AbelianGroup, Element, Scalar, zeta
from algebra.groups.spectrum import Frequency, Spectrum
from algebra.semiring.element import Leaf, Placed, Product, Sum
from proofs.strategies.elements import elements, entries
from proofs.strategies.groups import GROUPS

#: A node in full: every non-zero entry, conjugates included.
Node = dict[tuple[str, int], Scalar]
Triple = tuple[int, int, int]

#: Elements over one abstract frequency, with entries of one kind.
over_a_frequency = st.tuples(st.sampled_from([PAIR, REAL]), entries()).flatmap(
    lambda drawn: elements(*drawn, max_order=6)
)


def up_to(order: int) -> list[AbelianGroup]:
    """The groups that are drawn, up to an order."""
    return [group for group in map(AbelianGroup, GROUPS) if group.order <= order]


def tuples(group: AbelianGroup) -> list[tuple[int, ...]]:
    """All tuples of residues; the position of each is its index."""
    return list(product(*map(range, group.moduli)))


def plus(group: AbelianGroup, k: int, m: int) -> int:
    all_of_them = tuples(group)
    both = zip(all_of_them[k], all_of_them[m], group.moduli, strict=True)
    return all_of_them.index(tuple((x + y) % n for x, y, n in both))


def minus(spectrum: Spectrum, k: int) -> int:
    if isinstance(spectrum, Frequency):
        return 1 - k if spectrum.order == 2 else 0
    assert isinstance(spectrum, AbelianGroup)
    all_of_them = tuples(spectrum)
    negative = tuple(-x % n for x, n in zip(all_of_them[k], spectrum.moduli, strict=True))
    return all_of_them.index(negative)


def spelled_out(z: Element) -> list[Node]:
    """The nodes of an element, by recursion on how it was composed."""
    match z.operation:
        case Leaf(nodes):
            spelled = []
            for stored in nodes.entries():
                node: Node = {}
                for (p, k), x in stored.items():
                    node[p, k] = x
                    other = minus(z.spectrum, k)
                    node[p, other] = x if other == k else x.conjugate()
                spelled.append(node)
            return spelled
        case Sum(parts):
            return [node for part in parts for node in spelled_out(part)]
        case Product(parts):
            return _products([spelled_out(part) for part in parts], z.spectrum)
        case Placed(block, frequencies):
            homes = [(k, minus(z.spectrum, k)) for k in frequencies.tolist()]
            return [
                {(p, home[k]): x for (p, k), x in node.items()}
                for home in homes
                for node in spelled_out(block)
            ]
    raise AssertionError(z)


def _products(factors: list[list[Node]], spectrum: Spectrum) -> list[Node]:
    result: list[Node] = [{(p, k): Scalar(1) for p in "abc" for k in range(spectrum.order)}]
    for factor in factors:
        result = [
            {at: x * right[at] for at, x in left.items() if at in right}
            for left in result
            for right in factor
        ]
    return result


def multiset(nodes: list[Node]) -> list[list[tuple[tuple[str, int], Scalar]]]:
    """The nodes in an order of their own, zero entries dropped, to compare up to order."""
    listed = [sorted((at, x) for at, x in node.items() if x) for node in nodes]
    return sorted(listed, key=repr)


def potential(z: Element, indices: list[tuple[str, int]]) -> Scalar:
    """``sum_j prod z[p, k, j]``."""
    value = Scalar(0)
    for node in spelled_out(z):
        term = Scalar(1)
        for at in indices:
            term = term * node.get(at, Scalar(0))
        value = value + term
    return value


def function_tensor(z: Element) -> dict[Triple, Scalar]:
    """The non-zero entries at *all* triples: five loops, over k1, k2, k, j and k'."""
    group = z.spectrum
    assert isinstance(group, AbelianGroup)
    every = range(group.order)
    sums = [[plus(group, k, m) for m in every] for k in every]
    difference = [[sums[m].index(k) for m in every] for k in every]  # [k][m] = k - m
    nodes = spelled_out(z)
    T: dict[Triple, Scalar] = {}
    for k1, k2, k in product(every, repeat=3):
        value = Scalar(0)
        for node in nodes:
            if ("c", k) not in node:
                continue
            inputs = Scalar(0)
            if ("a", k1) in node and ("b", k2) in node:
                inputs = inputs + node["a", k1] * node["b", k2]
            for p, m, other in (("a", k1, k2), ("b", k2, k1)):
                if other == 0:
                    for x in every:
                        y = difference[m][x]
                        if (p, x) in node and (p, y) in node:
                            inputs = inputs + node[p, x] * node[p, y] / 2
            value = value + inputs * node["c", k]
        if value:
            T[k1, k2, k] = value
    return T


def residual(T: Mapping[Triple, Scalar], group: AbelianGroup, target: str) -> dict[Triple, Scalar]:
    """``T - target`` at all triples that the target does not leave free."""
    rest = {at: x for at, x in T.items() if at[2] or target == "onehot"}
    for k in range(group.order):
        if k or target == "onehot":
            rest[k, k, k] = rest.get((k, k, k), Scalar(0)) - 1
    return {at: x for at, x in rest.items() if x}


def character(group: AbelianGroup, k: int, g: int) -> Scalar:
    """``prod_i zeta(n_i)^(k_i g_i)``."""
    value = Scalar(1)
    for x, y, n in zip(tuples(group)[k], tuples(group)[g], group.moduli, strict=True):
        value = value * zeta(n, x * y)
    return value
