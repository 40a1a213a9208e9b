"""Symmetries that permute nodes: groups, orbits, and the search among invariant networks."""

from itertools import pairwise

import numpy as np
import pytest

from algebra import AbelianGroup
from algebra.groups.group_names import group
from numeric.narrow.orbits import Kind, classes, kinds, moved as moved_kind, orbit_types
from numeric.narrow.problem import Problem, products, spaces
from numeric.narrow.signed_symmetry import SignedSymmetry, subgroups, up_to_conjugacy
from numeric.narrow.symmetric import BLOCK, Structure, structure
from tests.refusal import refused

WORDS = {
    ("Z3", "swap"): 2,
    ("Z5", "swap; times 4"): 4,
    ("Z5", "swap * times 4"): 2,
    ("Z4", "swap; translate 2,2"): 4,
    ("Z6", "times -1; translate 2,4"): 6,
    ("Z2xZ2", "auto 2,3; translate 1,1"): 8,
    ("Z2xZ2", "auto 1,3; translate 1,1"): 12,
    ("Z2xZ2", "auto 1,2; swap"): 4,
    ("S3", "swap"): 2,
    ("S3", "translate 1,0; translate 0,1"): 4,
    ("S3", "swap; auto 4,1; translate 3,0"): 36,
    ("Q8", "auto 1,6; swap"): 4,
}


@pytest.mark.parametrize(("name", "text"), WORDS)
def test_a_symmetry_keeps_addition_true_and_makes_a_group(name, text):
    G = group(name)
    symmetry = SignedSymmetry.parse(G, text)
    assert len(symmetry.elements) == WORDS[name, text]
    d, x = G.order, np.arange(G.order)
    for inputs, outputs in symmetry.elements:
        for a in range(d):
            for b in range(d):
                first, second = sorted((inputs[a], inputs[d + b]))
                total = products(G)[first, second - d]
                assert total == outputs[products(G)[a, b]]
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


def invariant_network(problem, start):
    """The weights a, b, c of a structure's network, which its symmetries take to itself."""
    made, d = structure(problem, start, seed=1), problem.group.order
    assert made.unknowns > 0
    u = np.random.default_rng(start).normal(size=(1, made.unknowns))
    a, b, c = (x[0] for x in made.weights(u))
    weights = np.concatenate([a, b, c])
    assert weights.shape == (3 * d, problem.width)
    for element in made.symmetry.elements:
        assert nodes(moved(element, weights), d) == pytest.approx(nodes(weights, d))
    return a, b, c


@pytest.mark.parametrize(("name", "text"), WORDS)
def test_networks_of_a_structure_are_invariant(name, text):
    problem = Problem(group(name), 18 if name in ("Z6", "S3", "Q8") else 6, "onehot", symmetry=text)
    for start in range(0, 4 * BLOCK, BLOCK):
        invariant_network(problem, start)


def test_all_structures_take_turns():
    problem = Problem(AbelianGroup("Z3"), 5, symmetry="swap")
    made = [structure(problem, BLOCK * k, seed=3) for k in range(24)]
    keys = [m.forms.toarray().tobytes() for m in made]
    # orbits of 2, 1 and 1 nodes: 2 i + j + k = 5 has 12 solutions
    assert len(set(keys[:12])) == 12
    assert keys[:12] == keys[12:]


def test_sizes_of_orbits_divide_the_order_and_fixed_nodes_have_fewer_unknowns():
    for name, text in WORDS:
        symmetry = SignedSymmetry.parse(group(name), text)
        orbits = orbit_types(symmetry)
        assert all(len(symmetry.elements) % len(orbit.cosets) == 0 for orbit in orbits)
        assert orbits[0].unknowns == 3 * symmetry.group.order
        assert max(orbit.unknowns for orbit in orbits[1:]) <= orbits[0].unknowns
        for orbit in orbits:
            made = Structure(symmetry, (orbit,), "onehot").forms.toarray()
            assert made.any(axis=0).all()
            assert set(np.unique(made)) <= {-1, 0, 1}
            assert (np.count_nonzero(made, axis=1) <= 1).all()
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
    with pytest.raises(ValueError, match=message):
        SignedSymmetry.parse(AbelianGroup("Z5"), text)


#: Group, symmetry, support (None: all), ties (None: free), constant parts.
RESTRICTED = [
    ("Z5", "times 2", ((0,), (1,), (1,), (2,), (2,), (0, 1, 2)), (0, 1, -1, 1, -1, 0), True),
    ("Z5", "swap; times 4", ((0, 1), (0, 1), (2,), (1, 2)), (0, 0, 1, -1), True),
    ("Z5", "translate 1,1", ((1, 2),) * 5, (1,) * 5, True),
    ("Z4", "translate 2,0", ((1,), (1,), (1,), (1,), (0, 2), (2,)), (1, 1, -1, -1, 0, -1), True),
    ("Z4", "swap; translate 2,2", None, None, False),
    ("Z2xZ2", "auto 2,3; translate 1,1", ((1,), (2,), (3,), (1, 2, 3)), None, False),
    ("Z6", "times -1; translate 2,4", ((1,), (1,), (1,), (3,), (0, 3), *[(2,)] * 3), None, True),
]


def restricted(case, width=None, target="onehot"):
    name, text, support, ties, constants = case
    q = len(support) if support else 5
    return Problem(group(name), q, target, constants, support, text, ties)


def parts(group, columns):
    """The sizes of Fourier coefficients, a row for each frequency."""
    x = np.arange(group.order)
    turns = group.character_exponents(x[:, None], x[None, :])
    return np.abs(np.exp(-2j * np.pi * turns / group.exponent) @ columns)


@pytest.mark.parametrize("case", RESTRICTED, ids=str)
def test_networks_of_restricted_structures_are_invariant_and_as_restricted(case):
    problem = restricted(case)
    G = problem.group
    for start in range(0, 5 * BLOCK, BLOCK):
        a, b, _ = invariant_network(problem, start)
        found = []
        for j in range(problem.width):
            large = np.abs([parts(G, a[:, j]), parts(G, b[:, j])]).max(axis=0) > 1e-9
            reads = {min(k, G.negate(k)) for k in np.flatnonzero(large).tolist()}
            signs = [s for s in (1, -1) if b[:, j] == pytest.approx(s * a[:, j])]
            found.append((reads, signs))
        wanted = sorted(kinds(problem), key=lambda kind: (len(kind.reads), -abs(kind.tie)))
        for kind in wanted:  # each node, the strictest first, has a place of its own
            fits = [x for x in found if x[0] <= set(kind.reads) and kind.tie in (0, *x[1])]
            assert fits, (str(kind), found)
            found.remove(max(fits, key=lambda x: (len(x[1]), len(x[0]))))
        if not problem.constants:
            assert abs(a.mean(axis=0)).max() < 1e-12 > abs(b.mean(axis=0)).max()


@pytest.mark.parametrize("case", RESTRICTED, ids=str)
def test_restricted_structures_have_the_dimension_of_what_is_invariant(case):
    """The unknowns of an orbit are independent, and all that the restrictions leave."""
    problem = restricted(case)
    made = structure(problem, 0, seed=0)
    d = problem.group.order
    for orbit in made.orbits:
        assert np.linalg.matrix_rank(orbit.basis) == orbit.unknowns
        inputs = orbit.basis[: 2 * d]
        inputs = inputs[:, inputs.any(axis=0)]
        # By brute force: all conditions at once, as equations.
        equations = []
        for (there, _), sign in orbit.fixes:
            action = np.zeros((2 * d, 2 * d))
            action[list(there), np.arange(2 * d)] = 1
            equations.append(action - sign * np.eye(2 * d))
        x = np.arange(d)
        for k in range(d):
            if min(k, problem.group.negate(k)) not in orbit.kind.reads:
                turn = 2 * np.pi * problem.group.character_exponents(np.array(k), x)
                wave = np.exp(1j * turn / problem.group.exponent)
                for part in (wave.real, wave.imag):
                    equations += [np.kron(row, part)[None] for row in np.eye(2)]
        if orbit.kind.tie:
            equations.append(np.hstack([orbit.kind.tie * np.eye(d), -np.eye(d)]))
        rows = np.concatenate(equations)
        assert abs(rows @ inputs).max() < 1e-9
        assert inputs.shape[1] == 2 * d - np.linalg.matrix_rank(rows)


def test_subgroups_are_listed_up_to_conjugacy_and_spaces_have_the_names_of_representations():
    symmetry = SignedSymmetry.parse(AbelianGroup("Z5"), "swap; times 4")
    every = subgroups(symmetry.elements)
    assert [len(H) for H in up_to_conjugacy(every, symmetry.elements)] == [1, 2, 2, 2, 4]
    found = spaces(group("S3"))
    assert found.labels.tolist() == [0, 1, 1, 1, 1, 2]
    assert found.names == {0: "[3]", 1: "[2,1]", 2: "[1,1,1]"}


def test_a_tie_that_a_translation_turns_over_is_taken_to_the_other_tie():
    G = AbelianGroup("Z4")
    apart = SignedSymmetry.parse(G, "translate 2,0").elements[1]
    assert moved_kind(G, apart, Kind((1,), 1)) == Kind((1,), -1)
    assert moved_kind(G, apart, Kind((2,), 1)) == Kind((2,), 1)
    assert moved_kind(G, apart, Kind((1, 2), 1)) is None
    assert moved_kind(G, apart, Kind((1, 2))) == Kind((1, 2))
    assert classes(restricted(RESTRICTED[3]), SignedSymmetry.parse(G, "translate 2,0")) == [
        (Kind((1,), 1), 4),
        (Kind((0, 2)), 1),
        (Kind((2,), -1), 1),
    ]


@pytest.mark.parametrize(
    ("name", "text", "options", "message"),
    [
        (
            "Z5", "times 2", {"support": ((0,), (1,), (1,), (2,))},
            "support: {} takes node 2, '1', to '2', and 2 of the nodes are '1' but 1 are '2'; pass "
            "as many of each of '1', '2', or '1,2', which stays",
        ),
        (
            "Z5", "times 2", {"support": ((1,), (2,)), "ties": (1, -1)},
            "support: {} takes node 1, '1+', to '2+', and 1 of the nodes are '1+' but 0 are '2+'; "
            "pass as many of each of '1+', '2+', or '1,2+', which stays",
        ),
        (
            "Z4", "translate 2,0", {"support": ((1,), (2,)), "ties": (1, 1)},
            "support: {} takes node 1, '1+', to '1-', and 1 of the nodes are '1+' but 0 are '1-'; "
            "pass as many of each of '1+', '1-', or '1', which stays",
        ),
        (
            "Z5", "translate 1,2", {"support": ((0,), (1,)), "ties": (1, -1)},
            "support: {} turns a and b of node 2, '1-', by different angles, so that b = -a does "
            "not stay; leave its '-' out, or translate both alike",
        ),
        (
            "Z5", "translate 1,1", {"support": ((0,), *[(1,)] * 4)},
            "{}: 4 nodes are '1' or what it is taken to, and such nodes come in orbits of 5; pass "
            "a number of them that these add up to",
        ),
        (
            "Z3", "translate 0,1; translate 1,0", {"constants": False},
            "{}: 4 nodes are '1' or what it is taken to, and such nodes come in orbits of 3, 9; "
            "pass a number of them that these add up to",
        ),
    ],
)  # fmt: skip
def test_restrictions_that_a_symmetry_does_not_keep_are_refused(name, text, options, message):
    width = len(options.get("support", "abcd"))
    with refused(ValueError, message.format(f"symmetry={text!r}")):
        structure(Problem(AbelianGroup(name), width, symmetry=text, **options), 0, seed=0)


def test_without_a_symmetry_each_node_is_an_orbit_of_its_kind():
    problem = Problem(group("S3"), 3, support=((2,), (0,), (1,)), ties=(1, 0, -1))
    made = structure(problem, 0, seed=0)
    assert [(str(orbit.kind), len(orbit.cosets)) for orbit in made.orbits] == [
        ("2+", 1), ("0", 1), ("1-", 1)]  # fmt: skip
    assert [orbit.unknowns for orbit in made.orbits] == [1 + 6, 2 + 6, 4 + 6]
