"""Matrix coefficients: a semiring with homomorphisms, and the same verdict as over the table."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from algebra.groups.group_names import group
from algebra.networks.any_group import check, loss
from algebra.networks.coefficients import (
    Coefficients,
    coefficient_check,
    coefficient_tensor,
    product as clebsch_gordan,
    to_coefficients,
)
from algebra.networks.families import representation, short
from algebra.networks.verdict import table_check, table_loss
from algebra.numbers.parse import parse
from algebra.numbers.scalar import ONE, Scalar, added
from algebra.semiring.element import one, zero
from algebra.semiring.made import block, element
from algebra.semiring.potential import Potential

NAMES = ["S3", "D4", "D5", "Q8", "A4", "Dic3"]


def values(over: Coefficients) -> np.ndarray:
    return np.array([complex(x).real for x in over.functions.scalars])[over.functions.ids]


@pytest.mark.parametrize("name", NAMES)
def test_the_functions_are_orthogonal_with_the_norms(name):
    over = Coefficients(group(name))
    phi = values(over)
    assert np.allclose(phi @ phi.T, np.diag([complex(x).real for x in over.norms]))


@pytest.mark.parametrize("name", NAMES)
def test_products_and_multiplication_are_expanded_exactly(name):
    over = Coefficients(group(name))
    phi, products = values(over), group(name).products
    for u, v in product(range(0, over.order, 2), range(1, over.order, 3)):
        found = sum(
            (complex(x).real * phi[m] for m, x in clebsch_gordan(over, u, v)), start=0 * phi[0]
        )
        assert np.allclose(found, phi[u] * phi[v])
    for k in range(over.order):
        parts = [complex(x).real * np.outer(phi[u], phi[v]) for u, v, x in over.multiplied(k)]
        assert np.allclose(sum(parts), phi[k][products])


@pytest.mark.parametrize("name", [*NAMES, "Q8xZ3", "S4"])
@pytest.mark.parametrize("family", [representation, short])
def test_the_families_have_the_tensor_of_the_group(name, family):
    g = group(name)
    z = to_coefficients(family(g), g)
    assert coefficient_tensor(z) == z.spectrum.target
    assert check(z, target="onehot").accepted


def test_a_node_of_the_closed_form_is_one_coefficient_in_each_row():
    g = group("S4")
    z = to_coefficients(representation(g), g)
    rows = [sorted(p for p, _ in node) for node in z.node_list()]
    assert rows.count(["a", "b", "c"]) == 63


@settings(max_examples=15, deadline=None)
@given(st.sampled_from(["S3", "D4", "Q8"]), st.data())
def test_both_routes_agree(name, data):
    """Some values are others, and what comes is measured over the table and in coefficients."""
    g = group(name)
    z = short(g)
    if data.draw(st.booleans()):
        z = representation(g)
    for p in data.draw(st.lists(st.sampled_from("abc"), max_size=3)):
        ids = getattr(z, p).copy()
        at = data.draw(st.integers(0, g.order - 1)), data.draw(st.integers(0, z.order - 1))
        ids[at] = data.draw(st.integers(0, len(z.scalars) - 1))
        z = replace(z, **{p: ids})
    w = to_coefficients(z, g)
    for target in ("projected", "onehot"):
        one, other = coefficient_check(w, target=target), table_check(z, target=target)
        assert one.accepted == other.accepted
        assert loss(w, target=target) == table_loss(z, target=target)
    phi = np.array(w.spectrum.functions.scalars, dtype=object)[w.spectrum.functions.ids]
    zeros, back = np.full(g.order, Scalar(0)), []
    for node in w.node_list():
        rows = ([x * phi[k] for (q, k), x in node.items() if q == p] for p in "abc")
        back.append(tuple(sum(row, start=zeros).tolist() for row in rows))
    assert sorted(map(repr, back)) == sorted(map(repr, z.nodes()))


def test_what_fails_is_said_with_its_potentials():
    g = group("S3")
    z = to_coefficients(representation(g), g)
    nodes = [dict(node) for node in z.node_list()]
    j = next(j for j, node in enumerate(nodes) if ("c", 5) in node and ("a", 5) in node)
    nodes[j]["c", 5] = nodes[j]["c", 5] * 2
    found = check(element(z.spectrum, nodes), target="onehot")
    assert not found.accepted
    said = str(found)
    assert (
        "T[[1,1,1], [1,1,1], [1,1,1]] = 2, expected 1: a[[1,1,1]]*b[[1,1,1]]*c[[1,1,1]] = 2" in said
    )
    assert "1/2 * a[[1,1,1]]*a[[1,1,1]]*c[[1,1,1]] = 1" in said
    tensor = coefficient_tensor(element(z.spectrum, nodes))
    for line, at in zip(found.failures(), found.wrong, strict=True):
        parts = line.split(": ")[1].split("; ")
        total = added(parse(part.rsplit(" = ", 1)[1]) for part in parts)
        assert total == tensor[at] != z.spectrum.target.get(at, Scalar(0))


@given(st.data())
@settings(max_examples=30, deadline=None)
def test_elements_over_coefficients_are_a_semiring_with_homomorphisms(data):
    over = Coefficients(group("D4"))
    keys = st.tuples(st.sampled_from("abc"), st.integers(0, 7))
    entry = st.integers(-3, 3).filter(bool).map(Scalar)
    node = st.dictionaries(keys, entry, max_size=6)
    x, y, z = (element(over, data.draw(st.lists(node, max_size=3))) for _ in range(3))
    assert x * (y + z) == x * y + x * z
    assert (x * y) * z == x * (y * z)
    assert x * one(over) == x + zero(over) == x
    r = Potential(over, data.draw(st.lists(keys, min_size=1, max_size=3)))
    assert (r(zero(over)), r(one(over))) == (0, 1)
    assert r(x + y) == r(x) + r(y) == r((x + y).expand())
    assert r(x * y) == r(x) * r(y) == r((x * y).expand())


def test_other_elements_and_targets_are_refused():
    with pytest.raises(ValueError, match="is not over the matrix coefficients"):
        coefficient_check(block([ONE], [ONE], [ONE]))
    with pytest.raises(ValueError, match="pass projected or onehot"):
        coefficient_check(zero(Coefficients(group("S3"))), target="both")
