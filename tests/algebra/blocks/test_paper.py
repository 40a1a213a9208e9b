"""Every block kills and leaves exactly what the table of the theory says."""

from fractions import Fraction

import pytest
from hypothesis import given, strategies as st

from algebra import (
    REAL,
    I,
    Scalar,
    block,
    blocks,
    omega_0,
    omega_1,
    param,
    parse_potential,
    potential_sets,
    zeta,
)
from proofs.strategies.scalars import unit_numbers
from tests.refusal import refused

W = zeta(3)
R_C = {"a-bc", "ab-c", "abc-"}
R_N = {"aa-c", "bb-c"}
R_STAR = {"aac", "a-a-c", "bbc", "b-b-c"}
NINE = R_C | R_N | R_STAR


def killed(z) -> set[str]:
    return {str(r) for r in omega_0(z)}


def value(name: str, z):
    return parse_potential(name, spectrum=z.spectrum)(z)


TABLE = [
    (blocks.syn(), NINE - {"aac", "bbc"}),
    (blocks.nu(), {"aac", "bbc"}),
    (blocks.nu(I), {"a-bc", "ab-c"} | R_STAR),
    (blocks.xi(), {"abc-"}),
    (blocks.xi(mirror=True), {"abc-"}),
    (blocks.syn_ab(), {"abc-"} | R_N),
    (blocks.three_c(), {"a-bc", "ab-c"} | R_STAR),
    (blocks.syn() * blocks.nu(), NINE),
    (blocks.nu(I) * blocks.syn_ab(), NINE),
    (blocks.nu(I) * blocks.xi(), NINE - R_N),
    (blocks.nu(I) * blocks.xi(mirror=True), NINE - R_N),
    (blocks.three_c() * blocks.syn(), NINE),
]


@pytest.mark.parametrize(("z", "kills"), TABLE, ids=lambda x: getattr(x, "name", None))
def test_a_block_kills_exactly_what_the_table_says(z, kills):
    assert killed(z) == kills
    assert killed(z.expand()) == kills


NU, XI, ALPHA, BETA = map(param, ("nu", "xi", "alpha", "beta"))
ENTRIES = [
    (blocks.syn(), [1, W, W**2], [1, W, W**2], [1, W, W**2]),
    (blocks.nu(), [1, NU], [1, -NU], [1, -(NU**-2)]),
    (blocks.nu(I), [1, I], [1, -I], [1, 1]),
    (blocks.xi(), [1, XI], [1, -I / XI], [1, I]),
    (blocks.xi(mirror=True), [1, XI], [1, I / XI], [1, -I]),
    (blocks.syn_ab(), [1, ALPHA * W, BETA * W**2], [1, W / ALPHA, W**2 / BETA], [1, W, W**2]),
    (blocks.three_c(), [1, W, W**2], [1, W**2, W], [1, 1, 1]),
    (blocks.node(W, I, 2), [W], [I], [2]),
]


@pytest.mark.parametrize(("z", "a", "b", "c"), ENTRIES)
def test_a_block_has_the_entries_of_the_table(z, a, b, c):
    assert [[z.entry(p, 0, j) for j in range(z.order)] for p in "abc"] == [a, b, c]


def test_what_special_values_kill_in_addition():
    # v = -i is the other value with v^2 = -1
    assert killed(blocks.nu(-I)) == killed(blocks.nu(I)) == {"a-bc", "ab-c"} | R_STAR
    assert killed(blocks.nu(1)) == {"aac", "bbc", "a-a-c", "b-b-c", "aa-c", "bb-c"}
    assert killed(blocks.nu(zeta(8))) == {"aac", "bbc", "abc-"}
    assert killed(blocks.syn_ab(1, 1)) == killed(blocks.syn())


@given(unit_numbers, unit_numbers)
def test_at_all_values_a_block_kills_at_least_as_much(x, y):
    assert killed(blocks.nu(x)) >= {"aac", "bbc"}
    assert killed(blocks.xi(x)) >= {"abc-"}
    assert killed(blocks.xi(x, mirror=True)) >= {"abc-"}
    assert killed(blocks.syn_ab(x, y)) >= {"abc-"} | R_N


@given(unit_numbers, unit_numbers)
def test_optimizers_of_one_frequency_hold_for_all_parameter_values(x, y):
    for z, order in [
        (blocks.syn() * blocks.nu(x), 6),
        (blocks.nu(I) * blocks.syn_ab(x, y), 6),
        (blocks.nu(I) * blocks.xi(x), 4),
        (blocks.nu(I) * blocks.xi(y, mirror=True), 4),
        (blocks.three_c() * blocks.syn(), 9),
    ]:
        assert z.order == order
        assert value("abc", z) == order
        normalised = blocks.normalised(z)
        assert killed(normalised) == (NINE - R_N if order == 4 else NINE)
        assert {str(r) for r in omega_1(normalised)} == {"abc"}
        assert normalised == z.scaled(c=Fraction(1, order))


def test_syn_is_the_polynomial_of_the_theory():
    u = blocks.node(W, W, W)
    assert u**2 + u + 1 == blocks.syn()
    assert [value(name, blocks.syn()) for name in ("abc", "aac", "bbc")] == [3, 3, 3]


def test_the_real_character_block_is_an_optimizer():
    z = blocks.real_character()
    assert z == block([1, 1], [1, -1], [Fraction(1, 2), Fraction(-1, 2)], spectrum=REAL)
    assert omega_1(z) == potential_sets(REAL)["R_g"]
    assert omega_0(z) == potential_sets(REAL)["R_n"]
    assert blocks.normalised(block([1, 1], [1, -1], [3, -3], spectrum=REAL)) == z


@given(st.sampled_from(["u", "v_1", "xi"]))
def test_parameters_may_be_renamed(name):
    assert blocks.nu(param(name)).parameters == (name,)
    assert blocks.xi(param(name)) == blocks.xi().substitute({"xi": param(name)})


def test_blocks_are_named_by_their_parameters():
    assert blocks.nu().name == "nu(nu)"
    assert blocks.nu(I).name == "nu(i)"
    assert blocks.xi(mirror=True).name == "xi(xi)'"
    assert blocks.syn_ab(1).name == "syn(1,beta)"


MODULUS = (
    "{}={!r} does not have modulus one; pass a root of unity such as zeta(8), or "
    "unit(t) with rational t"
)


@pytest.mark.parametrize("bad", [2, 0, Fraction(1, 2), 1 + I, 1 + param("v")], ids=repr)
def test_parameters_have_modulus_one(bad):
    for make, name in [
        (lambda: blocks.nu(bad), "nu"),
        (lambda: blocks.xi(bad), "xi"),
        (lambda: blocks.syn_ab(bad), "alpha"),
        (lambda: blocks.syn_ab(1, bad), "beta"),
    ]:
        with refused(ValueError, MODULUS.format(name, Scalar(0) + bad)):
            make()


def test_float_parameters_are_refused():
    with pytest.raises(TypeError, match=r"^1\.0 is a float, and floats are not exact"):
        blocks.nu(1.0)
    with pytest.raises(TypeError, match=r"^1j is a complex, and floats are not exact"):
        blocks.xi(1j)


def test_a_block_without_abc_cannot_be_normalised():
    z = block([1, 1], [1, -1], [1, 1])
    with pytest.raises(
        ValueError, match=r"^abc = 0 on <Element of order 2 over \{k,-k\}>, so no sc"
    ):
        blocks.normalised(z)
    with pytest.raises(ValueError, match=r"is not a Laurent polynomial"):
        blocks.normalised(block([1, 1], [1, 1], [1, param("v")]))
