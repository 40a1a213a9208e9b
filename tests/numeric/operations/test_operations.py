"""What a table of answers computes, where some are wrong or unused, and what of that is told."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, strategies as st

from algebra.groups.group import AbelianGroup, isomorphism_types
from algebra.groups.group_names import group as named_group
from algebra.groups.isotopy import Isotopy, NotIsotopicError, is_latin
from algebra.groups.operation import operation
from numeric import Weights
from numeric.exact.certify import certify
from numeric.operations.identify import identify, isotopy_near, multiplication_near, squares
from numeric.operations.named import operations
from numeric.recognition.recognise import NotLearnedError, recognise
from numeric.weights.given import reading

DATA = Path(__file__).parents[2] / "data"
GROUPS = [G for d in range(5, 17) for G in isomorphism_types(d)]
X, Y = np.indices((12, 12))


def residues(x: Any, y: Any, *moduli: int) -> Any:
    """``x + y`` over the group of these moduli, by mixed radix, one digit a time."""
    out, radix = np.zeros_like(x), 1
    for n in reversed(moduli):
        out = out + radix * ((x // radix % n + y // radix % n) % n)
        radix *= n
    return out


TABLES = {
    "x + y over Z12": (X + Y) % 12,
    "x - y over Z12": (X - Y) % 12,
    "y - x over Z12": (Y - X) % 12,
    "-x - y over Z12": (-X - Y) % 12,
    "x + y - 3 over Z12": (X + Y + 9) % 12,
    "x + y + 5 over Z12": (X + Y + 5) % 12,
    "x - y - 1 over Z12": (X - Y + 11) % 12,
    "x*y mod 13 on 1..12": (X + 1) * (Y + 1) % 13 - 1,
    "x/y mod 13 on 1..12": (X + 1) * (Y + 1) ** 11 % 13 - 1,
    "x + y over Z2xZ6": residues(X, Y, 2, 6),
    "x + y over Z3xZ4": residues(X, Y, 3, 4),
    "x + y over Z4xZ3": residues(X, Y, 4, 3),
    "x + y over Z3xZ2xZ2": residues(X, Y, 3, 2, 2),
}
#: What has a name, but is not in the list; and what is, and is no Latin square.
FITTED = {
    "5x - y + 2 over Z12": (5 * X - Y + 2) % 12,
    "3*x*y mod 13 on 1..12": 3 * (X + 1) * (Y + 1) % 13 - 1,
    "y - x over Z3xZ4": (Y // 4 - X // 4) % 3 * 4 + (Y - X) % 4,
}
UNEVEN = {
    "x*y mod 12": X * Y % 12,
    "x - y over Z11 on the numbers 0..10": np.where((X < 11) & (Y < 11), (X - Y) % 11, 11),
}


def disguised(group: AbelianGroup, rng: np.random.Generator) -> Any:
    p, s, r = (tuple(rng.permutation(group.order).tolist()) for _ in "psr")
    return Isotopy(group, p, s, r).table()


def with_mistakes(table: Any, share: float, rng: np.random.Generator) -> Any:
    d, wrong = len(table), int(share * table.size)
    at = rng.choice(table.size, wrong, replace=False)
    spoilt = table.copy()
    spoilt.flat[at] = (spoilt.flat[at] + rng.integers(1, d, wrong)) % d
    assert (spoilt != table).sum() == wrong
    return spoilt


@pytest.mark.parametrize("share", [0, 0.1])
@pytest.mark.parametrize("name", TABLES | FITTED)
def test_the_simplest_name_that_holds_is_told_also_where_one_of_ten_answers_is_wrong(name, share):
    table = (TABLES | FITTED)[name]
    found = identify(with_mistakes(table, share, np.random.default_rng(0)))
    assert (found.isotopy.table() == table).all()
    assert found.isotopy.is_addition == name.startswith("x + y over")
    powers = ": Z12 by powers of 2" if "mod 13" in name else ""
    assert str(found) == f"it answers {130 if share else 144} of 144 pairs as {name}{powers}"


@pytest.mark.parametrize("name", TABLES | UNEVEN)
def test_every_operation_of_the_list_is_found_also_where_a_few_answers_are_wrong(name):
    table, pairs = (TABLES | UNEVEN)[name], 121 if " on the " in name else 144
    best = operations(table, AbelianGroup("Z12"))[0]
    assert (best.name, best.accuracy, best.pairs) == (name, 1.0, pairs)
    assert (best.sum_of is not None) == (name.startswith("x + y over"))
    assert is_latin(table) == (name in TABLES)
    spoilt = table.copy()
    spoilt[0, :3] = (spoilt[0, :3] + 1) % 12
    best = operations(spoilt, AbelianGroup("Z12"))[0]
    assert (best.name, best.accuracy) == (name, 1 - 3 / pairs)
    assert not is_latin(spoilt)


@given(st.sampled_from(GROUPS), st.integers(0, 10**6), st.floats(0, 0.1))
def test_a_disguise_without_a_name_is_found_behind_mistakes(group, seed, share):
    rng = np.random.default_rng(seed)
    table = disguised(group, rng)
    spoilt = with_mistakes(table, share, rng)
    found = identify(spoilt)
    assert found.right == (found.isotopy.table() == spoilt).sum() >= (table == spoilt).sum()
    assert found.isotopy.agreement(spoilt) == (found.right, found.pairs)
    assert found.pairs == table.size


def test_mistakes_are_told_apart_from_renamings():
    """Two outputs exchanged agree with x + y on 91 %, and are no mistakes."""
    x = np.arange(23)
    table = (x[:, None] + x) % 23
    told = str(identify(np.where(table < 2, 1 - table, table)))
    assert told == "it answers 529 of 529 pairs as a renaming of the outputs of x + y over Z23"
    table[3, :11] = 5
    assert str(identify(table)) == "it answers 519 of 529 pairs as x + y over Z23"


RENAMED = {
    "a renaming of the outputs of x + y over Z11": lambda t, q, _: q[t],
    "a renaming of the inputs of x + y over Z11": lambda t, q, _: t[q][:, q],
    "a renaming of x in x + y over Z11": lambda t, q, _: t[q],
    "a renaming of y in x + y over Z11": lambda t, q, _: t[:, q],
    "a renaming of the elements of x + y over Z11": lambda t, q, _: np.argsort(q)[t[q][:, q]],
    "different renamings of x and of y in x + y over Z11": lambda t, q, u: t[q][:, u],
    "different renamings of x and of the outputs in x + y over Z11": lambda t, q, u: u[t[q]],
    "a table of order 11, isotopic to Z11": lambda t, q, u: q[u][t[q][:, u]],
}


@pytest.mark.parametrize("name", RENAMED)
def test_what_is_renamed_is_told(name):
    rng = np.random.default_rng(1)
    q, u = rng.permutation(11), rng.permutation(11)
    x = np.arange(11)
    table = RENAMED[name]((x[:, None] + x) % 11, q, u)
    found = identify(table).isotopy
    assert found.name == name
    assert (found.table() == table).all()


def test_the_expected_group_is_kept_where_it_fits_and_else_another_is_found():
    for text in ("Z2xZ4", "Z4xZ2", "Z8"):
        group, x = AbelianGroup(text), np.arange(8)
        sums = group.add(x[:, None], x[None])
        for asked in (None, AbelianGroup("Z2xZ4")):
            found = identify(sums, asked).isotopy
            assert (found.name, found.is_addition) == (f"x + y over {text}", True)
    turned = np.random.default_rng(0).permutation(8)[sums]
    found = identify(turned, AbelianGroup("Z8")).isotopy
    assert found.name == "a renaming of the outputs of x + y over Z8"


@pytest.mark.parametrize("pads", [1, 2, 3])
@pytest.mark.parametrize("first", [False, True])
def test_rows_that_are_not_used_are_left_out(pads, first):
    rng, n = np.random.default_rng(pads), 13
    x = np.arange(n)
    table = rng.integers(0, n + pads, (n + pads, n + pads))
    at = np.arange(n) + (pads if first else 0)
    table[np.ix_(at, at)] = at[(x[:, None] - x) % n]
    found = identify(table)
    assert found.isotopy.numbers == (tuple(at.tolist()),) * 3
    assert found.isotopy.name == f"x - y over Z13 on the numbers {at[0]}..{at[-1]}"
    assert (found.right, found.pairs) == (169, 169)
    places = found.isotopy.places()
    assert (table[np.ix_(places[0], places[1])] == places[2][(x[:, None] + x) % n]).all()


def test_unused_rows_that_answer_as_others_do_are_left_out_with_their_numbers():
    """Column 5 is that of 14: either may stand in the table, and 5 is answered to nothing else."""
    prime = [1, 2, 4, 7, 8, 11, 13, 14]
    table = np.zeros((15, 15), dtype=int)
    table[np.ix_(prime, prime)] = np.outer(prime, prime) % 15
    table[:, 5] = table[:, 14]
    found = identify(table).isotopy
    assert found.numbers == (tuple(prime),) * 3
    assert found.name.startswith("x*y mod 15 on the residues prime to 15: ")


def test_rows_and_outputs_that_are_not_used_may_be_different_ones():
    x = np.arange(11)
    table = np.zeros((12, 13), dtype=int)
    table[1:, :11] = (x[:, None] + 2 * x) % 11
    found = identify(table, outputs=14)
    assert str(found) == (
        "it answers 121 of 121 pairs as x + 2y over Z11 on rows 1..11, columns 0..10 and outputs "
        "0..10; the other rows, columns and outputs are left out"
    )


def test_a_product_of_shifted_numbers_says_which_they_are():
    x = np.arange(7)
    found = str(identify((x[:, None] * x + x[:, None] + x) % 7))
    assert "as x*y mod 7 on 1..6: Z6 by powers of 3 on the numbers 0..5; the other rows" in found


def test_where_all_inputs_are_kept_nothing_is_said_of_others():
    x = np.arange(7)
    assert str(identify((x[:, None] + x) % 7, outputs=8)).endswith(
        "columns and outputs are left out"
    )


def test_inputs_from_one_and_outputs_from_zero_are_told_apart_from_mistakes():
    """The numbers 0..12 alone agree with a shifted sum on 145 of 169 pairs."""
    x, rng = np.arange(13), np.random.default_rng(1)
    table = rng.integers(0, 14, (14, 14))
    table[1:, 1:] = (x[:, None] + x) % 13
    assert str(identify(table)).startswith(
        "it answers 169 of 169 pairs as x + y over Z13 on rows 1..13, columns 1..13 and outputs 0.."
    )


@pytest.mark.parametrize("n", [12, 13, 15, 16])
def test_products_of_all_residues_are_those_of_the_residues_prime_to_n_and_all_are_told(n):
    table = np.outer(np.arange(n), np.arange(n)) % n
    found = identify(table)
    assert found.isotopy == operation(f"x*y mod {n}", n)
    assert all(np.gcd(k, n) == 1 for k in found.isotopy.numbers[0])
    said = f"with which {n * n} of {n * n} are x*y mod {n}: give its table (.csv) for those"
    assert str(found).endswith(said)


def test_where_the_other_answers_are_no_product_that_is_not_said():
    table = np.outer(np.arange(7), np.arange(7)) % 7
    table[0] = table[:, 0] = 1
    assert str(identify(table)).endswith("the other rows, columns and outputs are left out")


def test_a_number_without_meaning_may_be_answered_by_an_output_that_no_number_has():
    x = np.arange(8)
    table = (x[:, None] + x) % 7
    table[7] = table[:, 7] = 8
    assert str(identify(table)) == (
        "it answers 49 of 49 pairs as x + y over Z7 on the numbers 0..6; the other rows, columns "
        "and outputs are left out"
    )


def test_a_square_is_smaller_by_what_has_the_fewest_different_answers():
    table = np.array([[0, 1, 2, 9], [1, 2, 0, 9], [9, 9, 9, 9], [2, 0, 1, 9]])
    found = {len(same[0][0]): (same[0][0].tolist(), same[0][1]) for same in squares(table, 10)}
    assert found[3] == ([[0, 1, 2], [1, 2, 0], [2, 0, 1]], ((0, 1, 3), (0, 1, 2), (0, 1, 2)))


@pytest.mark.parametrize("table", [(X**2 + Y**2) % 12, np.maximum(X, Y)])
def test_where_nothing_fits_the_best_of_the_named_operations_are_told(table):
    found = identify(table)
    assert found.isotopy is None
    best = found.named[0]
    assert str(found).startswith(
        "its answers are those of no Abelian group: they form no Latin square, nor nearly one; "
        f"nearest are {best.name} ({best.accuracy:.1%} of {best.pairs} pairs)"
    )
    assert found.right == round(best.accuracy * best.pairs)


def test_a_group_that_is_not_abelian_is_named_also_behind_mistakes():
    for share, said in (
        (0.0, "it is isotopic to a group of order 10 that is not Abelian"),
        (0.06, "they form no Latin square, and by majority it is isotopic to a group of order 10"),
    ):
        found = identify(with_mistakes(named_group("D5").products, share, np.random.default_rng(0)))
        assert found.isotopy is None
        assert found.reason.startswith(said)


@pytest.mark.parametrize("share", [0.01, 0.02, 0.03, 0.1])
@pytest.mark.parametrize("name", ["S3", "D4", "Q8", "D5", "A4", "Dic3", "S4", "S3xZ4", "A5"])
def test_a_multiplication_is_found_behind_mistakes_in_any_numbering(name, share):
    group, rng = named_group(name), np.random.default_rng(3)
    x, y, z = (rng.permutation(group.order) for _ in "xyz")
    for table, said in (
        (group.products, f"x*y over {name}"),
        (z[group.products[x][:, y]], f"x*y over {name}, renamed"),
    ):
        spoilt = with_mistakes(table, max(share, 1 / table.size), rng)
        found = multiplication_near(spoilt)
        assert found.name == said
        assert (found.table() == table).all()


def no_group() -> Any:
    """A Latin square far from any group's: x + a (y - x) mod 13, a = 3 or 9 by squares."""
    x, y = np.indices((13, 13))
    table = (x + np.where(np.isin((y - x) % 13, [1, 3, 4, 9, 10, 12]), 3, 9) * (y - x)) % 13
    assert is_latin(table)
    return table


@pytest.mark.parametrize("share", [0, 0.01, 0.02, 0.03])
def test_answers_that_are_no_multiplication_are_called_none(share):
    rng = np.random.default_rng(5)
    d, square, other = 13, no_group(), named_group("S3").products
    x, (u, v) = np.arange(d), np.indices((6 * d, 6 * d))
    tables = [
        (x[:, None] + x) % d,  # Abelian: an addition
        square,
        square[u // 6, v // 6] * 6 + other[u % 6, v % 6],
        np.array([rng.permutation(24) for _ in range(24)]),
        np.where(np.indices((24, 24))[0] < 6, rng.permutation(24), named_group("S4").products),
    ]
    for table in tables:
        assert multiplication_near(with_mistakes(table, share, rng)) is None


@pytest.mark.parametrize("d", [4, 5, 7, 11, 23])
def test_answers_by_chance_are_those_of_no_group(d):
    rng = np.random.default_rng(d)
    for _ in range(20):
        a, b, c = (rng.normal(size=(d, 64)) for _ in "abc")
        for table in (
            rng.integers(0, d, (d, d)),
            ((a[:, None] + b[None]) ** 2 @ c.T).argmax(axis=2),
        ):
            found = identify(table)
            assert multiplication_near(table) is None
            if found.isotopy is not None:  # a square of 4 x 4 may be one by chance, no larger one
                assert found.isotopy.group.order <= 4


def test_what_agrees_on_less_than_85_percent_is_not_near():
    x = np.arange(31)
    spoilt = with_mistakes((x[:, None] - x) % 31, 0.2, np.random.default_rng(0))
    with pytest.raises(NotIsotopicError, match="they form no Latin square, and their majority no"):
        isotopy_near(spoilt)


def test_three_rows_out_of_five_may_agree_by_chance():
    table = np.full((5, 5), 4)
    table[np.ix_([0, 1, 3], [1, 2, 4])] = [[0, 1, 2], [1, 2, 0], [2, 0, 1]]
    assert identify(table).isotopy is None


@pytest.mark.parametrize("shape", [(1, 1), (1, 3), (2, 2), (3, 1), (2, 5)])
def test_the_smallest_tables_have_an_answer(shape):
    for value in (0, 1):
        found = identify(np.full(shape, value), outputs=2)
        assert str(found)
        assert 0 <= found.right <= found.pairs


def test_small_multiples_of_x_and_y_are_found_and_a_division_by_zero_is_left_out():
    x, y = np.indices((7, 7))
    group = AbelianGroup("Z7")
    assert operations((x + 2 * y + 3) % 7, group)[0].name == "x + 2y + 3 over Z7"
    assert operations((2 * y - 3 * x) % 7, group)[0].name == "2y - 3x over Z7"
    best = operations(x * y**5 % 7, group)[0]
    assert (best.name, best.pairs) == ("x/y mod 7", 42)


def test_the_named_group_comes_first_and_its_constants_have_its_labels():
    group = AbelianGroup("Z2xZ4")
    every = np.arange(8)
    table = group.add(group.add(every[:, None], every[None]), np.array(7))
    assert operations(table, group)[0].name == "x + y + (1,3) over Z2xZ4"


@pytest.mark.parametrize("order", [1, 2, 3, 997, 4096])
def test_any_order_has_operations_to_compare_with(order):
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
def test_a_network_that_answers_another_operation_is_not_said_to_have_learned_nothing(name):
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


def test_the_advice_to_pass_a_group_is_right():
    assert recognise(reading(DATA / "z6_in_the_order_of_z2xz3.npz", group="Z2xZ3").weights).learned


def test_a_latin_square_of_no_name_is_said_to_be_one():
    """Permuted outputs: a group in disguise, whose permutation has no name."""
    w = as_stored("x_minus_y_mod7.npz")
    order = [3, 0, 4, 1, 6, 2, 5]
    found = recognise(Weights(w.group, w.w_a, w.w_b, w.w_c[order]))
    said = str(found.not_learned())
    assert "another operation than x + y over Z7" in said
    assert said.endswith("a renaming of the outputs of x - y over Z7")
