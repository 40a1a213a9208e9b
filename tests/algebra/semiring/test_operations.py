"""An element remembers how it was composed: the shape of the graph, and what is shared."""

from __future__ import annotations

from dataclasses import replace

import networkx
import pytest
from hypothesis import given

from algebra import PAIR, AbelianGroup, blocks, one, optimizers, parse_potential, total, zero, zeta
from algebra.semiring import nodes
from algebra.semiring.element import Leaf, Placed, Product, Sum, operands
from algebra.semiring.made import element
from proofs.strategies.elements import group_elements, same_spectrum
from tests.algebra.composition_graph import to_digraph

Z7 = AbelianGroup("Z7")


def labels(z) -> list[str]:
    graph = to_digraph(z)
    return sorted(graph.nodes[v]["label"] for v in graph)


def test_the_graph_of_a_product_has_an_edge_to_each_factor():
    graph = to_digraph(blocks.syn() * blocks.nu())
    assert graph.number_of_nodes() == 3
    assert sorted(graph.edges(data="position")) == [(0, 1, 0), (0, 2, 1)] or sorted(
        graph.edges(data="position")
    ) == [(0, 1, 1), (0, 2, 0)]
    assert graph.nodes[0] == {"label": "Product", "name": None, "order": 6}
    names = {graph.nodes[v]["name"]: graph.nodes[v]["order"] for v in graph}
    assert names == {None: 6, "syn": 3, "nu(nu)": 2}


def test_positions_are_those_of_the_operands():
    x, y = blocks.syn(), blocks.nu()
    graph = to_digraph(x + y)
    at = {graph.edges[e]["position"]: graph.nodes[e[1]]["name"] for e in graph.edges}
    assert at == {0: "syn", 1: "nu(nu)"}


def test_unnamed_sums_and_products_are_flat_and_named_ones_are_kept():
    x, y, z = blocks.syn(), blocks.nu(), blocks.three_c()
    assert len(operands((x + y + z).operation)) == 3
    assert len(operands((x + (y + z)).operation)) == 3
    assert len(operands((x * y * z).operation)) == 3
    assert len(operands(((x + y).named("s") + z).operation)) == 2
    assert len(operands(((x * y).named("p") * z).operation)) == 2
    assert len(operands((x * y + z).operation)) == 2
    assert len(operands(((x + y) * z).operation)) == 2


def test_each_operation_has_its_type_and_order():
    x = blocks.syn()
    cases = [
        (x, Leaf, 3),
        (blocks.node(1, 1, 1), Leaf, 1),
        (zero(PAIR), Leaf, 0),
        (x + x, Sum, 6),
        (x * x, Product, 9),
        (x**3, Product, 27),
        (x**0, Leaf, 1),
        (x.at(Z7, 1, 3), Placed, 6),
        (x.at(AbelianGroup("Z2xZ4"), (1, 1)), Placed, 3),
        (x.at(AbelianGroup("Z11"), 1, 2, 3, 4), Placed, 12),
        (x.at(AbelianGroup("Z11"), 1, 2, 3, 4, 5), Placed, 15),
        (total(PAIR, [x, x, x]), Sum, 9),
    ]
    for z, kind, order in cases:
        assert isinstance(z.operation, kind)
        assert z.order == order


def test_a_total_of_one_part_is_that_part():
    x = blocks.syn()
    assert total(PAIR, [x]) is x
    assert operands(total(PAIR, [x, x]).operation) == (x, x)
    assert operands(x.operation) == ()


def test_shared_parts_are_one_vertex():
    x = blocks.syn()
    assert to_digraph(x * x + x).number_of_nodes() == 3
    assert to_digraph((x + x) ** 2).number_of_nodes() == 3
    z = x
    for i in range(40):
        z = (z + z).named(f"doubled {i}")
    graph = to_digraph(z)
    assert graph.number_of_nodes() == 41
    assert z.order == 3 * 2**40
    assert networkx.is_directed_acyclic_graph(graph)
    assert parse_potential("abc")(z) == 3 * 2**40
    assert z.parameters == ()


def test_substitution_keeps_the_shape_the_names_and_the_sharing():
    x = blocks.nu()
    z = (x * x + x).named("z")
    at = z.substitute({"nu": 1})
    assert labels(at) == labels(z)
    assert at.name == "z"
    part, again = operands(at.operation)
    assert operands(part.operation)[0] is again


def test_memorization_is_a_product_of_two_sums():
    z = optimizers.memorization(AbelianGroup("Z5"))
    assert isinstance(z.operation, Product)
    assert [part.order for part in operands(z.operation)] == [5, 5]
    names = [part.name for part in operands(z.operation)]
    assert names == ["sum over first inputs", "sum over second inputs"]


@pytest.mark.parametrize("family", ["four-plus-six", "six-per-frequency", "four-plus-constant"])
def test_optimizers_keep_their_blocks(family):
    z = optimizers.build(Z7, family)
    names = {data["name"] for _, data in to_digraph(z).nodes(data=True)}
    assert family in names
    assert any(str(name).startswith("nu(") for name in names)


@given(group_elements(depth=3))
def test_the_graph_is_acyclic_and_orders_follow_the_operations(z):
    graph = to_digraph(z)
    assert networkx.is_directed_acyclic_graph(graph)
    assert set(networkx.descendants(graph, 0)) | {0} == set(graph)
    assert graph.nodes[0]["order"] == z.order
    for v in graph:
        below = [graph.nodes[w]["order"] for w in graph.successors(v)]
        if graph.nodes[v]["label"] == "Product":
            assert graph.nodes[v]["order"] >= min(below) or not all(below)
        assert len(below) == 0 or graph.nodes[v]["label"] in ("Sum", "Product", "Placed")


def test_one_to_the_power_zero_is_one():
    assert one(PAIR) ** 0 == zero(PAIR) ** 0 == one(PAIR)


@given(same_spectrum(2))
def test_a_product_has_all_pairs_of_nodes_entry_by_entry(pair):
    x, y = (z.nodes for z in pair)
    product = nodes.multiplied(x, y)
    pairs = [(u, v) for u in x.entries() for v in y.entries()]
    assert product.order == len(pairs)
    assert product.entries() == [{at: u[at] * v[at] for at in u if at in v} for u, v in pairs]


def test_a_block_at_the_larger_of_a_pair_has_its_conjugates_at_the_smaller():
    z = blocks.xi(zeta(5))
    both, smaller = z.at(Z7, 6, 2).node_list(), z.at(Z7, 1, 2).node_list()
    assert both[2:] == smaller[2:]
    for x, y in zip(both[:2], smaller[:2], strict=True):
        assert {at: value.conjugate() for at, value in x.items()} == y


def test_operations_are_equal_only_to_themselves():
    z = element(AbelianGroup("Z5"), [{("a", 1): 1, ("c", 2): 1}])
    placed = blocks.syn().at(AbelianGroup("Z5"), 1, 2)
    for operation in (z.operation, (z + z).operation, (z * z).operation, placed.operation):
        again = replace(operation)
        assert operation != again
        assert len({operation, again, operation}) == 2
