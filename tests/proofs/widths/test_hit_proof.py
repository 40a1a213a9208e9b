"""Zeros of the search, proved from random starts with no one in between, or said not to be."""

import json

import numpy as np
import pytest

from algebra import AbelianGroup
from algebra.criterion.tensor import function_tensor
from algebra.groups.group_names import group
from algebra.networks.verdict import table_check
from cogo.cli.narrow import _support
from numeric.narrow.problem import Operation, Problem, products
from numeric.narrow.run import weights_of
from numeric.narrow.search import Searched, search
from numeric.real_points.system import System
from numeric.weights.plain_network import Weights
from proofs.certificates import certificate, checker, existence_checker
from proofs.widths import hit_proof
from proofs.widths.hit_proof import NotProvedError, prove_existence, prove_hit, recognise
from proofs.widths.invariant_network import coordinates, network_of
from tests.numeric.network_loss import network_loss
from tests.proofs.stand_alone import ROOT


def zeros(problem, first, starts):
    """The zeros that some random starts find, the least first."""
    hits = search(problem, starts=starts, first=first)
    return sorted((hit for hit in hits if hit.outcome is Searched.ZERO), key=lambda hit: hit.size)


def unknowns(problem, hit):
    """The networks among which a zero was found, and its unknowns."""
    network = network_of(problem, start=hit.start, seed=0)
    return network, coordinates(network, weights_of(problem, hit))


def proved(problem, first, starts, kind):
    """The first zero of some random starts of which that is proved, and the proof."""
    for hit in zeros(problem, first, starts):
        proof = prove_hit(problem, weights_of(problem, hit), start=hit.start)
        if proof.kind == kind:
            return hit, proof
    raise AssertionError(f"no zero of {problem} is proved: {kind}")


Z3, Z4, Z5 = (AbelianGroup(name) for name in ("Z3", "Z4", "Z5"))
Z2xZ2 = AbelianGroup("Z2xZ2")
SPLIT = ((0,), *[(1,)] * 4, *[(2,)] * 4)
TIED, SIGNS = _support("0;1+;1-;2+;2-;0,1,2+;0,1,2+;0,1,2+")
#: The first random start, and how many: there are more zeros, most of them proved no faster.
EXACT = [
    (Problem(Z3, 3, "projected"), 0, 5),
    (Problem(Z3, 4, "onehot"), 0, 12),
    (Problem(Z2xZ2, 4, "projected"), 0, 4),
    (Problem(Z2xZ2, 4, "onehot"), 0, 4),
    (Problem(Z4, 5, "projected"), 11, 1),
    (Problem(Z4, 5, "onehot"), 10, 1),
    (Problem(Z3, 4, "onehot", symmetry="swap"), 0, 13),
    (Problem(Z5, 8, "onehot", support=TIED, ties=SIGNS), 39, 1),
    (Problem(Z5, 9, "onehot", support=SPLIT), 0, 2),
    (Problem(Z4, 5, "onehot", constants=False), 10, 5),
    (Problem(Z3, 6, "projected", False, symmetry="times 2"), 0, 60),
    (Problem(Z4, 5, "projected", False, symmetry="translate 2,2"), 0, 60),
    (Problem(Z5, 9, "onehot", support=SPLIT, symmetry="times 2"), 0, 60),
]


@pytest.mark.parametrize(("problem", "first", "starts"), EXACT, ids=str)
def test_narrow_solutions_are_proved_exactly_from_random_starts(problem, first, starts):
    _, proof = proved(problem, first, starts, "exact")
    assert proof.suffix == ".cert.json"
    assert checker.check(proof.text.encode()) == (0, proof.message)
    assert f"{problem.group}, {problem.width} nodes, 0 parameters, target" in proof.message
    z, target = certificate.from_bytes(proof.text.encode())
    assert (z.order, target) == (problem.width, problem.target)
    assert problem.constants or not any(("a", 0) in node for node in z.node_list())


def test_what_is_recognised_lies_on_the_solution_set_of_the_zero():
    problem = Problem(Z3, 3, "projected")
    network, values = unknowns(problem, zeros(problem, 0, 10)[0])
    z, _ = certificate.from_bytes(recognise(network, values)[0].encode())
    assert dict(function_tensor(z))[1, 1, 1] == 1
    with pytest.raises(NotProvedError, match="0 attempts reached 0 points"):
        recognise(network, values, attempts=0)


REGULAR = [
    (Problem(Z2xZ2, 7, "projected"), 29),
    (Problem(Z5, 9, "projected"), 71),
    (Problem(Z3, 4, "onehot", symmetry="swap"), 12),
    (Problem(Z4, 6, "projected", support=((0, 1, 2),) * 6), 3),
    (Problem(Z3, 4, "onehot", ties=(1, 1, 1, -1)), 75),
]


@pytest.mark.parametrize(("problem", "first"), REGULAR, ids=str)
def test_existence_is_proved_where_a_zero_is_regular_and_close_to_it(problem, first, monkeypatch):
    monkeypatch.setattr(hit_proof, "MAX_UNKNOWNS", 0)
    hit, proof = proved(problem, first, 1, "existence")
    assert proof.suffix == ".exist.json"
    assert existence_checker.check(proof.text.encode()) == (0, proof.message)
    document = json.loads(proof.text)
    assert document["radius"] / 2 ** document["scale"] < 1e-17
    _, near = unknowns(problem, hit)
    values = np.array([x / 2 ** document["scale"] for x in document["values"]])
    assert values == pytest.approx(near, abs=1e-6)


def test_a_degenerate_zero_is_said_to_be_so(monkeypatch):
    monkeypatch.setattr(hit_proof, "MAX_UNKNOWNS", 0)
    problem = Problem(Z3, 4, "onehot")
    hit = zeros(problem, 0, 5)[0]
    proof = prove_hit(problem, weights_of(problem, hit), start=hit.start)
    assert (proof.kind, proof.text) == ("none", "")
    assert "not recognised: more than 0 unknowns" in proof.message
    assert "the derivatives of 27 independent equations have rank 26" in proof.message


def test_what_is_no_zero_is_not_proved(monkeypatch):
    problem = Problem(Z3, 5, "onehot")
    network = network_of(problem, start=0, seed=0)
    values = 1 + np.random.default_rng(0).normal(size=network.unknowns)
    monkeypatch.setattr(System, "polished", lambda self, point, free: point)
    monkeypatch.setattr(
        System, "refined", lambda self, point, free, bits: [round(x * 2.0**bits) for x in point]
    )
    with pytest.raises(NotProvedError, match="does not go through: unproved: row 0"):
        prove_existence(network, values)


def test_nearly_singular_derivatives_are_refused(monkeypatch):
    problem = Problem(Z3, 5, "onehot")
    network, values = unknowns(problem, zeros(problem, 0, 5)[0])
    monkeypatch.setattr(hit_proof, "INVERSE_BITS", (0, 1))
    with pytest.raises(NotProvedError, match="too close to a singular matrix"):
        prove_existence(network, values)


def test_a_form_with_a_wrong_sign_is_noticed():
    """What the certificate states is what the checker expands: a wrong form proves nothing."""
    problem = Problem(Z3, 6, "projected", False, symmetry="times 2")
    network, values = unknowns(problem, zeros(problem, 0, 60)[0])
    entry = next(form for node in network.nodes for _, form, _ in node["a"] if form)
    entry[0][0] *= -3
    with pytest.raises(NotProvedError):
        prove_existence(network, values)


FOLDER = ROOT / "docs" / "catalogue" / "existence"


@pytest.mark.parametrize(("name", "width"), [("Z3", 4), ("Z2xZ2", 4), ("Z4", 5)])
def test_the_least_networks_with_a_symmetry_are_accepted(name, width):
    path = FOLDER / "symmetric" / f"{name}.onehot.exist.json"
    code, message = existence_checker.check_file(str(path))
    assert code == 0
    assert f"{name}, {width} nodes, target onehot: with the fixed unknowns" in message


def test_certificates_in_the_repository_are_accepted():
    files = sorted(FOLDER.glob("*.json"))
    assert len(files) == 12
    for path in files:
        document = json.loads(path.read_bytes())
        G, target = AbelianGroup(document["group"]), document["target"]
        equations = G.order**2 * (G.order - (target == "projected"))
        code, message = existence_checker.check_file(str(path))
        assert (code, path.name) == (0, f"{G}.{target}.exist.json")
        assert len(document["free"]) == equations
        assert f"{equations} equations in as many free unknowns" in message


def test_a_network_at_the_centre_has_almost_no_loss():
    document = json.loads((FOLDER / "Z5.projected.exist.json").read_bytes())
    values = np.array([0.0, *(x / 2 ** document["scale"] for x in document["values"])])
    G = AbelianGroup(document["group"])
    w_a, w_b, w_c = (
        np.array([[values[f[0][1]] for _, f in node[p]] for node in document["nodes"]]).T
        for p in "abc"
    )
    assert network_loss(Weights(G, w_a, w_b, w_c), target="projected") < 1e-28


OVER_TABLES = [
    (Problem(group("S3"), 10, support=((2,), (0,), *[(1,)] * 8), symmetry="auto 4,1"), 28),
    (Problem(Operation(((0, 0, 0), (0, 1, 0), (0, 0, 1)), "both"), 3), 6),
]


@pytest.mark.parametrize(("problem", "first"), OVER_TABLES, ids=str)
def test_zeros_over_a_table_are_proved_exactly(problem, first):
    _, proof = proved(problem, first, 1, "exact")
    network, target = certificate.table_from_bytes(proof.text.encode())
    assert (network.order, target) == (problem.width, "onehot")
    assert network.table.tolist() == products(problem.group).tolist()
    assert table_check(network, target="onehot").accepted
    assert "accepted: a table of" in proof.message
