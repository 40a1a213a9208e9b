"""Recognition: exact solutions in disguise are recognised; the author's procedure is reproduced."""

import json
import re
from collections import Counter
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment

from algebra import AbelianGroup, blocks, element, optimizers, parse, unit, zeta
from algebra.criterion.verdict import check
from cogo.cli.recognise import typed
from numeric import Weights, embed
from numeric.recognition.compositions import COMPOSITIONS, assigned, fit, orbit
from numeric.recognition.recognise import recognise
from numeric.recognition.report import FrequencyReport
from numeric.weights import performance
from tests.numeric.trained_like import (
    FAMILIES,
    TRAINED,
    Planted,
    at_all_pairs,
    disguised,
    planted,
    random_weights,
    recognised,
    served_network,
)

DATA = Path(__file__).parents[2] / "data"


def close(was: Planted, x: FrequencyReport) -> float:
    """The distance of recovered from planted parameters in degrees, up to relabelling."""
    family, angles = was.family, was.angles
    values = np.array(list(x.match.parameters.values()))
    if family in ("nu*syn", "nu(i)*xi"):
        period = 60 if family == "nu*syn" else 90
        gap = [(values[0] - sign * angles[0]) % period for sign in (1, -1)]
        return float(min(min(x, period - x) for x in gap))
    if family == "nu(i)*syn(al,be)":
        all_pairs = np.degrees(orbit(np.radians([angles])))[0]
        gap = (all_pairs - values) % 90
        return float(np.minimum(gap, 90 - gap).max(axis=1).min())
    return 0.0


@pytest.mark.parametrize("spec", ["Z47", "Z3xZ9", "Z4xZ6", "Z2^3xZ5"])
def test_disguised_exact_solutions_are_recognised_with_their_parameters(spec):
    """1 % noise; a thousand frequencies in all four groups together, seeds fixed."""
    rng = np.random.default_rng(len(spec))
    group = AbelianGroup(spec)
    made = (planted(group, rng) for _ in range(270 // (group.order // 2) + 1))
    tried, wrong, off = Counter(), Counter(), 0
    for was, x in recognised(made, rng):
        tried[was.family] += 1
        if x.composition == was.family:
            off += close(was, x) > 2.5
        else:
            wrong[was.family] += 1
    assert set(tried) - {"real"} == set(FAMILIES)
    assert tried.total() >= 250
    assert wrong.total() <= 0.01 * tried.total(), (tried, wrong)
    assert off <= 0.01 * tried.total()


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_is_recognised_99_times_in_100(family):
    """At 1 % a phase has an error of 0.01 / sqrt(2) rad = 0.4 degrees; twice that in the mean."""
    rng = np.random.default_rng(7)
    made = (planted(AbelianGroup("Z101"), rng, families=(family,)) for _ in range(4))
    seen = list(recognised(made, rng))
    gaps = [close(was, x) for was, x in seen if x.composition == family]
    assert len(seen) == 200
    assert len(gaps) >= 198
    assert np.sqrt(np.mean(np.square(gaps))) < 0.8


def test_without_noise_the_residual_is_that_of_floats_and_parameters_are_exact():
    rng = np.random.default_rng(3)
    for was, x in recognised([planted(AbelianGroup("Z31"), rng)], rng, noise=0.0):
        assert x.composition == was.family
        assert x.match.residual < 1e-12
        assert np.abs(x.match.model - x.entries).max() < 1e-12  # in the nodes' order and gauge
        assert close(was, x) < 1e-8


@pytest.mark.parametrize("n", [1, 2, 4, 7, 12])
def test_the_best_assignment_is_the_one_of_scipy(n):
    score = np.random.default_rng(n).normal(size=(20, n, n))
    place = assigned(score)
    for one, nodes in zip(score, place, strict=True):
        rows, columns = linear_sum_assignment(one, maximize=True)
        assert nodes.tolist() == rows[np.argsort(columns)].tolist()
    assert n <= 2 or (score.argmax(axis=1) != place).any()  # greedy is worse


def test_wrong_compositions_have_large_residuals():
    """A fit that accepts anything would pass the tests above."""
    rng = np.random.default_rng(1)
    z = rng.normal(size=(50, 3, 6)) + 1j * rng.normal(size=(50, 3, 6))
    z /= np.abs(z)
    for composition in COMPOSITIONS:
        if composition.order == 6:
            assert min(x.residual for x in fit(z, composition)) > 0.2


def test_a_network_trained_by_the_papers_script_has_the_authors_compositions():
    ours = recognise(TRAINED)
    assert ours.orders == {4: 6, 6: 5}
    assert ours.compositions == {"nu(i)*xi": 6, "nu*syn": 4, "nu(i)*syn(al,be)": 1}
    assert ours.measured.accuracy == 1.0
    assert 8.9e-5 < ours.measured.loss < 9.1e-5
    assert (len(ours.dead), ours.constants, ours.mixed) == (458, (), ())
    for x in ours.frequencies:
        own = x.sums.potentials["aa-c"] + x.sums.potentials["bb-c"]
        assert abs(own + x.sums.carried) < 0.02
        assert abs(x.sums.potentials["abc"] - 1) < 0.01
        if x.order == 4:  # nearer to a general block than to xi
            assert x.match.tried["order 4"] < 0.1 * x.match.tried["nu(i)*xi"]


def test_a_potential_is_the_sum_of_the_product_in_its_name():
    found = recognise(TRAINED)
    for x in found.frequencies:
        row = dict(zip("abc", found.table.z[:, x.frequency][:, list(x.place.nodes)], strict=True))
        row |= {f"{name}-": z.conj() for name, z in row.items()}
        assert len(x.sums.potentials) == 10
        for name, value in x.sums.potentials.items():
            factors = [row[letter] for letter in re.findall("[abc]-?", name)]
            assert value == pytest.approx(np.prod(factors, axis=0).sum(), abs=1e-12)


def test_constant_part_nodes_that_serve_another_frequency_are_recognised_as_that():
    z = served_network()
    assert check(z).accepted
    rng = np.random.default_rng(4)
    for noise in (0.0, 0.003):
        w, image = disguised(z, rng, noise=noise, gauge=0.1)
        found = {x.frequency: x for x in recognise(w).frequencies}
        x = found[int(image[2])]
        assert x.composition == "order42"
        assert x.match.parameters["phi"] == pytest.approx(61.9275, abs=1 if noise else 1e-3)
        assert len(x.place.serving) == 2
        assert abs(x.sums.potentials["aac"]) > 0.4
        star = ("aac", "a-a-c", "bbc", "b-b-c")
        left = [x.sums.potentials[s] + y for s, y in zip(star, x.sums.served, strict=True)]
        assert np.abs(left).max() < 0.1
    assert recognise(w).table2()["non-factorable order 4"] == 50
    without = element(z.group, [x for x in z.node_list() if ("a", 0) not in x])
    x = recognise(embed(without, gauge="balanced")).frequencies[1]
    assert (x.composition, x.place.serving) == ("unknown", ())


def test_carriers_and_dead_nodes_are_named_and_a_constant_node_is_a_carrier():
    z = optimizers.four_plus_six(AbelianGroup("Z11"), xi=unit(2), nu=unit(3), carrier=4)
    w = embed(z, gauge="balanced")
    wider = (np.pad(x, ((0, 0), (3, 0))) for x in (w.w_a, w.w_b, w.w_c))
    found = recognise(Weights(w.group, *wider))
    carrier = next(x for x in found.frequencies if x.frequency == 4)
    assert found.dead == (0, 1, 2)
    assert found.carriers == carrier.place.nodes
    assert found.measured.loss < 1e-25
    found = recognise(embed(optimizers.four_plus_constant(AbelianGroup("Z7"), xi=unit(2))))
    assert len(found.carriers) == len(found.constants) == 1
    assert {x.composition for x in found.frequencies} == {"nu(i)*xi"}


def test_memorization_is_recognised():
    w = embed(optimizers.memorization(AbelianGroup("Z2xZ3")), gauge="balanced")
    assert recognise(w).memorized == 36
    few = np.arange(w.width) < 12
    some = Weights(w.group, w.w_a * few, w.w_b * few, w.w_c * few)
    assert recognise(some).memorized == 0
    assert recognise(TRAINED).memorized == 0


def test_what_takes_long_says_how_far_it_is(monkeypatch):
    w = embed(optimizers.memorization(AbelianGroup("Z5")), gauge="balanced")
    at_once = recognise(w).measured
    monkeypatch.setattr(performance, "CHUNK", 2 * 5 * 25)  # two x at a time
    shown = []
    in_steps = recognise(w, progress=lambda *x: shown.append(x)).measured
    assert in_steps.loss == pytest.approx(at_once.loss, abs=1e-15)
    assert (in_steps.answers == at_once.answers).all()
    assert shown == [("evaluating all pairs", x, 5) for x in (0, 2, 4)]


def test_angles_are_typed_as_numbers_that_are_read_back():
    for n in range(1, 49):
        for e in range(n // 2 + 1):
            assert parse(typed(360 * e / n)) == zeta(n, e)
    rng = np.random.default_rng(0)
    for angle in (*rng.uniform(0, 180, 100), 1e-5, 0.02, 89.99, 179.96, 180 - 1e-5):
        text = typed(angle)
        gap = np.degrees(np.angle(complex(parse(text)) * np.exp(-1j * np.radians(angle))))
        assert abs(gap) <= 0.0501, (angle, text)
        assert len(text) < 20


def test_syn_alone_is_recognised_though_its_loss_is_not_zero():
    found = recognise(embed(at_all_pairs(blocks.syn(), "Z13"), gauge="balanced"))
    assert found.compositions == {"syn": 6}
    assert found.learned
    assert found.measured.loss == pytest.approx(12 / 26)


@pytest.mark.parametrize(("spec", "width"), [("Z11", 20), ("Z12", 30)])
def test_a_network_that_has_not_learned_is_said_not_to_have(spec, width):
    found = recognise(random_weights(spec, width, np.random.default_rng(0)))
    assert not found.learned
    said = str(found.not_learned())
    assert said.startswith("the network has not learned: ")
    assert "; its answers are those of no Abelian group: they form no Latin square" in said
    for x in found.frequencies:
        assert x.composition in ("unknown", "none")
        assert bool(x.match.reason) == (x.composition == "unknown")


def test_nothing_is_none_and_reads_nothing():
    nothing = recognise(Weights(AbelianGroup("Z11"), *np.zeros((3, 11, 4))))
    assert nothing.compositions == {"none": 5}
    assert "no node reads the frequencies 1, 2, 3, 4, 5" in str(nothing.not_learned())


def test_at_95_percent_of_the_pairs_a_network_has_learned_and_below_not():
    w = embed(optimizers.nine_per_frequency(AbelianGroup("Z5")))
    found = recognise(w)
    for accuracy, learned in ((1.0, True), (0.95, True), (0.9499, False)):
        one = replace(found, measured=replace(found.measured, accuracy=accuracy))
        assert one.learned == learned
        assert (one.not_learned() is None) == learned
    assert "has not learned: 95.0% of all pairs" in str(one.not_learned())


def test_two_factors_of_one_frequency_in_json_are_plain_data():
    found = recognise(embed(planted(AbelianGroup("Z7"), np.random.default_rng(9))[0]))
    data = json.loads(json.dumps(found.as_json()))
    assert [x["frequency"] for x in data["frequencies"]] == ["1", "2", "3"]
    assert set(data["frequencies"][0]["potentials"]) >= {"abc", "aac", "b-b-c"}


def test_a_small_difference_beyond_the_noise_decides_between_compositions():
    """``al, be`` of a few degrees: ``nu*syn`` with ``nu = i`` is nearly as near."""
    six = blocks.nu(zeta(4)) * blocks.syn_ab(unit(Fraction(1, 44)), unit(Fraction(1, 88)))
    w, _ = disguised(at_all_pairs(six, "Z41"), np.random.default_rng(0), noise=0.008)
    found = recognise(w)
    gaps = [x.match.tried["nu*syn"] / x.match.tried["nu(i)*syn(al,be)"] for x in found.frequencies]
    assert 1.3 < np.mean(gaps) < 2.9
    assert found.compositions.get("nu(i)*syn(al,be)", 0) >= 19


def test_what_is_recognised_is_shown_as_a_table_and_no_dump():
    z = optimizers.four_plus_six(AbelianGroup("Z7"), xi=zeta(16), nu=zeta(20))
    found = recognise(embed(z))
    assert repr(found).startswith("<Recognition of 14 nodes over Z7: nu(i)*xi 2, nu*syn 1; loss ")
    _, head, *rows = str(found).splitlines()
    assert head.split() == ["k", "nodes", "composition", "parameters", "residual"]
    first = [" ".join(row.split()[:3]) for row in rows]
    assert first == ["1 6 nu*syn", "2 4 nu(i)*xi", "3 4 nu(i)*xi"]
    assert {row.index(row.split()[2]) for row in rows} == {head.index("composition")}
    html = found._repr_html_()
    assert html.count("<tr>") == 4
    assert "<td>nu*syn</td>" in html
    assert "&lt;Recognition" in html
