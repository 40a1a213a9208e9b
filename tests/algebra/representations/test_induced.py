"""Representations cut out of induced ones: of every group of order up to 31, against GAP."""

import json
from pathlib import Path

import numpy as np
import pytest

from algebra.groups.finite_group import FiniteGroup
from algebra.groups.group import isomorphism_types
from algebra.groups.group_names import group
from algebra.networks.any_group import build, check
from algebra.representations import induced as module
from algebra.representations.induced import characters, induced
from algebra.representations.irreducibles import NoRepresentationsError, irreducibles, symmetric
from algebra.representations.representation import require_complete

SMALL = json.loads((Path(__file__).parents[2] / "data" / "small_groups.json").read_text("utf-8"))


def small_group(key: str) -> FiniteGroup:
    """The group whose generators multiply from the right as in the file; number 0 is neutral."""
    generators = [np.array(x) for x in SMALL[key]["generators"]]
    known = {0: np.arange(int(key.split(",")[0]))}
    for x in (queue := [0]):
        for s in generators:
            if (y := int(s[x])) not in known:
                known[y] = s[known[x]]
                queue.append(y)
    return FiniteGroup(np.array([known[y] for y in range(len(known))]).T)


GROUPS = {key: small_group(key) for key in SMALL}
OTHERS = [key for key, g in GROUPS.items() if not g.is_abelian]


@pytest.mark.parametrize("d", sorted({g.order for g in GROUPS.values() if not g.is_abelian}))
def test_every_group_of_order_up_to_31_has_those_that_gap_says(d):
    for key in (x for x in OTHERS if GROUPS[x].order == d):
        found = induced(GROUPS[key])
        require_complete(GROUPS[key], found)
        kinds = sorted([x.dimension, x.kind] for x in found)
        assert kinds == SMALL[key]["real"], key
        width = 1 + sum(x.dimension**3 // x.kind for x in found[1:])
        assert width == SMALL[key]["width"], key
        assert found[0].name == "1"
        assert len({x.name for x in found}) == len(found)


def test_the_file_has_all_groups_and_none_twice():
    abelian = [g for g in GROUPS.values() if g.is_abelian]
    assert len(abelian) == sum(len(list(isomorphism_types(d))) for d in range(1, 32))
    others = [GROUPS[key] for key in OTHERS]
    assert (len(abelian), len(others)) == (48, 45)
    assert len({(g.invariants, tuple(SMALL[k]["real"][-1])) for k, g in GROUPS.items()}) > 80


def test_characters_are_orthogonal_and_as_many_as_classes():
    g = group("SL(2,5)")
    table = characters(g)
    products = table.values @ table.values[:, g.inverses].T % table.prime
    assert len(table.values) == len(np.unique(g.classes))
    assert (products == g.order * np.eye(len(products))).all()
    assert table.values[:, g.identity].tolist() == [1, 2, 2, 3, 3, 4, 4, 5, 6]


@pytest.mark.parametrize("key", ["21,1", "20,3", "16,4", "18,4", "24,3", "27,3", "12,3"])
def test_their_closed_form_is_exact(key):
    for family in ("representation", "short"):
        z = build(GROUPS[key], family)
        assert check(z, target="onehot").accepted
        assert family == "short" or z.order == SMALL[key]["width"]


#: Widths of `short` for groups of order 16 without a name, as in the catalogue.
SHORT = {"16,3": 26, "16,4": 26, "16,6": 42, "16,8": 44, "16,13": 40}


@pytest.mark.parametrize("key", SHORT)
def test_widths_of_groups_of_order_16_without_a_name_are_those_of_the_catalogue(key):
    z = build(GROUPS[key])
    assert (z.order, check(z, target="onehot").accepted) == (SHORT[key], True)


@pytest.mark.parametrize("n", [3, 4])
def test_young_s_have_the_same_characters(n):
    of = {x.character() for x in symmetric(n)}
    assert {x.character() for x in induced(group(f"S{n}"))} == of


def test_conjugate_ones_over_q_are_conjugate_matrices():
    threes = [x for x in irreducibles(group("A5")) if x.dimension == 3]
    assert threes[0].galois(2).character() == threes[1].character() != threes[0].character()


def test_a_group_of_which_not_all_are_found_is_refused(monkeypatch):
    monkeypatch.setattr(module, "_subgroups", lambda g: [np.arange(g.order)])
    g = group("D9")
    irreducibles.cache_clear()
    with pytest.raises(NoRepresentationsError, match="not all of its representations are found"):
        irreducibles(g)
    irreducibles.cache_clear()
    assert check(build(g, "memorization")).accepted
