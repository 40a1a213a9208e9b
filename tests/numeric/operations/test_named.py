"""What a network computes that does not add: Latin squares, and operations with names."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from algebra import AbelianGroup
from algebra.groups.isotopy import is_latin
from numeric import Weights
from numeric.exact.certify import certify
from numeric.operations.named import operations
from numeric.recognition.recognise import NotLearnedError, recognise
from numeric.weights.given import reading

DATA = Path(__file__).parents[2] / "data"
X, Y = np.indices((12, 12))


def residues(table: Any, *moduli: int) -> Any:
    """The table of a group of these moduli in their numbering, by mixed radix, one digit a time."""
    out = np.zeros_like(table[0])
    radix = 1
    for n in reversed(moduli):
        out = out + radix * ((table[0] // radix % n + table[1] // radix % n) % n)
        radix *= n
    return out


TABLES = {
    "x + y over Z12": (X + Y) % 12,
    "x - y over Z12": (X - Y) % 12,
    "y - x over Z12": (Y - X) % 12,
    "-x - y over Z12": (-X - Y) % 12,
    "x + y + 5 over Z12": (X + Y + 5) % 12,
    "x - y - 1 over Z12": (X - Y + 11) % 12,
    "x*y mod 12": X * Y % 12,
    "x*y mod 13 on 1..12": (X + 1) * (Y + 1) % 13 - 1,
    "x/y mod 13 on 1..12": (X + 1) * (Y + 1) ** 11 % 13 - 1,
    "x + y over Z2xZ6": residues((X, Y), 2, 6),
    "x + y over Z3xZ4": residues((X, Y), 3, 4),
    "x + y over Z4xZ3": residues((X, Y), 4, 3),
    "x + y over Z3xZ2xZ2": residues((X, Y), 3, 2, 2),
    "x - y over Z11 on the numbers 0..10": np.where((X < 11) & (Y < 11), (X - Y) % 11, 11),
}


@pytest.mark.parametrize("name", TABLES)
def test_every_operation_with_a_name_is_found_also_where_a_few_answers_are_wrong(name: str) -> None:
    table = TABLES[name]
    best = operations(table, AbelianGroup("Z12"))[0]
    assert (best.name, best.accuracy) == (name, 1.0)
    pairs = 121 if " on the " in name else 144
    assert best.pairs == pairs
    assert (best.sum_of is not None) == (name.startswith("x + y over") and " on the " not in name)
    assert is_latin(table) == (name not in ("x*y mod 12", "x - y over Z11 on the numbers 0..10"))
    spoilt = table.copy()
    spoilt[0, :3] = (spoilt[0, :3] + 1) % 12
    best = operations(spoilt, AbelianGroup("Z12"))[0]
    assert (best.name, best.accuracy) == (name, 1 - 3 / pairs)
    assert not is_latin(spoilt)


def test_small_multiples_of_x_and_y_are_found_and_a_division_by_zero_is_left_out() -> None:
    x, y = np.indices((7, 7))
    group = AbelianGroup("Z7")
    assert operations((x + 2 * y + 3) % 7, group)[0].name == "x + 2y + 3 over Z7"
    assert operations((2 * y - 3 * x) % 7, group)[0].name == "2y - 3x over Z7"
    best = operations(x * y**5 % 7, group)[0]
    assert (best.name, best.pairs) == ("x/y mod 7", 42)


def test_the_named_group_comes_first_and_its_constants_have_its_labels() -> None:
    group = AbelianGroup("Z2xZ4")
    every = np.arange(8)
    table = group.add(group.add(every[:, None], every[None]), np.array(7))
    assert operations(table, group)[0].name == "x + y + (1,3) over Z2xZ4"


@pytest.mark.parametrize("order", [1, 2, 3, 997, 4096])
def test_any_order_has_operations_to_compare_with(order: int) -> None:
    some = operations(np.zeros((min(order, 3),) * 2, dtype=np.uint8), AbelianGroup(order))
    assert some
    assert all(0 <= x.accuracy <= 1 for x in some)


SAID = {
    "x_minus_y_mod7.npz": "; it answers 49 of 49 pairs as x - y over Z7",
    # its answer to (0, 0) is 4, which is -3
    "x_plus_y_plus_3_mod7.npz": "; it answers 49 of 49 pairs as x + y - 3 over Z7",
    "z6_in_the_order_of_z2xz3.npz": "; it answers 36 of 36 pairs as x + y over Z2xZ3; "
    "pass --group Z2xZ3 (AbelianGroup('Z2xZ3'))",
    "trained_product_mod13.pt": "; it answers 144 of 144 pairs as x*y mod 13 on 1..12: Z12 by "
    "powers of 2",
}


def as_stored(name: str) -> Weights:
    """The weights over the cyclic group, whatever they answer."""
    network = reading(DATA / name).network
    return network.weights(AbelianGroup(network.inputs))


@pytest.mark.parametrize("name", SAID)
def test_a_network_that_answers_another_operation_is_not_said_to_have_learned_nothing(
    name: str,
) -> None:
    w = as_stored(name)
    found = recognise(w)
    said = str(found.not_learned())
    assert said.startswith(f"the network computes another operation than x + y over {w.group} (")
    assert said.endswith(SAID[name])
    assert "has not learned" not in said
    assert not found.learned
    data = found.as_json()
    assert data["operation"] in SAID[name]
    assert (data["latin"], data["operation accuracy"], data["learned"]) == (True, 1.0, False)
    with pytest.raises(NotLearnedError, match="the network computes another operation than x"):
        certify(w)


def test_the_advice_to_pass_a_group_is_right() -> None:
    assert recognise(reading(DATA / "z6_in_the_order_of_z2xz3.npz", group="Z2xZ3").weights).learned


def test_a_latin_square_of_no_name_is_said_to_be_one() -> None:
    """Permuted outputs: a group in disguise, whose permutation has no name."""
    w = as_stored("x_minus_y_mod7.npz")
    order = [3, 0, 4, 1, 6, 2, 5]
    found = recognise(Weights(w.group, w.w_a, w.w_b, w.w_c[order]))
    said = str(found.not_learned())
    assert "another operation than x + y over Z7" in said
    assert said.endswith("a renaming of the outputs of x - y over Z7")
