"""An element remembers how it was composed: of what, and what is shared."""

from dataclasses import replace

import pytest
from hypothesis import given

from algebra import PAIR, AbelianGroup, blocks, optimizers, parse_potential, total, zero
from algebra.semiring import nodes
from algebra.semiring.element import Leaf, Placed, Product, Sum, every_part, operands
from algebra.semiring.made import element
from proofs.strategies.elements import group_elements, same_spectrum

Z5, Z7, Z11 = map(AbelianGroup, ("Z5", "Z7", "Z11"))
X, Y, Z = blocks.syn(), blocks.nu(), blocks.three_c()
OPERATIONS = [
    (X, Leaf, 3, []),
    (zero(PAIR), Leaf, 0, []),
    (X**0, Leaf, 1, []),
    (X + Y, Sum, 5, ["syn", "nu(nu)"]),
    (Y * X, Product, 6, ["nu(nu)", "syn"]),
    (X**3, Product, 27, ["syn"] * 3),
    (total(PAIR, [X, X, X]), Sum, 9, ["syn"] * 3),
    (X + Y + Z, Sum, 8, ["syn", "nu(nu)", "three_c"]),
    (X + (Y + Z), Sum, 8, ["syn", "nu(nu)", "three_c"]),
    (X * Y * Z, Product, 18, ["syn", "nu(nu)", "three_c"]),
    ((X + Y).named("s") + Z, Sum, 8, ["s", "three_c"]),
    ((X * Y).named("p") * Z, Product, 18, ["p", "three_c"]),
    (X * Y + Z, Sum, 9, [None, "three_c"]),
    ((X + Y) * Z, Product, 15, [None, "three_c"]),
    (X.at(AbelianGroup("Z2xZ4"), (1, 1)), Placed, 3, ["syn"]),
    (X.at(Z11, 1, 2, 3, 4, 5), Placed, 15, ["syn"]),
    (optimizers.memorization(Z5), Product, 25, ["sum over first inputs", "sum over second inputs"]),
]


@pytest.mark.parametrize(("z", "kind", "order", "names"), OPERATIONS)
def test_an_operation_keeps_its_operands_and_takes_those_of_unnamed_ones(z, kind, order, names):
    assert isinstance(z.operation, kind)
    assert z.order == order
    assert [part.name for part in operands(z.operation)] == names


def test_a_total_of_one_part_is_that_part():
    assert total(PAIR, [X]) is X


def test_shared_parts_are_one_part():
    assert len(every_part(X * X + X)) == 3
    z = X
    for i in range(40):
        z = (z + z).named(f"doubled {i}")
    assert len(every_part(z)) == 41
    assert z.order == 3 * 2**40
    assert parse_potential("abc")(z) == 3 * 2**40
    assert z.parameters == ()


def test_substitution_keeps_the_shape_the_names_and_the_sharing():
    at = (Y * Y + Y).named("z").substitute({"nu": 1})
    assert [x.name for x in every_part(at)] == ["nu(1)", None, "z"]
    part, again = operands(at.operation)
    assert isinstance(part.operation, Product)
    assert operands(part.operation)[0] is again


@pytest.mark.parametrize("family", ["four-plus-six", "six-per-frequency", "four-plus-constant"])
def test_optimizers_keep_their_blocks(family):
    names = {x.name for x in every_part(optimizers.build(Z7, family))}
    assert family in names
    assert any(str(name).startswith("nu(") for name in names)


@given(group_elements(depth=3))
def test_parts_are_listed_once_each_and_operands_before_results(z):
    parts = every_part(z)
    place = {id(x): number for number, x in enumerate(parts)}
    assert parts[-1] is z
    assert len(place) == len(parts)
    used = {id(z)}
    for x in parts:
        assert all(place[id(y)] < place[id(x)] for y in operands(x.operation))
        used |= set(map(id, operands(x.operation)))
    assert used == set(place)


@given(same_spectrum(2))
def test_a_product_has_all_pairs_of_nodes_entry_by_entry(pair):
    x, y = (z.nodes for z in pair)
    product = nodes.multiplied(x, y)
    pairs = [(u, v) for u in x.entries() for v in y.entries()]
    assert product.order == len(pairs)
    assert product.entries() == [{at: u[at] * v[at] for at in u if at in v} for u, v in pairs]


def test_operations_are_equal_only_to_themselves():
    z = element(Z5, [{("a", 1): 1, ("c", 2): 1}])
    for operation in (z.operation, (z + z).operation, (z * z).operation, X.at(Z5, 1, 2).operation):
        again = replace(operation)
        assert operation != again
        assert len({operation, again, operation}) == 2
