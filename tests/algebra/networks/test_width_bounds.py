"""Lower bounds over tables: what the theorems say of each group, and that no network is below."""

import pytest

from algebra.groups.group_names import group, named_groups, product_of
from algebra.networks import width_bounds
from algebra.networks.any_group import build
from algebra.networks.width_bounds import rank_bound, table_bound
from algebra.representations.irreducibles import NoRepresentationsError
from tests.algebra.groups.tables import renumbered

#: Products at least, and nodes at least for the one-hot and the projected target.
BOUNDS = {
    "S3": (1 + 7, 10, 9),
    "D4": (3 + 7, 12, 12),
    "Q8": (3 + 8, 12, 12),
    "D5": (1 + 7 + 7, 16, 16),
    "A4": (3 + 19, 23, 22),
    "D6": (3 + 7 + 7, 18, 18),
    "Dic3": (1 + 3 + 7 + 8, 20, 20),
    "Q8xZ2": (7 + 8 + 8, 24, 24),
    "Q8xZ2^2": (15 + 4 * 8, 48, 48),
    "S4": (1 + 7 + 17 + 17, 43, 43),
}


@pytest.mark.parametrize("name", BOUNDS)
def test_bounds_are_those_of_the_simple_factors(name):
    G = group(name)
    targets = [table_bound(G, target=target)[0] for target in ("onehot", "projected")]
    assert (rank_bound(G)[0], *targets) == BOUNDS[name]


def test_no_exact_network_is_below_and_some_are_least():
    least = []
    for order in range(6, 17, 2):
        for G in map(product_of, named_groups(order)):
            width = build(G, "short").order
            bounds = [table_bound(G, target=target)[0] for target in ("onehot", "projected")]
            assert width >= bounds[0] >= bounds[1] > order
            if width == bounds[0]:
                least.append(G.name)
    assert least == ["S3", "D4", "Q8", "Q8xZ2"]


def test_without_representations_the_classes_give_the_bound_of_alder_and_strassen(monkeypatch):
    def unknown(G):
        raise NoRepresentationsError("none")

    known = {name: rank_bound(group(name))[0] for name in ("S3", "D4", "D5", "D6", "Q8", "Dic3")}
    monkeypatch.setattr(width_bounds, "irreducibles", unknown)
    for name, bound in known.items():
        H = sum(1 for x in ("Q8", "Dic3") if x == name)  # each has one factor of quaternions
        assert rank_bound(group(name))[0] == bound - H


def test_the_numbering_does_not_matter():
    for target in ("onehot", "projected"):
        bound = table_bound(group("D4"), target=target)
        assert table_bound(renumbered("D4", 0), target=target) == bound


def test_what_a_bound_rests_on_is_said():
    said = {name: table_bound(group(name), target="onehot")[1] for name in ("S3", "Q8", "A4")}
    assert said == {
        "S3": "docs/theory/proofs/narrow.md; Alder and Strassen 1981, de Groote 1978",
        "Q8": "docs/theory/proofs/narrow.md",
        "A4": "docs/theory/proofs/narrow.md; Bläser 2003",
    }
