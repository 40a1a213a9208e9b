"""Blocks that exist at characters of order 2 to 5 only, and nodes of several frequencies."""

from collections import Counter
from fractions import Fraction
from itertools import combinations_with_replacement
from typing import Any

import numpy as np
import pytest

from algebra import AbelianGroup, Element, blocks, element, optimizers, total, unit, zeta
from algebra.blocks.order4 import four_nodes, order42_at
from algebra.blocks.short import (
    corners,
    short_block,
    three_nodes_of_order_3,
    three_nodes_of_order_4,
)
from algebra.groups.group import character_order
from numeric import embed
from numeric.exact.projection import project, sparse_network
from numeric.recognition.block_match import NEAR, Block, matches
from numeric.recognition.compositions import COMPOSITIONS, FACTORS, PRODUCTS, WIDEST, composed
from numeric.recognition.frequencies import character_conditions, node_table
from numeric.recognition.recognise import recognise
from numeric.recognition.report import FrequencyReport
from numeric.weights.embed import from_spectrum
from tests.numeric.trained_like import (
    disguised,
    random_unit,
    recognised,
    seen_in_disguise,
)

NAMES = {2: "short 2", 3: "short 3", 4: "short 4", 5: "short 5"}


def planted_name(group: AbelianGroup, family: str, k: int) -> str:
    """What `algebra.optimizers.table` puts at a frequency."""
    order = character_order(group, group.tuple(k))
    if family == "four-two-plus-constant":
        return "real" if order == 2 else "order42"
    known = NAMES if family == "few-plus-constant" else {n: NAMES[n] for n in (2, 4)}
    return known.get(order, "nu(i)*xi")


def random_angle(rng: Any) -> Any:
    """Between 47 and 76 degrees, where ``c`` is of moderate size."""
    return unit(Fraction(int(rng.integers(44, 79)), 100))


@pytest.mark.parametrize(
    ("family", "specs"),
    [
        ("few-plus-constant", ("Z5", "Z3^3", "Z4xZ4", "Z2^4", "Z5^2", "Z60", "Z2xZ12", "Z15")),
        ("few-plus-real", ("Z2^3", "Z4xZ4", "Z2xZ12", "Z20")),
        ("four-two-plus-constant", ("Z7", "Z5", "Z3^2", "Z8", "Z15", "Z2xZ12")),
    ],
)
def test_exact_solutions_in_disguise_are_recognised_99_times_in_100(family, specs):
    """Random gauge, order, automorphism, translation, exchange of inputs; 1 % noise."""
    rng = np.random.default_rng(5)

    def made():
        for group in map(AbelianGroup, specs):
            for _ in range(max(5, 70 // group.order)):
                phi = family == "four-two-plus-constant"
                options = {"phi": random_angle(rng)} if phi else {"xi": unit(3)}
                told = {int(k): planted_name(group, family, k) for k in group.representatives if k}
                yield optimizers.build(group, family, **options), told

    found = Counter((name, x.composition) for name, x in recognised(made(), rng))
    assert found.total() >= 200
    for names in ({name for name, _ in found}, *({name} for name, _ in found)):
        tried = sum(n for (name, _), n in found.items() if name in names)
        wrong = sum(n for (name, other), n in found.items() if name in names and name != other)
        assert wrong <= max(len(names) == 1, 0.01 * tried), found


def test_the_angle_of_order42_is_recovered_within_the_noise():
    rng = np.random.default_rng(3)
    gaps = []
    for spec in ("Z11", "Z16", "Z9"):
        for _ in range(4):
            phi = random_angle(rng)
            z = optimizers.build(AbelianGroup(spec), "four-two-plus-constant", phi=phi)
            found = [x for x in seen_in_disguise(z, rng).values() if x.composition == "order42"]
            gaps += [x.match.parameters["phi"] - np.degrees(np.angle(complex(phi))) for x in found]
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


def test_members_without_a_name_are_recognised_as_the_family_with_their_angles():
    rng = np.random.default_rng(11)

    def made():
        for group in map(AbelianGroup, 5 * ["Z12", "Z3^2", "Z4^2", "Z2^3", "Z24"]):
            ks = [int(k) for k in group.representatives if k]
            ks = [k for k in ks if character_order(group, group.tuple(k)) in (2, 3, 4)]
            parts = {k: general_member(group, k, rng) for k in ks}
            yield (
                total(group, [z for z, _ in parts.values()]),
                {k: x for k, (_, x) in parts.items()},
            )

    seen = [(name, x.composition) for name, x in recognised(made(), rng)]
    assert len(seen) > 120
    assert sum(name != other for name, other in seen) <= 0.01 * len(seen)


def test_angles_of_the_families_are_invariant_and_exact_without_noise():
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


def negated(z: Element, j: int, *entries: Any) -> Element:
    """An element, of one of whose nodes some entries have the other sign."""
    nodes = [dict(x) for x in z.node_list()]
    nodes[j].update({at: -x for at, x in nodes[j].items() if at in entries or at[0] in entries})
    return element(z.group, nodes)


def moved(z: Element, spec: str) -> Element:
    """What an element has at 1, and at 0, over another group."""
    nodes = [{at: x for at, x in node.items() if at[1] in (0, 1)} for node in z.node_list()]
    return element(AbelianGroup(spec), nodes)


def one_node(c: Any) -> Element:
    return element(Z2Z4, [{("a", 2): 1, ("b", 2): 1, ("c", 2): c}])


def two_more(sign: int) -> Element:
    """Two nodes of two frequencies, which cancel each other if the sign is -1."""
    node = {("a", 0): 1, ("a", 1): 3, ("b", 1): 2, ("a", 2): 4}
    outputs = Fraction(1, 20), Fraction(sign, 20)
    return element(Z5, [node | {("c", 1): s, ("c", 2): 2 * s} for s in outputs])


def smaller(size: Fraction) -> Element:
    """A node of ``nu*syn`` times this, with twice the output."""
    node = SYN_NU.node_list()[4]
    return element(Z7, [{at: (2 if at[0] == "c" else 1) * size * x for at, x in node.items()}])


Z4, Z5, Z7, Z8, Z2Z4, Z3Z3 = map(AbelianGroup, ("Z4", "Z5", "Z7", "Z8", "Z2xZ4", "Z3xZ3"))
CORNERS, SHORT_3, FOUR = corners(Z4, 1), short_block(Z3Z3, (0, 1)), four_nodes()
SHORT_4, SHORT_5 = (short_block(group, 1) for group in (Z4, Z5))
SYN = blocks.normalised(blocks.syn()).at(Z3Z3, (0, 1))
SYN_NU = blocks.normalised(blocks.syn() * blocks.nu(zeta(16))).at(Z7, 1)
#: The same with another sign at all constant parts.
TURNED_3 = negated(negated(negated(SHORT_3, 0, ("a", 0)), 1, ("a", 0)), 2, ("a", 0))
MISS_ONE = "unknown: its 1 node misses T[k,k,k] = 1"
MISS_SQUARES = "unknown: its 4 nodes miss T[0,2k,k] = 0"
#: An element, a frequency, and what its nodes are said to be there, with the reason.
ALONE = {
    "corners": (CORNERS, 1, "corners"),
    "corners with other signs": (negated(CORNERS, 2, "b", "c"), 1, "general: 4 nodes within 0.0%"),
    "corners elsewhere": (moved(CORNERS, "Z7"), 1, MISS_SQUARES),
    "short 3": (SHORT_3, 1, "short 3"),
    "short 3 with other constant parts": (TURNED_3, 1, "syn"),
    "short 3 elsewhere": (moved(SHORT_3, "Z9"), 1, "syn"),
    "syn without constant parts": (SYN, 1, "syn"),
    "short 2": (one_node(1), 2, "short 2"),
    "short 2, half": (one_node(Fraction(1, 2)), 2, f"{MISS_ONE} by 0.5"),
    "short 2, negated": (one_node(-1), 2, f"{MISS_ONE} by 2"),
    "short 4": (SHORT_4, 1, "short 4"),
    "short 4 negated": (negated(SHORT_4, 2, "b"), 1, "unknown: its 3 nodes miss T[k,k,k] = 1"),
    "four nodes served by two": (order42_at(Z7, 2), 2, "order42"),
    "four nodes not served": (FOUR.at(Z7, 2), 2, MISS_SQUARES),
    "four nodes of order 4": (FOUR.at(Z8, 2), 2, "order42"),
    "four nodes of order 8": (FOUR.at(Z8, 1), 1, MISS_SQUARES),
    "short 5": (SHORT_5, 1, "short 5"),
    "short 5 with another constant part": (
        negated(SHORT_5, 5, ("a", 0)), 1, "unknown: the 7 nodes of 1, 2 together miss a condition"),
    "short 5 and two that cancel": (
        SHORT_5 + two_more(-1), 1, "general: 9 nodes, 5 of them of several frequencies"),
    "short 5 and two, at 1": (SHORT_5 + two_more(1), 1, "unknown: the 9 nodes of 1, 2 together"),
    "short 5 and two, at 2": (SHORT_5 + two_more(1), 2, "unknown: the 9 nodes of 1, 2 together"),
    "a weak node is set apart": (SYN_NU + smaller(Fraction(1, 10)), 1, "nu*syn"),
    "a strong node is not": (SYN_NU + smaller(Fraction(2, 5)), 1, "general: 7 nodes within"),
}  # fmt: skip


def seen(name: str) -> FrequencyReport:
    z, k, _ = ALONE[name]
    found = recognise(embed(z, gauge="balanced")).frequencies
    return next(x for x in found if x.frequency == k)


@pytest.mark.parametrize("name", ALONE)
def test_nodes_of_one_frequency_are_named_or_the_reason_is_given(name):
    x, (_, _, said) = seen(name), ALONE[name]
    assert f"{x.composition}: {x.match.reason}".startswith(said)
    assert bool(x.match.reason) == (":" in said)


def test_what_else_is_said_of_nodes_of_one_frequency():
    assert abs(seen("corners with other signs").sums.leftover) == pytest.approx(1)
    assert seen("short 3 with other constant parts").sums.missed == pytest.approx(1)
    assert seen("four nodes not served").sums.missed == pytest.approx(1 / 4)
    assert seen("four nodes served by two").place.serving == (4, 5)
    weak, strong = seen("a weak node is set apart"), seen("a strong node is not")
    assert (weak.order, weak.place.weak, strong.place.weak) == (7, (6,), ())


def test_corners_in_disguise_need_no_carrier():
    w, _ = disguised(corners(Z4, 1), np.random.default_rng(0), noise=0.005)
    x = recognise(w).frequencies[0]
    assert (x.composition, abs(x.sums.leftover) < 0.05) == ("corners", True)
    group = AbelianGroup("Z4xZ4")
    z = total(group, [corners(group, k) for k in group.conjugate_pairs()])
    found = recognise(embed(z, gauge="balanced"))
    assert found.compositions == {"corners": 6, "none": 3}
    assert max(abs(x.sums.leftover) for x in found.frequencies) < 1e-12


def test_four_served_nodes_that_are_not_of_the_closed_form_keep_the_wider_name():
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


def test_nodes_that_read_several_frequencies_are_named_with_what_they_read():
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


@pytest.mark.parametrize("order", [3, 4, 7])
def test_random_nodes_are_far_from_meeting_all_conditions(order):
    """Else ``general`` would say nothing."""
    rng = np.random.default_rng(order)
    size = character_conditions(order).forms.shape[1]
    for n in (3, 4, 5, 6, 7):
        v = rng.normal(size=(80, n, size))
        c = rng.normal(size=(80, n)) + 1j * rng.normal(size=(80, n))
        s = np.cbrt(np.abs(c) / np.linalg.norm(v, axis=2))
        v, c = v * s[..., None], c / s**2
        scale = np.cbrt(1 / (n * np.abs(c).mean() ** 3))
        gaps = character_conditions(order).nearest(v * scale, (c * scale)[..., None])[2]
        assert gaps.min() > 3 * NEAR


def test_what_other_frequencies_add_is_taken_into_account():
    """Linear terms of constant-part nodes elsewhere meet a condition that a block misses."""
    z = optimizers.build(Z7, "four-two-plus-constant")
    found = seen_in_disguise(z, np.random.default_rng(0), noise=0.0)
    assert max(x.sums.missed for x in found.values()) < 1e-9


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
    composition,
):
    rng = np.random.default_rng(7)
    for _ in range(2):
        z = drawn_product(composition, rng, noise=0.01)
        exact = drawn_product(composition, rng, noise=0)
        moved = exact * np.exp(0.33j * rng.choice([-1, 1], exact.shape))
        x, off, same = matches(map(as_block, (z, moved, exact)))
        assert x.composition == composition.name
        assert x.residual < 0.03
        assert off.composition == "unknown"
        assert same.residual < 1e-7


@pytest.mark.parametrize("factors", [(1e180,) * 3, (np.nan,) * 3, (1e12, 1e12, 1e-24)], ids=str)
def test_what_is_said_of_a_block_does_not_depend_on_those_it_is_matched_with(factors):
    """All have six nodes, or four: they are fitted together."""
    rng = np.random.default_rng(3)
    tables = [x for x in COMPOSITIONS if x.order in (4, 6)]
    z = [drawn_product(x, rng, noise=noise) for x in tables for noise in (0.001, 0.01, 0.1, 0.5)]
    alone = [matches([as_block(x)])[0] for x in z]
    assert {x.composition for x in alone} >= {x.name for x in tables} | {"unknown"}
    assert sum(np.isfinite(x.tried.get("general", np.inf)) for x in alone) > 3
    with np.errstate(all="ignore"):
        together = matches(as_block(x) for x in (*z, *(np.array(factors)[:, None] * x for x in z)))
    for one, other in zip(alone, together, strict=False):
        assert (one.composition, one.reason) == (other.composition, other.reason)
        assert dict(one.tried) == pytest.approx(dict(other.tried), rel=1e-6)
        assert dict(one.parameters) == pytest.approx(dict(other.parameters), abs=1e-6)
        np.testing.assert_allclose(one.model, other.model, atol=1e-9)
