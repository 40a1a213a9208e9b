"""Blocks that exist at characters of order 2 to 5 only, and nodes of several frequencies."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from itertools import combinations_with_replacement
from typing import Any

import numpy as np
import pytest

from algebra import AbelianGroup, blocks, element, optimizers, total, unit, zeta
from algebra.blocks.order4 import four_nodes, order42_at
from algebra.blocks.short import (
    corners,
    short_block,
    three_nodes_of_order_3,
    three_nodes_of_order_4,
)
from algebra.groups.group import character_order
from numeric import Weights, embed
from numeric.exact.projection import project, sparse_network
from numeric.recognition.block_match import NEAR, Block, match
from numeric.recognition.compositions import COMPOSITIONS, FACTORS, PRODUCTS, WIDEST, composed
from numeric.recognition.frequencies import character_conditions, node_table
from numeric.recognition.recognise import recognise
from numeric.weights.embed import from_spectrum
from tests.numeric.trained_like import DENSE, disguised, random_unit, seen_in_disguise

DATA = DENSE.parent
NAMES = {2: "short 2", 3: "short 3", 4: "short 4", 5: "short 5"}


def planted_name(group: AbelianGroup, family: str, k: int) -> str:
    """What `algebra.optimizers.table` puts at a frequency."""
    order = character_order(group, group.tuple(k))
    if family == "four-two-plus-constant":
        return "real" if order == 2 else "order42"
    known = NAMES if family == "few-plus-constant" else {n: NAMES[n] for n in (2, 4)}
    return known.get(order, "nu(i)*xi")


@pytest.mark.parametrize(
    ("family", "specs"),
    [
        ("few-plus-constant", ("Z5", "Z3^3", "Z4xZ4", "Z2^4", "Z5^2", "Z60", "Z2xZ12", "Z15")),
        ("few-plus-real", ("Z2^3", "Z4xZ4", "Z2xZ12", "Z20")),
        ("four-two-plus-constant", ("Z7", "Z5", "Z3^2", "Z8", "Z15", "Z2xZ12")),
    ],
)
def test_exact_solutions_in_disguise_are_recognised_99_times_in_100(
    family: str, specs: tuple[str, ...]
) -> None:
    """Random gauge, order, automorphism, translation, exchange of inputs; 1 % noise."""
    rng = np.random.default_rng(5)
    tried, wrong = Counter[str](), Counter[tuple[str, str]]()
    for spec in specs:
        group = AbelianGroup(spec)
        for _ in range(max(5, 70 // group.order)):
            phi = family == "four-two-plus-constant"
            options = {"phi": random_angle(rng)} if phi else {"xi": unit(3)}
            z = optimizers.build(group, family, **options)
            for k, x in seen_in_disguise(z, rng).items():
                name = planted_name(group, family, k)
                tried[name] += 1
                wrong[name, x.composition] += name != x.composition
    assert sum(tried.values()) >= 200
    assert sum(wrong.values()) <= 0.01 * sum(tried.values()), (tried, +wrong)
    for name in tried:
        missed = sum(n for (was, _), n in wrong.items() if was == name)
        assert missed <= max(1, 0.01 * tried[name]), (name, +wrong)


def random_angle(rng: Any) -> Any:
    """Between 47 and 76 degrees, where ``c`` is of moderate size."""
    return unit(Fraction(int(rng.integers(44, 79)), 100))


def test_the_angle_of_order42_is_recovered_within_the_noise() -> None:
    rng = np.random.default_rng(3)
    gaps = []
    for spec in ("Z11", "Z16", "Z9"):
        for _ in range(4):
            phi = random_angle(rng)
            z = optimizers.build(AbelianGroup(spec), "four-two-plus-constant", phi=phi)
            wanted = np.degrees(np.angle(complex(phi)))
            for x in seen_in_disguise(z, rng).values():
                if x.composition == "order42":
                    gaps.append(x.match.parameters["phi"] - wanted)
    assert len(gaps) > 50
    assert np.sqrt(np.mean(np.square(gaps))) < 0.8


def general_member(group: AbelianGroup, k: int, rng: Any) -> tuple[Any, str]:
    """A random member of a family of order 2, 3 or 4, away from the ones with a name."""
    order = character_order(group, group.tuple(k))
    if order == 2:
        t = Fraction(int(rng.integers(30, 70)), 100)
        # abc = 1, and aac = bbc = 1 - t is left over.
        pair = [{("a", k): 1, ("b", k): s, ("c", k): c} for s, c in ((1, 1 - t / 2), (-1, -t / 2))]
        return element(group, pair), "real, general"
    while True:
        if order == 3:
            (x, u), (y, v) = random_unit(rng), random_unit(rng)
            gaps = np.array([u - v, 2 * u + v, u + 2 * v]) * 2 % 360
            if np.minimum(gaps, 360 - gaps).min() > 50 and np.ptp(gaps % 180) > 25:
                return three_nodes_of_order_3(group, k, x=x, y=y), "short 3, general"
        else:
            s, t = (Fraction(int(rng.integers(15, 90)), 100) for _ in range(2))
            both = np.degrees(np.arctan(float(s)) + np.arctan(float(t)))
            if 25 < both < 65 and abs(both - 53) > 6:
                return three_nodes_of_order_4(group, k, s=s, t=t), "short 4, general"


def test_members_without_a_name_are_recognised_as_the_family_with_their_angles() -> None:
    rng = np.random.default_rng(11)
    wrong = tried = 0
    for spec in ("Z12", "Z3^2", "Z4^2", "Z2^3", "Z24"):
        group = AbelianGroup(spec)
        for _ in range(5):
            parts, told = [], {}
            for k in (int(k) for k in group.representatives if k):
                if character_order(group, group.tuple(k)) in (2, 3, 4):
                    part, told[k] = general_member(group, k, rng)
                    parts.append(part)
            found = seen_in_disguise(total(group, parts), rng)
            tried += len(told)
            wrong += sum(found[k].composition != name for k, name in told.items())
    assert tried > 120
    assert wrong <= 0.01 * tried


def test_angles_of_the_families_are_invariant_and_exact_without_noise() -> None:
    rng = np.random.default_rng(2)
    group = AbelianGroup("Z12")
    s, t = Fraction(3, 10), Fraction(4, 5)
    wanted = np.degrees(np.arctan([float(s), float(t)]))
    x, y = unit(Fraction(1, 5)), unit(Fraction(3, 2))
    squares = np.degrees(2 * np.angle([complex(x), complex(y), complex((x * y).conjugate())]))
    gaps = np.diff([*np.sort(squares % 360), np.sort(squares % 360)[0] + 360])
    z = three_nodes_of_order_4(group, 3, s=s, t=t) + three_nodes_of_order_3(group, 4, x=x, y=y)
    for _ in range(4):
        found = seen_in_disguise(z, rng, noise=0.0)
        four, three = found[3], found[4]
        assert max(four.match.residual, three.match.residual) < 1e-9
        assert four.match.parameters == pytest.approx(
            {"sum": wanted.sum(), "gap": abs(np.diff(wanted)[0])}
        )
        assert three.match.parameters == pytest.approx(
            dict(zip(("gap", "next gap"), np.sort(gaps)[:2], strict=True))
        )


def only(group: AbelianGroup, nodes: Any, k: int) -> Any:
    w = embed(element(group, nodes), gauge="balanced")
    return next(x for x in recognise(w).frequencies if x.frequency == k)


def test_corners_are_recognised_and_other_signs_are_not() -> None:
    group = AbelianGroup("Z4")
    w, _ = disguised(corners(group, 1), np.random.default_rng(0), noise=0.005)
    x = recognise(w).frequencies[0]
    assert x.composition == "corners"
    assert abs(x.sums.leftover) < 0.05
    nodes = corners(group, 1).node_list()
    turned = [
        {at: (-v if at[0] != "a" else v) for at, v in node.items()} if j == 2 else node
        for j, node in enumerate(nodes)
    ]  # abc stays 1, what is left over does not stay 0
    x = only(group, turned, 1)
    assert x.composition != "corners"
    assert abs(x.sums.leftover) > 0.9
    # At a character of another order the same four nodes meet no condition on squares.
    moved = [{(p, 1): v for (p, _), v in node.items()} for node in nodes]
    assert only(AbelianGroup("Z7"), moved, 1).composition == "unknown"


def test_syn_without_constant_parts_is_no_short_block_of_order_3() -> None:
    group = AbelianGroup("Z3xZ3")
    plain = blocks.normalised(blocks.syn()).at(group, (0, 1)).node_list()
    assert only(group, plain, 1).composition == "syn"
    wrong = [
        {at: (-x if at == ("a", 0) else x) for at, x in node.items()}
        for node in short_block(group, (0, 1)).node_list()
    ]
    x = only(group, wrong, 1)
    assert x.composition == "syn"
    assert x.sums.missed == pytest.approx(1.0)
    # The block of order 3 at a character of order 9 leaves its squares where nothing cancels them.
    nine = AbelianGroup("Z9")
    moved = [
        {(p, 0 if k == 0 else 1): x for (p, k), x in node.items() if k <= 1}
        for node in short_block(AbelianGroup("Z3"), 1).node_list()
    ]
    assert only(nine, moved, 1).composition in ("syn", "unknown")


def test_a_node_of_another_size_is_no_short_block_of_order_2() -> None:
    group = AbelianGroup("Z2xZ4")
    k = group.real_characters()[0]
    for c, name in ((1, "short 2"), (Fraction(1, 2), "unknown"), (-1, "unknown")):
        x = only(group, [{("a", k): 1, ("b", k): 1, ("c", k): c}], k)
        assert x.composition == name
        assert bool(x.match.reason) == (name == "unknown")


def test_three_nodes_that_miss_one_condition_of_order_4_are_unknown_with_a_reason() -> None:
    group = AbelianGroup("Z4")
    nodes = short_block(group, 1).node_list()
    nodes[2] = {at: (-x if at[0] == "b" else x) for at, x in nodes[2].items()}
    x = only(group, nodes, 1)
    assert x.composition == "unknown"
    assert "its 3 nodes miss T[" in x.match.reason


def test_order42_needs_its_serving_nodes_or_a_character_of_order_4() -> None:
    seven = AbelianGroup("Z7")
    with_all = only(seven, order42_at(seven, 2).node_list(), 2)
    assert (with_all.composition, len(with_all.place.serving)) == ("order42", 2)
    without = only(seven, four_nodes().at(seven, 2).node_list(), 2)
    assert without.composition == "unknown"
    assert "T[" in without.match.reason
    eight = AbelianGroup("Z8")
    assert only(eight, four_nodes().at(eight, 2).node_list(), 2).composition == "order42"
    assert only(eight, four_nodes().at(eight, 1).node_list(), 1).composition == "unknown"


def test_four_served_nodes_that_are_not_of_the_closed_form_keep_the_wider_name() -> None:
    """Other inputs and outputs of the four nodes, with the conditions kept by Gauss-Newton."""
    group = AbelianGroup("Z7")
    rng = np.random.default_rng(4)
    z = optimizers.build(group, "four-two-plus-constant")
    table = node_table(embed(z, gauge="balanced"))
    may = np.zeros(table.z.shape, dtype=bool)
    for j in range(z.order):
        for row, ks in ((slice(2), table.reads(j)), (slice(2, 3), table.writes(j))):
            at = np.array(ks)
            may[row, at, j] = may[row, group.negate(at), j] = True
    network = sparse_network(group, may)
    start = network.coordinates(table.z)
    x = project(network, start + 0.3 * np.abs(start) * rng.normal(size=len(start))).w
    moved = np.zeros_like(table.z)
    moved[network.places] = network.embedding @ x
    names = {x.composition for x in recognise(from_spectrum(moved, group)).frequencies}
    assert "order 4 + constants" in names
    assert names <= {"order 4 + constants", "order42"}


def test_nodes_that_read_several_frequencies_are_named_with_what_they_read() -> None:
    group = AbelianGroup("Z15")
    z = optimizers.build(group, "few-plus-constant", xi=unit(3))
    w, image = disguised(z, np.random.default_rng(1), noise=0.002)
    found = recognise(w)
    pair = sorted(int(image[k]) for k in (3, 6))
    assert len(found.mixed) == len(found.several) == 3
    for x in found.several:
        assert x.reads == ("0", *map(str, pair))
        assert set(map(str, pair)) <= set(x.writes)
        assert not x.weak
        assert f"node {x.node} reads 3 frequencies (0, 3, 6) and writes to" in str(x)
    for x in found.frequencies:
        assert x.place.shared == (found.mixed if x.frequency in pair else ())
        others = [m for m in pair if x.frequency in pair and m != x.frequency]
        assert x.place.partners == tuple(map(str, others))
    data = found.as_json()["several"]
    assert list(data[0]["reads"]) == ["0", "3", "6"]


def test_seven_nodes_with_another_weight_are_no_short_block_of_order_5() -> None:
    group = AbelianGroup("Z5")
    nodes = short_block(group, 1).node_list()
    assert only(group, nodes, 1).composition == "short 5"
    nodes[5] = {at: (-x if at == ("a", 0) else x) for at, x in nodes[5].items()}
    x = only(group, nodes, 1)
    assert x.composition == "unknown"
    assert "the 7 nodes of 1, 2 together miss a condition by" in x.match.reason


def test_more_nodes_that_meet_all_conditions_of_both_frequencies_are_general() -> None:
    """The short block and two nodes that cancel each other, of both frequencies."""
    group = AbelianGroup("Z5")
    for sign, name in ((-1, "general"), (1, "unknown")):
        extra = [
            {("a", 0): 1, ("a", 1): 3, ("b", 1): 2, ("a", 2): 4, ("c", 1): s, ("c", 2): 2 * s}
            for s in (Fraction(1, 20), Fraction(sign, 20))
        ]
        nodes = [*short_block(group, 1).node_list(), *extra]
        found = recognise(embed(element(group, nodes), gauge="balanced"))
        assert {x.composition for x in found.frequencies} == {name}
        assert "9 nodes" in found.frequencies[0].match.reason


def test_weak_nodes_are_set_apart_and_strong_ones_are_not() -> None:
    group = AbelianGroup("Z7")
    block = blocks.normalised(blocks.syn() * blocks.nu(zeta(16))).at(group, 1).node_list()
    for size, name in ((Fraction(1, 10), "nu*syn"), (Fraction(2, 5), "unknown")):
        extra = {at: x * size for at, x in block[4].items()}
        x = only(group, [*block, {at: v * 2 if at[0] == "c" else v for at, v in extra.items()}], 1)
        assert x.order == 7
        assert x.place.weak == ((6,) if name == "nu*syn" else ())
        assert (x.composition == "nu*syn") == (name == "nu*syn")


@pytest.mark.parametrize("order", [3, 4, 7])
def test_random_nodes_are_far_from_meeting_all_conditions(order: int) -> None:
    """Else ``general`` would say nothing."""
    rng = np.random.default_rng(order)
    size = character_conditions(order).forms.shape[1]
    for n in (3, 4, 5, 6, 7):
        v = rng.normal(size=(80, n, size))
        c = rng.normal(size=(80, n)) + 1j * rng.normal(size=(80, n))
        s = np.cbrt(np.abs(c) / np.linalg.norm(v, axis=2))
        v, c = v * s[..., None], c / s**2
        scale = np.cbrt(1 / (n * np.abs(c).mean() ** 3))
        nodes = zip(v * scale, (c * scale)[..., None], strict=True)
        gaps = np.array([character_conditions(order).nearest(*x)[2] for x in nodes])
        assert gaps.min() > 3 * NEAR


def test_what_other_frequencies_add_is_taken_into_account() -> None:
    """Linear terms of constant-part nodes elsewhere meet a condition that a block misses."""
    group = AbelianGroup("Z7")
    z = optimizers.build(group, "four-two-plus-constant")
    found = seen_in_disguise(z, np.random.default_rng(0), noise=0.0)
    assert max(x.sums.missed for x in found.values()) < 1e-9
    alone = only(group, four_nodes().at(group, 1).node_list(), 1)
    assert alone.sums.missed > 0.2


def test_match_of_nothing_is_none() -> None:
    empty = np.zeros((3, 0), dtype=complex)
    no = np.zeros(0, dtype=bool)
    assert match(Block(7, empty, np.zeros(0), no, no)).composition == "none"


def test_unknown_frequencies_of_a_random_network_have_a_reason() -> None:
    rng = np.random.default_rng(0)
    w = Weights(AbelianGroup("Z12"), *(rng.normal(size=(12, 30)) for _ in "abc"))
    for x in recognise(w).frequencies:
        assert x.composition in ("unknown", "none")
        assert bool(x.match.reason) == (x.composition == "unknown")


def as_block(z: Any) -> Block:
    """Nodes of a character of order 11."""
    no = np.zeros(z.shape[1], dtype=bool)
    return Block(11, z, np.zeros(z.shape[1]), no, ~no)


def drawn_product(composition: Any, rng: Any, *, noise: float) -> Any:
    """A member, its nodes in any order and with any signs, inputs exchanged, ``-k`` for ``k``."""
    n = composition.order
    angles = rng.uniform(0, 2 * np.pi, len(composition.parameters))
    z = np.exp(1j * composition.phases(angles)) / np.cbrt(n)
    sign = rng.choice([-1.0, 1.0], n)
    z = (z * np.stack([sign, sign, np.ones(n)]))[:, rng.permutation(n)]
    z = z.conj() if rng.integers(2) else z
    z = z[[1, 0, 2]] if rng.integers(2) else z
    return z + noise / np.cbrt(n) * (rng.normal(size=z.shape) + 1j * rng.normal(size=z.shape))


def solves(names: tuple[str, ...]) -> bool:
    """Whether all conditions but those on ``aa-c, bb-c`` hold, whatever the parameters."""
    table = composed("*".join(names))
    a, b, c = np.exp(1j * table.phases(0.1 * np.arange(1.0, len(table.parameters) + 1) ** 2))
    bar = np.conj
    sums = [bar(a) * b * c, a * bar(b) * c, a * b * bar(c), a * a * c, bar(a * a) * c]
    sums += [b * b * c, bar(b * b) * c]
    return bool(np.abs(np.sum(sums, axis=1)).max() < 1e-9)


def test_the_products_are_all_that_solve_and_are_no_members_of_another_one():
    free = [x for x in FACTORS if x not in ("nu(1)", "(1+(1,i,-i))")]
    known = [sorted(x.name.split("*")) for x in COMPOSITIONS]
    found = {"nu(i)*nu(1)*(1+(1,i,-i))"}
    for names in (x for n in (2, 3) for x in combinations_with_replacement(free, n)):
        wide = np.prod([len(FACTORS[x][0]) for x in names]) > WIDEST
        if wide or sorted(names) in known or not solves(names):
            continue
        if names[0] != "nu(i)" or not solves(("nu", *names[1:])):
            found.add("*".join(names))
    assert found == {x.name for x in PRODUCTS}
    assert [(x.order, len(x.parameters)) for x in PRODUCTS] == sorted(
        (x.order, len(x.parameters)) for x in PRODUCTS
    )


@pytest.mark.parametrize("composition", PRODUCTS, ids=lambda x: x.name)
def test_products_of_factors_are_named_and_a_member_moved_by_a_third_of_a_radian_is_not(
    composition: Any,
) -> None:
    rng = np.random.default_rng(7)
    for _ in range(2):
        z = drawn_product(composition, rng, noise=0.01)
        x = match(as_block(z))
        assert x.composition == composition.name
        assert x.residual < 0.03
        exact = drawn_product(composition, rng, noise=0)
        moved = exact * np.exp(0.33j * rng.choice([-1, 1], exact.shape))
        assert match(as_block(moved)).composition == "unknown"
        assert match(as_block(exact)).residual < 1e-7


def test_the_published_max_margin_network_is_a_product_of_three_factors_at_distance_0() -> None:
    found = recognise(DATA / "max_margin_z7.npz")
    assert found.compositions == {"nu(i)*nu(1)*(1+(1,i,-i))": 3}
    assert [x.order for x in found.frequencies] == [8, 8, 8]
    assert max(x.match.residual for x in found.frequencies) < 1e-9
    assert max(abs(x.sums.leftover) for x in found.frequencies) < 1e-12
