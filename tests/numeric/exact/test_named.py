"""Optimizers of named blocks: exact, within the tolerance, and refused when a parameter is off."""

import json
from fractions import Fraction
from math import gcd
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, strategies as st

from algebra import AbelianGroup, I, blocks, element, optimizers, unit
from algebra.criterion.verdict import check
from algebra.numbers.scalar import Scalar
from numeric import Weights, embed
from numeric.exact import named as module
from numeric.exact.certify import LEAST_TOLERANCE, neighbours
from numeric.exact.named import Unit, _named_block, named_optimizer, ratio_near, unit_near
from numeric.exact.projection import balanced, distance
from numeric.recognition.compositions import COMPOSITIONS, ORDER_4, ORDER_42, SYN_NU, fit
from numeric.recognition.recognise import recognise
from numeric.weights.given import reading
from proofs.certificates.certificate import judged
from tests.numeric.trained_like import TRAINED, at_all_pairs, disguised, planted, served_network


def named(w: Weights, **options: Any) -> Any:
    """The optimizer of named blocks, whatever has to be replaced; a family's name is not asked.

    The stand-alone checker accepts it.
    """
    trained = balanced(w)
    recognition = recognise(trained)
    made = named_optimizer(recognition, **options)
    assert judged(made.element)[1] == 0
    away = distance(embed(made.element), trained).relative
    return SimpleNamespace(**made._asdict(), distance=away, trained=recognition)


@pytest.fixture(scope="module")
def of_trained() -> Any:
    return named(reading(TRAINED).weights)


def angle_of(x: Unit) -> float:
    """The angle in radians."""
    return float(np.angle(complex(x.scalar())))


def gaps(found: Any) -> list[float]:
    """How far every exact number is from the fitted one that it stands for, in degrees."""
    far = []
    tables = {x.name: x for x in (*COMPOSITIONS, ORDER_42)}
    for x, block in zip(found.trained.frequencies, found.blocks, strict=True):
        if not block.columns:
            continue
        nodes = [j for j in x.place.nodes if j not in x.place.weak]
        z = found.trained.table.z[:, x.frequency][:, nodes]
        far.append(np.log(float(block.ratio)) - np.log(np.abs(z[0] / z[1])).mean() / 2)
        if block.composition in tables:
            [fitted] = fit(z[None], tables[block.composition], simplest=True)
            units = [*block.turns, *block.parameters.values()]
            for unit_number, angle in zip(units, fitted.parameters, strict=True):
                far.append((angle_of(unit_number) - angle + np.pi) % (2 * np.pi) - np.pi)
    return [float(np.degrees(abs(x))) for x in far]


@pytest.mark.parametrize("spec", ["Z7", "Z9", "Z12", "Z2xZ6", "Z5xZ3"])
@pytest.mark.parametrize("tolerance", [0.1, 0.5, 3.0])
def test_planted_blocks_come_out_exact_and_within_the_tolerance(spec, tolerance):
    """Random blocks of every family at the frequencies of a group, made to look trained."""
    rng = np.random.default_rng(len(spec))
    families = ("nu*syn", "nu(i)*syn(al,be)", "three_c*syn")
    z, told = planted(AbelianGroup(spec), rng, families=families)
    w, image = disguised(z, rng, noise=0.003, gauge=0.2)
    found = named(w, tolerance=tolerance)
    assert not found.replaced
    seen = {x.frequency: x.composition for x in found.blocks}
    assert seen == {int(image[k]): x.family for k, x in told.items()}
    assert max(gaps(found)) <= tolerance * (1 + 1e-9)
    assert found.element.order == w.width
    assert found.distance < 0.01 + 2 * np.radians(tolerance)


@pytest.mark.parametrize("seed", range(3))
def test_planted_blocks_of_order_4_come_out_exact_with_a_carrier(seed):
    rng = np.random.default_rng(seed)
    group = AbelianGroup("Z11")
    xi = {k: unit(Fraction(int(rng.integers(1, 100)), 100)) for k in range(2, 6)}
    z = optimizers.four_plus_six(group, xi=xi, nu=unit(Fraction(1, 9)))
    w, _ = disguised(z, rng, noise=0.002, gauge=0.2)
    found = named(w)
    assert sorted(x.composition for x in found.blocks) == ["nu(i)*xi"] * 4 + ["nu*syn"]
    assert [share for _, share in found.carriers] == [1]
    assert max(gaps(found)) <= 0.5 * (1 + 1e-9)
    assert found.distance < 0.025
    # What it says of itself is what recognition reads off the exact weights.
    again = recognise(embed(found.element, gauge="balanced"))
    for x, block in zip(again.frequencies, found.blocks, strict=True):
        assert x.composition == block.composition
        # Recognition also exchanges a and b, which takes xi to -i conj(xi).
        angles = {n: min(v := np.degrees(angle_of(u)), 90 - v) for n, u in block.parameters.items()}
        assert angles == pytest.approx(dict(x.match.parameters), abs=1e-6)


def test_a_tolerance_of_zero_noise_recovers_the_planted_numbers():
    xi = {2: unit(Fraction(1, 3)), 3: unit(Fraction(1, 5))}
    z = optimizers.four_plus_six(AbelianGroup("Z7"), xi=xi, nu=unit(Fraction(1, 8)))
    found = named(embed(z, gauge="rational"), tolerance=0.05)
    assert [str(x) for x in found.blocks] == [
        "k=1: nu*syn, nu=(63+16i)/65",
        "k=2: nu(i)*xi, xi=(4+3i)/5",
        "k=3: nu(i)*xi, xi=(12+5i)/13",
    ]
    assert found.distance < 1e-12


def test_a_trained_network_gets_named_blocks_and_no_further_nodes(of_trained):
    found = of_trained
    assert found.element.order == 54
    assert max(gaps(found)) <= 0.5 * (1 + 1e-9)
    assert 0.022 < found.distance < 0.025
    assert [x.composition for x in found.blocks].count("nu(i)*xi") == 6
    assert list(found.carriers) == [(f"k={k}", Fraction(1, 5)) for k in (1, 5, 6, 8, 11)]


def test_blocks_of_order_4_far_from_a_right_angle_get_an_angle_epsilon():
    rng = np.random.default_rng(3)
    z, _ = planted(AbelianGroup("Z7"), rng, families=("order 4", "nu*syn"))
    w, _ = disguised(z, rng, noise=0.001, gauge=0.1)
    seen = recognise(w)
    made, table = [x for x in seen.frequencies if x.composition == "order 4"], seen.table
    assert made
    for x in made:
        block = _named_block(table, x, 0.5)
        assert set(block.parameters) == {"xi", "epsilon"}
        a, b, c = (np.array([complex(n[p, x.frequency]) for n in block.nodes]) for p in "abc")
        assert abs((a * b * c).sum() - 1) < 1e-12
        assert np.abs((a * b * c.conj()).sum()) < 1e-12


def spoilt(z: Any, j: int, at: tuple[str, int], factor: Any) -> tuple[int, str]:
    """What the checker says where one entry of a node, and its conjugate, has another factor."""
    nodes = [dict(x) for x in z.node_list()]
    nodes[j][at] = Scalar(nodes[j][at]) * factor
    return judged(element(z.group, nodes))[1:]


def test_one_parameter_off_at_one_entry_is_refused(of_trained):
    z, rng = of_trained.element, np.random.default_rng(0)
    nodes = z.node_list()
    for j in rng.choice(len(nodes), 12, replace=False).tolist():
        entries = list(nodes[j])
        at = entries[int(rng.integers(len(entries)))]
        code, message = spoilt(z, j, at, Unit(3, 4, 5).scalar())
        assert (code, message[:12]) == (1, "refuted: T[["), message


def test_another_value_of_the_parameters_everywhere_is_accepted(monkeypatch):
    """The blocks are identities in their parameters: what is refused above is inconsistency."""
    monkeypatch.setattr(module, "unit_near", lambda x, tolerance: unit_near(x + 1, tolerance=5))
    found = named(reading(TRAINED).weights)
    assert max(gaps(found)) > 50
    assert found.distance > 0.3


def test_a_carrier_that_carries_too_little_is_refused(of_trained):
    nodes = of_trained.element.node_list()
    j, carrier = next((j, x) for j, x in enumerate(nodes) if sum(p == "c" for p, _ in x) > 1)
    at = next((p, k) for p, k in carrier if p == "c" and ("a", k) not in carrier)
    code, message = spoilt(of_trained.element, j, at, Fraction(100, 101))
    assert code == 1
    assert f"T[[0], [0], [{at[1]}]]" in message


def test_the_non_factorable_frequency_gets_phi_and_two_constant_part_nodes():
    w, _ = disguised(served_network(), np.random.default_rng(6), noise=0.001, gauge=0.05)
    for tolerance in (0.2, 2):
        found = named(w, tolerance=tolerance)
        assert not found.replaced
        (block,) = (x for x in found.blocks if "phi" in x.parameters)
        assert len(block.nodes) == 6
        phi = angle_of(block.parameters["phi"])
        assert np.degrees(phi) == pytest.approx(61.93, abs=tolerance + 0.2)
        assert max(gaps(found)) <= tolerance * (1 + 1e-9)
        assert found.distance < 0.01 + 2 * np.radians(tolerance)


def test_constant_part_nodes_whose_squares_add_are_no_named_block():
    w, _ = disguised(served_network(), np.random.default_rng(6), noise=0.0, gauge=0.0)
    x = next(x for x in recognise(w).frequencies if x.place.serving)
    j = x.place.serving[0]
    flipped = w.w_a.copy(), w.w_b.copy()
    for y in flipped:
        y[:, j] = 2 * y[:, j].mean() - y[:, j]  # u becomes -u, as it is on the other node
    found = named(Weights(w.group, *flipped, w.w_c))
    assert list(found.replaced) == [x.label]


@pytest.mark.parametrize(
    ("spec", "family", "carrier", "width"),
    [("Z8", "four-plus-real", "k=4", 14), ("Z7", "four-plus-constant", "constant", 13)],
)
def test_real_characters_or_a_constant_node_carry_what_blocks_of_order_4_leave(
    spec, family, carrier, width
):
    z = optimizers.build(AbelianGroup(spec), family, xi=unit(Fraction(2, 5)))
    w, _ = disguised(z, np.random.default_rng(1), noise=0.001, gauge=0.1)
    found = named(w)
    assert list(found.carriers) == [(carrier, 1)]
    assert found.element.order == width
    assert found.distance < 0.03


def test_where_the_carrier_has_to_be_replaced_a_constant_node_is_added():
    """Seven nodes that act as six have no name: the two halves of one of them are not seen."""
    xi, nu = unit(Fraction(1, 3)), unit(Fraction(1, 8))
    z = optimizers.four_plus_six(AbelianGroup("Z7"), xi=xi, nu=nu)
    nodes = z.node_list()
    j = next(i for i, x in enumerate(nodes) if sum(p == "c" for p, _ in x) > 2)
    half = {at: x / 2 if at[0] == "c" else x for at, x in nodes[j].items()}
    split = element(z.group, [*nodes[:j], half, half, *nodes[j + 1 :]])
    w = embed(split, gauge="rational")
    found = named(w)
    assert list(found.replaced) == ["1"]
    assert found.replaced["1"].startswith("its composition is ")
    assert [name for name, _ in found.carriers] == ["constant"]
    assert found.element.order == 13


def test_unequal_shares_of_carriers_are_followed():
    group = AbelianGroup("Z11")
    six = blocks.normalised(blocks.syn() * blocks.nu(unit(Fraction(1, 9))))
    four = blocks.normalised(blocks.nu(I) * blocks.xi(unit(Fraction(1, 3))))
    shares = {1: Fraction(3, 4), 2: Fraction(1, 4)}
    carried = [
        {(p, m): node[p, 0] for p in "abc"} | {("c", k): -(1 + I) * share / 12 for k in (3, 4, 5)}
        for m, share in shares.items()
        for node in six.node_list()
    ]
    z = element(group, carried) + four.at(group, 3, 4, 5)
    assert check(z).accepted
    found = named(embed(z, gauge="balanced"))
    assert list(found.carriers) == [(f"k={k}", share) for k, share in shares.items()]
    assert found.distance < 0.01


def test_what_solves_nothing_at_its_frequency_is_replaced():
    found = named(embed(at_all_pairs(blocks.syn(), "Z7"), gauge="balanced"))
    assert dict(found.replaced) == dict.fromkeys("123", "its composition is syn")


@pytest.mark.parametrize("composition", [SYN_NU, ORDER_4])
def test_the_order_and_signs_of_nodes_do_not_change_the_parameters(composition):
    rng = np.random.default_rng(4)
    start = np.array([0.3, -0.7, 0.2 if composition is SYN_NU else 0.5, -2.4])
    phases = composition.phases(start[: len(composition.parameters)])
    z = np.exp(1j * phases)
    found = set()
    for s in rng.choice([-1.0, 1.0], (8, z.shape[1])):
        moved = (z * np.stack([s, s, np.ones_like(s)]))[:, rng.permutation(z.shape[1])]
        [fitted] = fit(moved[None], composition, simplest=True)
        found.add(tuple(fitted.parameters[2:].round(6)))
    assert len(found) == 1


def test_a_block_prints_as_plain_data():
    found = named(reading(TRAINED).weights, tolerance=2)
    data = json.loads(json.dumps([x.as_json() for x in found.blocks]))
    assert data[1]["frequency"] == "2"
    assert data[1]["composition"] == "nu(i)*xi"
    assert data[1]["parameters"] == {"xi": "(20+21i)/29"}
    assert sorted(data[1]["nodes"]) == [211, 408, 470, 476]


angles = st.floats(-20, 20)
tolerances = st.floats(LEAST_TOLERANCE, 44.9)


def apart(x: float, y: float) -> float:
    """The distance of two angles on the circle."""
    return abs((x - y + np.pi) % (2 * np.pi) - np.pi)


@given(angles, tolerances)
def test_a_unit_number_is_within_the_tolerance_and_of_modulus_one(angle, tolerance):
    x = unit_near(angle, tolerance=tolerance)
    assert apart(np.angle(complex(x.scalar())), angle) <= np.radians(tolerance) * (1 + 1e-9)
    assert x.scalar() * x.scalar().conjugate() == Scalar(1)
    assert gcd(x.x, x.y, x.D) == 1


def test_no_half_tangent_of_smaller_denominator_is_within_the_tolerance():
    rng = np.random.default_rng(0)
    for _ in range(300):
        angle, tolerance = float(rng.uniform(-np.pi / 4, np.pi / 4)), float(rng.uniform(0.2, 8))
        found = unit_near(angle, tolerance=tolerance)
        t = Fraction(found.y, found.D + found.x)
        for q in range(1, t.denominator):
            near = Fraction(round(np.tan(angle / 2) * q), q)
            assert abs(2 * np.arctan(float(near)) - angle) > np.radians(tolerance)


@given(st.floats(-4, 4), st.floats(LEAST_TOLERANCE, 20))
def test_a_ratio_is_within_the_tolerance_and_none_of_smaller_denominator_is(log, tolerance):
    x = ratio_near(float(np.exp(log)), tolerance=tolerance)
    assert abs(np.log(float(x)) - log) <= np.radians(tolerance) * (1 + 1e-9)
    for denominator in range(1, min(x.denominator, 300)):
        near = Fraction(round(np.exp(log) * denominator), denominator)
        assert not near or abs(np.log(float(near)) - log) > np.radians(tolerance) * (1 - 1e-9)


def test_simple_numbers_are_found_as_they_are():
    assert [str(unit_near(k * np.pi / 2 + 1e-5, tolerance=0.5)) for k in range(-1, 4)] == [
        "-i", "1", "i", "-1", "-i",
    ]  # fmt: skip


@pytest.mark.parametrize("tolerance", [0.0499, 45, 60, 0, -1, float("nan"), float("inf")])
def test_other_tolerances_are_refused(tolerance):
    with pytest.raises(ValueError, match=r"pass an angle of 0\.05 degrees or more, and less than"):
        neighbours({}, tolerance=tolerance)
