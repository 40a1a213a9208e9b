"""Multiplications in disguise."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from algebra.groups.group_names import group, multiplication, multiplication_of
from tests.algebra.groups.tables import LOOP, ORDER_21


@settings(max_examples=15, deadline=None)
@given(st.sampled_from(["S3", "D4", "Q8", "Dic3", "A4"]), st.integers(0, 10**6))
def test_every_isotope_is_found_and_its_table_is_that_of_the_operation(name, seed):
    random = np.random.default_rng(seed)
    g = group(name)
    p, s, r = (random.permutation(g.order) for _ in range(3))
    table = np.argsort(r)[g.products[p[:, None], s]]
    found = multiplication_of(table)
    assert found.group.name == name
    assert (found.table() == table).all()


def test_the_group_in_its_own_numbering_is_said_without_more():
    g = group("A4")
    assert multiplication_of(g.products) == multiplication(g)


def test_a_group_without_a_name_is_described():
    table = ORDER_21[:, ::-1]
    found = multiplication_of(table)
    assert "a group of order 21 with 5 classes" in found.name
    assert (found.table() == table).all()


@pytest.mark.parametrize(
    "table", [[[0, 1], [0, 1]], [[0, 1], [1, 0]], [[1, 2, 0], [2, 0, 1], [0, 1, 2]], LOOP]
)
def test_what_is_no_group_in_disguise_or_an_addition_is_none(table):
    assert multiplication_of(np.array(table)) is None
