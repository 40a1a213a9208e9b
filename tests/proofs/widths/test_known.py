"""What is known of a width over a table: families that are proved, bounds, and their words."""

from itertools import product

import numpy as np
import pytest

from algebra import AbelianGroup
from algebra.groups.group_names import group
from numeric.narrow.problem import Operation, products
from proofs.widths.known import KnownWidths, dimension_bound


def test_a_group_that_is_not_abelian_has_its_families_and_a_verdict_for_each_width():
    known = KnownWidths(group("A4"), "onehot")
    assert known.proved == {"short": 30, "representation": 32, "memorization": 145}
    assert known.verdict(22) == "cited: 22 nodes do not suffice, with real weights"
    assert known.verdict(29) == "whether 29 nodes suffice is not known"
    assert known.verdict(30, said="A4").endswith(
        "its certificate: cogo build A4 --target onehot --family short -o FILE.cert.json"
    )


def test_any_operation_can_be_memorized_and_has_a_bound_by_ranks():
    known = KnownWidths(Operation(((0, 0), (0, 1)), "and"), "onehot")
    assert str(known) == (
        "and (order 2), target onehot: known: memorization has 9 nodes; "
        "proved: at least 2 (exact ranks)"
    )
    assert known.verdict(1) == "proved: 1 nodes do not suffice, with real weights"
    plain = KnownWidths(Operation(((0, 0), (0, 1)), "and"), "onehot", constants=False)
    assert plain.narrowest is None
    assert "known: no family" in str(plain)


@pytest.mark.parametrize("name", ["Z2", "Z3", "Z5", "Z2xZ2", "S3", "Q8"])
def test_ranks_of_a_group_are_its_order_and_one_less(name):
    G = group(name)
    for target, bound in (("onehot", G.order), ("projected", G.order - 1)):
        assert dimension_bound(products(G), target=target) == bound
        assert bound <= KnownWidths(G, target).least


def test_a_table_of_one_input_needs_no_product_and_ranks_are_exact():
    first = np.array([[0, 0, 0], [1, 1, 1], [2, 2, 2]])
    assert dimension_bound(first, target="projected") == 0
    assert dimension_bound(first, target="onehot") == 3
    # Three functions of the products of all tables on two numbers: 1 + 1 or 0 products.
    for table in product(range(2), repeat=4):
        t = np.reshape(table, (2, 2))
        mixed = int(t[0, 0] + t[1, 1] != t[0, 1] + t[1, 0])
        assert dimension_bound(t, target="projected") == mixed
        assert dimension_bound(t, target="onehot") == max(mixed + 1, len(set(table)))


def test_ranks_are_not_computed_where_integers_could_overflow():
    with pytest.raises(ValueError, match=r"^table of 129 rows: ranks are computed of at most 128$"):
        dimension_bound(np.zeros((129, 129), dtype=int), target="projected")
    assert dimension_bound(np.zeros((128, 128), dtype=int), target="projected") == 0


def test_abelian_groups_are_as_before():
    known = KnownWidths(AbelianGroup("Z7"), "onehot")
    assert known.suffices(13)
    assert not known.suffices(12)
    assert (known.narrowest, known.least) == (("four-plus-constant", 13), 12)


def test_a_bound_over_an_abelian_group_is_proved_by_coq():
    known = KnownWidths(AbelianGroup("Z5"), "onehot")
    assert known.verdict(7) == "proved: 7 nodes do not suffice, with real weights"
    for name, target, least in (("Z3", "onehot", 4), ("Z3", "projected", 3), ("Z5", "onehot", 8)):
        known = KnownWidths(AbelianGroup(name), target)
        assert str(known).endswith(f"proved: at least {least} (Coq: {target}_width_of_products)")
    assert KnownWidths(AbelianGroup("Z4"), "projected").verdict(4).startswith("proved: 4")
    for target in ("onehot", "projected"):  # without constant parts
        known = KnownWidths(AbelianGroup("Z3"), target, constants=False)
        assert str(known).endswith("proved: at least 6 (Coq: plain_width_of_products)")
