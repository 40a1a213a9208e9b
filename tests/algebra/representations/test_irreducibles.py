"""Irreducible real representations: complete, of the right types, and no wrong one passes."""

from dataclasses import replace

import numpy as np
import pytest

from algebra.groups.group_names import group
from algebra.numbers.scalar import ONE, ZERO, Scalar
from algebra.numbers.units import zeta
from algebra.representations.irreducibles import irreducibles
from algebra.representations.representation import (
    Representation,
    RepresentationError,
    require_complete,
    require_irreducible,
)
from tests.algebra.groups.tables import renumbered

#: Dimensions and types of all irreducible real representations, from the literature.
KNOWN = {
    "S3": "1r 1r 2r",
    "D4": "1r 1r 1r 1r 2r",
    "D5": "1r 1r 2r 2r",
    "Q8": "1r 1r 1r 1r 4q",
    "Dic3": "1r 1r 2c 2r 4q",
    "A4": "1r 2c 3r",
    "S4": "1r 1r 2r 3r 3r",
    "A5": "1r 3r 3r 4r 5r",
    "S5": "1r 1r 4r 4r 5r 5r 6r",
    "Q16": "1r 1r 1r 1r 2r 4q 4q",
    "S3xZ3": "1r 1r 2c 2c 2r 4c",
    "Q8xZ3": "1r 1r 1r 1r 2c 2c 2c 2c 4c 4q",
    "Dic3xZ4": "1r 1r 1r 1r 2c 2c 2c 2c 2c 2c 2r 2r 4c 4c 4q 4q",
    "SL(2,3)": "1r 2c 3r 4q 4c",
    "SL(2,5)": "1r 3r 3r 4q 4q 4r 5r 8q 12q",
    "Q8xQ8": "1r " * 16 + "4q " * 8 + "4r",
}


@pytest.mark.parametrize(("name", "kinds"), KNOWN.items())
def test_all_are_found_with_their_types(name, kinds):
    found = irreducibles(group(name))
    assert sorted(f"{x.dimension}{' rc q'[x.kind]}" for x in found) == sorted(kinds.split())
    assert len({x.name for x in found}) == len(found)


def test_a_table_in_another_numbering_has_them_over_an_isomorphism():
    assert [x.dimension for x in irreducibles(renumbered("A4", 0))] == [1, 2, 3]


def test_the_symmetric_groups_are_rational_and_the_icosahedron_has_the_golden_section():
    assert {x.field for rho in irreducibles(group("S5")) for x in rho.values.ravel()} == {1}
    assert {x.field for rho in irreducibles(group("A5")) for x in rho.values.ravel()} == {1, 5}


def spoiled(rho: Representation, x: int, i: int, j: int, value: Scalar) -> Representation:
    values = rho.values.copy()
    values[x, i, j, 0] = value
    return replace(rho, values=values)


def test_one_wrong_entry_anywhere_is_caught():
    g = group("S3")
    rho = next(x for x in irreducibles(g) if x.dimension == 2)
    for x, i, j in np.ndindex(6, 2, 2):
        with pytest.raises(RepresentationError):
            require_irreducible(g, spoiled(rho, x, i, j, rho.values[x, i, j, 0] + 1))


def wrong_ones() -> dict[str, Representation]:
    """Representations of S3 with something wrong, by what is said of them."""
    one, two, sign = sorted(irreducibles(group("S3")), key=lambda x: x.name == "[1,1,1]")
    values = np.full((6, 2, 2, 1), ZERO, dtype=object)
    values[:, 0, 0], values[:, 1, 1] = one.values[:, 0, 0], sign.values[:, 0, 0]
    return {
        "does not keep the form": replace(two, form=(ONE, ONE)),
        "not diagonal without zeros": replace(two, form=(ONE, ZERO)),
        "is not real": replace(two, form=(ONE, zeta(4))),
        "norm 2": Representation("sum", values, (ONE, ONE)),
        "no homomorphism": spoiled(sign, 1, 0, 0, ONE),
    }


def test_what_is_wrong_is_said():
    for said, rho in wrong_ones().items():
        with pytest.raises(RepresentationError, match=said):
            require_irreducible(group("S3"), rho)


def test_a_list_that_lacks_one_or_has_one_twice_is_refused():
    g = group("D4")
    found = irreducibles(g)
    with pytest.raises(RepresentationError, match="have 7 functions"):
        require_complete(g, found[1:])
    with pytest.raises(RepresentationError, match="5 representations with 4 characters"):
        require_complete(g, [found[1], *found[1:]])
