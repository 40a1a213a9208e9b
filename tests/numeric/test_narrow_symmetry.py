"""Symmetries that permute nodes: groups, orbits, and the search among invariant networks."""

from itertools import pairwise

import numpy as np
import pytest

from algebra import AbelianGroup
from numeric.narrow import ZERO, Outcome, Problem, search
from numeric.narrow_run import network_loss, weights_of
from numeric.narrow_symmetry import BLOCK, Structure, Symmetry, Unknowns, structure

WORDS = {
    ("Z3", "swap"): 2,
    ("Z5", "swap; times 4"): 4,
    ("Z5", "swap * times 4"): 2,
    ("Z4", "swap; translate 2,2"): 4,
    ("Z6", "times -1; translate 2,4"): 6,
    ("Z2xZ2", "auto 2,3; translate 1,1"): 8,
    ("Z2xZ2", "auto 1,3; translate 1,1"): 12,
    ("Z2xZ2", "auto 1,2; swap"): 4,
}


@pytest.mark.parametrize(("name", "text"), WORDS)
def test_a_symmetry_keeps_addition_true_and_makes_a_group(name, text):
    G = AbelianGroup(name)
    symmetry = Symmetry.parse(G, text)
    assert len(symmetry.elements) == WORDS[name, text]
    d, x = G.order, np.arange(G.order)
    for inputs, outputs in symmetry.elements:
        for a in range(d):
            for b in range(d):
                first, second = sorted((inputs[a], inputs[d + b]))
                total = G.add(np.array(first), np.array(second - d))
                assert total == outputs[int(G.add(np.array(a), np.array(b)))]
    assert sorted(outputs) == x.tolist()


def moved(element, weights):
    """A network after a symmetry, as a set of nodes."""
    inputs, outputs = element
    d = len(outputs)
    there = np.empty((3 * d, weights.shape[1]))
    there[list(inputs)] = weights[: 2 * d]
    there[[2 * d + g for g in outputs]] = weights[2 * d :]
    return there


def nodes(weights, d):
    """The nodes up to sign, sorted, so that networks can be compared as sets."""
    found = []
    for column in weights.T:
        lead = column[: 2 * d][np.abs(column[: 2 * d]) > 1e-12]
        sign = np.sign(lead[0]) if len(lead) else 1.0
        found.append((*(sign * column[: 2 * d]), *column[2 * d :]))
    return np.array(sorted(tuple(np.round(node, 9)) for node in found))


@pytest.mark.parametrize(("name", "text"), WORDS)
def test_networks_of_a_structure_are_invariant(name, text):
    G = AbelianGroup(name)
    d = G.order
    for start in range(0, 6 * BLOCK, BLOCK):
        problem = Problem(G, 6, "onehot", symmetry=text)
        made = structure(problem, start, seed=1)
        u = np.random.default_rng(start).normal(size=(1, made.unknowns))
        weights = np.concatenate(made.weights(Unknowns(u)), axis=1)[0]
        assert weights.shape == (3 * d, 6)
        for element in made.symmetry.elements:
            assert nodes(moved(element, weights), d) == pytest.approx(nodes(weights, d))


@pytest.mark.parametrize("target", ["onehot", "projected"])
@pytest.mark.parametrize(("name", "text"), WORDS)
def test_residuals_at_the_pairs_are_the_loss_of_the_network(name, text, target):
    G = AbelianGroup(name)
    problem = Problem(G, 4, target, symmetry=text)
    made = structure(problem, 0, seed=0)
    points = Unknowns(np.random.default_rng(0).normal(size=(2, made.unknowns)))
    squares = (made.residuals(points) ** 2).sum(axis=1)
    a, b, c = made.weights(points)
    for i in range(2):
        hit = type("Hit", (), {"a": a[i], "b": b[i], "c": c[i]})
        loss = network_loss(weights_of(problem, hit), target=target)
        assert squares[i] == pytest.approx(loss * G.order**2)


@pytest.mark.parametrize(("name", "text"), WORDS)
def test_the_jacobian_is_the_derivative(name, text):
    made = structure(Problem(AbelianGroup(name), 4, "projected", symmetry=text), 0, seed=0)
    rng = np.random.default_rng(0)
    u, du, h = rng.normal(size=(2, made.unknowns)), rng.normal(size=(2, made.unknowns)), 1e-6
    ahead, behind = (made.residuals(Unknowns(u + s * h * du)) for s in (1, -1))
    by_hand = np.einsum("sen,sn->se", made.jacobian(Unknowns(u)), du)
    assert by_hand == pytest.approx((ahead - behind) / (2 * h), abs=1e-6)


def test_all_structures_take_turns():
    problem = Problem(AbelianGroup("Z3"), 5, symmetry="swap")
    made = [structure(problem, BLOCK * k, seed=3) for k in range(24)]
    keys = [(m.sign.tobytes(), m.unknown.tobytes()) for m in made]
    # orbits of 2, 1 and 1 nodes: 2 i + j + k = 5 has 12 solutions
    assert len(set(keys[:12])) == 12
    assert keys[:12] == keys[12:]


def test_a_start_depends_on_its_seed_and_number_alone():
    problem = Problem(AbelianGroup("Z3"), 4, symmetry="swap")
    whole = {e.start: e for e in search(problem, starts=30, seed=5)}
    part = {e.start: e for e in search(problem, starts=17, seed=5, first=6)}
    assert sorted(part) == list(range(6, 23))
    for start, end in part.items():
        assert end.outcome is whole[start].outcome
        assert end.a == pytest.approx(whole[start].a, abs=1e-6)


@pytest.mark.parametrize(
    ("name", "q", "target", "text", "starts"),
    [
        ("Z3", 4, "onehot", "swap", 100),
        ("Z3", 3, "projected", "translate 1,1", 60),
        ("Z2xZ2", 4, "onehot", "auto 2,3; translate 1,1", 120),
    ],
)
def test_known_solutions_are_found_among_invariant_networks(name, q, target, text, starts):
    problem = Problem(AbelianGroup(name), q, target, symmetry=text)
    zeros = [e for e in search(problem, starts=starts) if e.outcome is Outcome.ZERO]
    assert zeros
    for end in zeros[:5]:
        assert network_loss(weights_of(problem, end), target=target) < ZERO


def test_sizes_of_orbits_divide_the_order_and_fixed_nodes_have_fewer_unknowns():
    for name, text in WORDS:
        symmetry = Symmetry.parse(AbelianGroup(name), text)
        orbits = symmetry.orbits()
        assert all(len(symmetry.elements) % len(orbit.cosets) == 0 for orbit in orbits)
        assert orbits[0].unknowns == 3 * symmetry.group.order
        assert max(orbit.unknowns for orbit in orbits[1:]) <= orbits[0].unknowns
        for orbit in orbits:
            made = Structure.of(symmetry, [orbit], target="onehot")
            assert sorted(set(made.unknown.ravel()) - {0}) == list(range(1, orbit.unknowns + 1))
            assert ((made.unknown > 0) == (made.sign != 0)).all()
        assert all(len(x.cosets) >= len(y.cosets) for x, y in pairwise(orbits[:2]))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("turn", "symmetry='turn': 'turn' is no symmetry of Z5; pass 'swap', 'translate s,t'"),
        ("translate 1", "'translate 1' is no symmetry of Z5"),
        ("translate 1,5", "with elements 0 to 4"),
        ("swap 1", "'swap 1' is no symmetry"),
        ("times", "'times' is no symmetry"),
        ("times 5", "t=5 is not coprime to the exponent 5 of Z5"),
        ("auto 0", "do not generate Z5, so this is no automorphism"),
        ("swap;", "'' is no symmetry"),
        ("translate 0,1; translate 1,0; times 2; swap", "generates more than 64 elements"),
    ],
)
def test_what_is_no_symmetry_is_refused(text, message):
    with pytest.raises(ValueError, match=r"symmetry=|coprime|automorphism") as caught:
        Symmetry.parse(AbelianGroup("Z5"), text)
    assert message in str(caught.value)


def test_other_restrictions_beside_a_symmetry_are_refused():
    G = AbelianGroup("Z5")
    with pytest.raises(ValueError, match="does not go with support, ties or without constant"):
        Problem(G, 1, support=((1,),), symmetry="swap")
    with pytest.raises(ValueError, match="does not go with support, ties or without constant"):
        Problem(G, 1, constants=False, symmetry="swap")
    with pytest.raises(ValueError, match="does not go with support, ties or without constant"):
        Problem(G, 1, ties=(1,), symmetry="swap")
    with pytest.raises(ValueError, match="symmetry=None; the structure of a start is that"):
        structure(Problem(G, 1), 0, seed=0)
