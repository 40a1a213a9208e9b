"""The search for narrow networks: derivatives, steps, ends, and what is kept in a folder."""

import json
from unittest.mock import Mock

import numpy as np
import pytest

from algebra import AbelianGroup
from algebra.groups.group_names import group
from numeric import read_weights
from numeric.narrow.problem import ZERO, Problem, spaces
from numeric.narrow.run import STATE, Tally, run, weights_of
from numeric.narrow.search import LARGEST, Searched, search
from numeric.narrow.symmetric import structure
from numeric.weights.plain_network import TwoLayer
from tests.numeric.narrow.test_symmetric import WORDS
from tests.numeric.network_loss import network_loss

TARGETS = ("onehot", "projected")
PROBLEMS = [
    Problem(AbelianGroup(name), width=q, target=target, constants=constants)
    for name, q in (("Z3", 3), ("Z2xZ2", 2), ("Z5", 4))
    for target in TARGETS
    for constants in (True, False)
]


def drawn(problem):
    """The model of a problem, and two points."""
    model = structure(problem, 0, seed=0)
    return model, model.draw(range(2), seed=1) + 0.1


def jacobian(model, points):
    """The derivative of all residuals by all unknowns, by differences."""
    h, one = 1e-6, np.eye(model.unknowns)
    by_hand = [model.residuals(points + h * x) - model.residuals(points - h * x) for x in one]
    return np.stack(by_hand, axis=-1).reshape(len(points), -1, len(one)) / (2 * h)


TIED = [Problem(AbelianGroup("Z5"), 3, target, ties=(1, -1, 0)) for target in TARGETS]
SYMMETRIC = [
    Problem(group(name), 4, target, symmetry=text) for name, text in WORDS for target in TARGETS
]


@pytest.mark.parametrize("problem", [*PROBLEMS, *SYMMETRIC], ids=str)
def test_the_sum_of_squared_residuals_is_the_loss_of_the_network_times_d_squared(problem):
    model, points = drawn(problem)
    squares = (model.residuals(points) ** 2).sum(axis=(1, 2, 3))
    for i, (a, b, c) in enumerate(zip(*model.weights(points), strict=True)):
        w = TwoLayer((a,), (b,), (c.T,))
        loss = network_loss(w, target=problem.target, task=problem.group)
        assert loss * problem.group.order**2 == pytest.approx(squares[i], rel=1e-12)


@pytest.mark.parametrize("problem", [*PROBLEMS, *TIED, *SYMMETRIC], ids=str)
def test_the_normal_equations_are_those_of_the_derivative(problem):
    model, points = drawn(problem)
    J, residual = jacobian(model, points), model.residuals(points)
    slope, normal = model.normal(points, residual)
    assert slope == pytest.approx((residual.reshape(2, 1, -1) @ J)[:, 0], abs=1e-6)
    assert normal == pytest.approx(J.swapaxes(1, 2) @ J, abs=1e-6)


@pytest.mark.parametrize("problem", [*PROBLEMS, *TIED], ids=str)
def test_the_step_solves_the_damped_normal_equations_of_all_unknowns(problem):
    model, points = drawn(problem)
    residual = model.residuals(points)
    damping = np.array([0.3, 2.0])
    move, predicted = model.step(points, residual, damping)
    derivative = jacobian(model, points)
    for i in range(2):
        J, r = derivative[i], residual[i].ravel()
        right = -J.T @ r
        left = J.T @ J + damping[i] * np.eye(J.shape[1])
        expected = np.linalg.solve(left, right)
        assert move[i] == pytest.approx(expected, abs=1e-6)
        gain = move[i] @ (damping[i] * move[i] - J.T @ r)
        assert predicted[i] == pytest.approx(gain, rel=1e-6)


@pytest.mark.parametrize("problem", TIED, ids=str)
def test_where_b_is_tied_to_a_it_follows_in_every_point(problem):
    model, points = drawn(problem)
    a, b, _ = model.weights(points)
    assert b[:, :, :2] == pytest.approx(a[:, :, :2] * [1, -1])
    assert abs(b[:, :, 2] - a[:, :, 2]).max() > 0.1


def test_the_basis_is_orthonormal_and_a_node_keeps_to_its_support():
    for name in ("Z5", "Z2xZ4", "Z3xZ3"):
        for constants in (True, False):
            problem = Problem(AbelianGroup(name), 1, "onehot", constants)
            n = AbelianGroup(name).order
            basis = spaces(problem.group).basis
            assert basis.T @ basis == pytest.approx(np.eye(n), abs=1e-12)
            assert len(problem.frequencies) == n - (not constants)
    problem = Problem(AbelianGroup("Z3"), 4, "onehot", support=((0,), (0, 1), (0, 1), (1,)))
    for end in search(problem, starts=10):
        spectrum = np.fft.fft(end.a, axis=0), np.fft.fft(end.b, axis=0)
        for x in spectrum:
            assert abs(x[1:, 0]).max() < 1e-9
            assert abs(x[0, 3]) < 1e-9
            assert abs(x[1, 3]) > 1e-6


NINE = ((0,), *[(1,)] * 4, *[(2,)] * 4)
#: Group, width, target, starts, restrictions.
FOUND = [
    ("Z3", 3, "projected", 50, {}),
    ("Z3", 4, "onehot", 50, {}),
    ("Z2xZ2", 4, "projected", 50, {}),
    ("Z2xZ2", 4, "onehot", 50, {}),
    ("Z4", 5, "projected", 50, {}),
    ("Z4", 5, "onehot", 50, {"constants": False}),
    ("Z3", 4, "onehot", 100, {"symmetry": "swap"}),
    ("Z3", 3, "projected", 60, {"symmetry": "translate 1,1"}),
    ("Z2xZ2", 4, "onehot", 120, {"symmetry": "auto 2,3; translate 1,1"}),
    ("Z3", 6, "projected", 60, {"symmetry": "times 2", "constants": False}),
    ("Z4", 5, "projected", 60, {"symmetry": "translate 2,2", "constants": False}),
    ("Z5", 9, "projected", 60, {"symmetry": "times 2", "support": NINE}),
]


@pytest.mark.parametrize(("name", "q", "target", "starts", "options"), FOUND)
def test_known_narrow_solutions_are_found_again(name, q, target, starts, options):
    problem = Problem(AbelianGroup(name), q, target, **options)
    ends = [e for e in search(problem, starts=starts) if e.outcome is Searched.ZERO]
    assert ends
    for end in ends[:9]:
        assert end.residual < ZERO
        assert end.size <= LARGEST
        assert network_loss(weights_of(problem, end), target=target) < ZERO
        if not problem.constants:
            assert abs(end.a.mean(axis=0)).max() < 1e-12


@pytest.mark.parametrize(("name", "q", "target"), [("Z3", 3, "onehot"), ("Z3", 2, "projected")])
def test_below_the_least_width_no_start_ends_at_a_zero_and_drifting_is_told_apart(name, q, target):
    ends = list(search(Problem(AbelianGroup(name), q, target), starts=60))
    assert len(ends) == 60
    assert Searched.ZERO not in {e.outcome for e in ends}


def test_an_infimum_that_is_approached_is_called_drifting():
    # x y as the limit of ((x + t y)^2 - x^2)/2t: one node short, terms grow like 1/t
    ends = list(search(Problem(AbelianGroup("Z5"), 8), starts=8, steps=300))
    drifting = [e for e in ends if e.outcome is Searched.DRIFTS]
    assert drifting
    assert min(e.residual for e in drifting) < 1e-2
    assert all(e.residual >= ZERO or e.size > LARGEST for e in drifting)
    assert any(e.size <= LARGEST for e in drifting)  # told by their growth


def test_terms_beyond_the_largest_are_no_zero(monkeypatch):
    monkeypatch.setattr("numeric.narrow.search.LARGEST", 1.5)
    ends = list(search(Problem(AbelianGroup("Z3"), 4), starts=20))
    assert Searched.ZERO not in {e.outcome for e in ends}
    assert all(e.size > 1.5 for e in ends if e.outcome is Searched.DRIFTS and e.steps < 80)


@pytest.mark.parametrize("symmetry", [None, "swap"])
def test_a_start_depends_on_its_seed_and_number_alone(symmetry):
    problem = Problem(AbelianGroup("Z3"), 4, symmetry=symmetry)
    whole = {e.start: e for e in search(problem, starts=24, seed=5)}
    part = {e.start: e for e in search(problem, starts=15, seed=5, first=6)}
    assert sorted(part) == list(range(6, 21))
    for start, end in part.items():
        assert end.outcome is whole[start].outcome
        assert end.a == pytest.approx(whole[start].a, abs=1e-6)


def test_a_search_goes_on_where_it_was_and_finds_what_an_uninterrupted_one_does(tmp_path):
    problem = Problem(AbelianGroup("Z3"), 4)
    folder, undisturbed = tmp_path / "parts", tmp_path / "whole"
    folder.mkdir()
    undisturbed.mkdir()
    assert Tally().plus([]) == Tally()
    whole = run(problem, starts=110, folder=undisturbed)
    with pytest.raises(KeyboardInterrupt):
        run(problem, starts=110, folder=folder, report=Mock(side_effect=KeyboardInterrupt))
    assert json.loads((folder / STATE).read_text())["done"] == 50
    assert run(problem, starts=110, folder=folder) == whole
    hits = sorted(path.name for path in folder.glob("*.npz"))
    assert hits == sorted(path.name for path in undisturbed.glob("*.npz"))
    assert len(hits) == len(whole.zeros) == dict(whole.outcomes)["zero"] > 20
    network = read_weights(folder / hits[0]).weights(problem.group)
    assert network.width == 4


def test_a_hit_is_written_before_it_is_counted(tmp_path, monkeypatch):
    problem = Problem(AbelianGroup("Z3"), 4)
    monkeypatch.setattr("numeric.narrow.run.write_bytes", Mock(side_effect=OSError("disk")))
    with pytest.raises(OSError, match="disk"):
        run(problem, starts=20, folder=tmp_path)
    monkeypatch.undo()
    assert list(tmp_path.glob("*.npz"))
    assert run(problem, starts=20, folder=tmp_path).zeros


def test_a_folder_of_another_search_is_refused(tmp_path):
    problem = Problem(AbelianGroup("Z3"), 4)
    run(problem, starts=5, folder=tmp_path)
    with pytest.raises(ValueError, match=r"belongs to another search \(seed=0, not 1\)"):
        run(problem, starts=5, seed=1, folder=tmp_path)
    (tmp_path / STATE).write_text("[1]")
    with pytest.raises(ValueError, match="is not the state of a search"):
        run(problem, starts=5, folder=tmp_path)


Z3 = AbelianGroup("Z3")


@pytest.mark.parametrize(
    ("work", "message"),
    [
        (lambda folder: Problem(Z3, 0), "width=0: pass a width of at least 1"),
        (lambda folder: Problem(Z3, 3, "one"), "target='one'; pass projected or onehot"),
        (lambda folder: Problem(Z3, 3, ties=(1, -1)), "pass 1, -1 or 0 for each of 3 nodes"),
        (lambda folder: Problem(Z3, 3, ties=(1, 2, 0)), "pass 1, -1 or 0 for each of 3 nodes"),
        (
            lambda folder: next(search(Problem(Z3, 3), starts=0)),
            "starts=0, steps=80: pass at least 1 start",
        ),
        (
            lambda folder: run(Problem(AbelianGroup(1024), 40), starts=1, folder=folder),
            "a matrix of 15099494400 entries; at most",
        ),
    ],
)
def test_bad_arguments_are_named(work, message, tmp_path):
    with pytest.raises(ValueError, match=message):
        work(tmp_path)


def test_a_start_that_is_singular_does_not_end_its_batch():
    model = structure(Problem(AbelianGroup("Z3"), 4), 0, seed=0)
    points = model.draw(range(2), seed=0)
    points[0, :9] = 0  # a node without effect
    residual = model.residuals(points)
    move, _ = model.step(points, residual, np.array([0.0, 1.0]))
    assert np.isfinite(move[0]).all()
    assert move[1] == pytest.approx(model.step(points[1:], residual[1:], np.ones(1))[0][0])
