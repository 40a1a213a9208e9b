"""Splits are those of scikit-learn; every route to the loss agrees with the plain network."""

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, strategies as st

from algebra import AbelianGroup, optimizers, zeta
from algebra.criterion.tensor import loss as exact_loss
from algebra.groups.group_names import group
from numeric import embed, plain_network
from numeric.training.closed_form import sum_of_squares
from numeric.training.loss import NARROW, LossPlan, choose_route, cost
from numeric.training.settings import Task, split_task
from tests.numeric.plain_network import full_task, loss_and_gradient, mean_loss, stacked

Tensor = torch.Tensor
GROUPS = ["Z2", "Z7", "Z8", "Z2^3", "Z2xZ4", "Z4xZ2", "Z3xZ5", "Z1xZ3", "S3", "Q8", "A4"]
ROUTES: list[Any] = ["closed", "table"]
#: Relative to the norm of the gradient, and to the loss.
TOLERANCE = {torch.float32: 2e-6, torch.float64: 1e-14}
every_route = pytest.mark.parametrize("route", ROUTES)


def random_weights(runs: int, d: int, q: int, seed: int = 0) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return 0.5 * torch.randn(runs, 3, d, q, dtype=torch.float64, generator=generator)


def near_the_optimum(d: int, loss: float) -> Tensor:
    """Exact weights with as much noise as makes about this loss."""
    w = embed(optimizers.four_plus_six(AbelianGroup((d,)), xi=zeta(8), nu=1), gauge="balanced")
    z = stacked(plain_network(w))
    noise = random_weights(1, d, w.width)[0] * z.square().mean(dim=(1, 2), keepdim=True).sqrt()
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        value = mean_loss(z + middle * noise, AbelianGroup(d)).item()
        low, high = (middle, high) if value < loss else (low, middle)
    return z + high * noise


def errors(
    w: Tensor, task: Task, route: Any, *, dtype: torch.dtype = torch.float64, wide: Any = None
) -> list[tuple[float, float]]:
    """Measure, run by run, the relative errors of loss and gradient against the plain network."""
    plan = LossPlan(task, width=w.shape[-1], dtype=dtype, route=route)
    rounded = w.to(dtype)
    result = plan(rounded, wide=wide)
    assert result.gradient.dtype == result.loss.dtype == dtype
    found = []
    for r in range(task.runs):
        loss, gradient = loss_and_gradient(rounded[r], task.group, task.held_out[r])
        gap = (result.gradient[r].double() - gradient).norm() / max(1e-300, float(gradient.norm()))
        found.append((abs(result.loss[r].item() - loss) / max(loss, 1e-300), float(gap)))
    return found


@every_route
@pytest.mark.parametrize("held_out", [False, True])
@pytest.mark.parametrize("dtype", TOLERANCE)
@pytest.mark.parametrize("name", GROUPS)
def test_loss_and_gradient_are_those_of_the_plain_network(name, dtype, held_out, route):
    task = split_task(group(name), seeds=range(3), train_fraction=0.7 if held_out else 1)
    found = errors(random_weights(3, task.group.order, 9), task, route, dtype=dtype)
    assert max(map(max, found)) <= TOLERANCE[dtype], found


@every_route
@given(data=st.data())
def test_routes_agree_with_the_plain_network_for_any_held_out_pairs(route, data):
    over = group(data.draw(st.sampled_from(GROUPS)))
    d, q = over.order, data.draw(st.integers(1, 6))
    runs = data.draw(st.integers(1, 3))
    chosen = st.sets(st.integers(0, d * d - 1), max_size=d * d - 1)
    held_out = tuple(np.array(sorted(data.draw(chosen)), dtype=np.int64) for _ in range(runs))
    w = random_weights(runs, d, q, seed=data.draw(st.integers(0, 999)))
    result = LossPlan(Task(over, held_out), width=q, dtype=torch.float64, route=route)(w)
    for r in range(runs):
        loss, gradient = loss_and_gradient(w[r], over, held_out[r])
        # Absolute: few pairs may be left, and the closed form subtracts the others.
        scale = sum_of_squares(w[r : r + 1], over)
        size = scale.loss / scale.cancelled
        unit = d * d / (d * d - len(held_out[r]))
        assert abs(result.loss[r].item() - loss) <= 1e-12 * unit * size.item() / d**2
        bound = 1e-12 * unit * (scale.gradient.norm().item() + d * d) / d**2
        assert (result.gradient[r] - gradient).norm() <= bound + 1e-10 * gradient.norm()


@every_route
@pytest.mark.parametrize("held_out", [False, True])
@pytest.mark.parametrize("loss", [1.0, 1e-3, 1e-6])
@pytest.mark.parametrize("d", [23, 31])
def test_float64_gradients_agree_to_1e_10_down_to_a_loss_of_1e_6(d, loss, held_out, route):
    w = near_the_optimum(d, loss)[None] if loss < 1 else random_weights(1, d, 2 * d)
    task = split_task(AbelianGroup((d,)), seeds=[1]) if held_out else full_task(AbelianGroup((d,)))
    for _, gradient in errors(w, task, route):
        assert gradient < 1e-10


def test_float32_loses_the_gradient_near_the_optimum_and_wide_sums_save_it():
    w = near_the_optimum(23, 1e-6)[None]
    task = full_task(AbelianGroup("Z23"))
    narrow, wide = (
        errors(w, task, "closed", dtype=torch.float32, wide=choice)[0][1]
        for choice in (None, [True])
    )
    assert narrow > 5e-5, "the error that is documented is not there"
    assert wide < 1e-6


def test_what_is_left_of_the_terms_says_which_runs_are_wide_and_each_is_by_itself():
    w = random_weights(2, 23, 46)
    w[1] = near_the_optimum(23, 1e-6)
    plan = LossPlan(full_task(AbelianGroup("Z23"), runs=2), width=46, route="closed")
    narrow, wide = (plan(w.float(), wide=[False, x]) for x in (False, True))
    assert narrow.cancelled[0] > NARROW > narrow.cancelled[1]
    assert torch.equal(wide.gradient[0], narrow.gradient[0])
    assert not torch.equal(wide.gradient[1], narrow.gradient[1])


def test_a_float32_gradient_at_the_switch_is_as_good_as_documented():
    for noisy_loss in (4e-3, 6e-3):
        w = near_the_optimum(31, noisy_loss)[None]
        task = full_task(AbelianGroup("Z31"))
        plan = LossPlan(task, width=w.shape[-1], route="closed")
        assert NARROW / 2 < plan(w.float(), wide=[False]).cancelled.item() < 3 * NARROW
        assert errors(w, task, "closed", dtype=torch.float32, wide=[False])[0][1] < 4e-5


@every_route
def test_a_run_does_not_depend_on_the_others_in_its_batch(route):
    task = split_task(AbelianGroup("Z11"), seeds=[0, 1, 2])
    w = random_weights(3, 11, 40).float()
    together = LossPlan(task, width=40, route=route)(w)
    for r in range(3):
        alone = LossPlan(Task(task.group, (task.held_out[r],)), width=40, route=route)(w[r][None])
        assert torch.equal(alone.loss[0], together.loss[r])
        assert torch.equal(alone.gradient[0], together.gradient[r])


def test_the_loss_of_embedded_weights_is_their_exact_loss():
    one = optimizers.nine_per_frequency(AbelianGroup("Z2xZ4"))
    z, w = one + one, embed(one + one)
    plan = LossPlan(full_task(w.group), width=w.width, dtype=torch.float64, route="closed")
    loss = plan(stacked(plain_network(w))[None]).loss.item()
    assert loss == pytest.approx(complex(exact_loss(z)).real, rel=1e-12)


def test_the_cheaper_route_is_chosen():
    for d, q in ((3, 4), (23, 64), (23, 512), (71, 512), (127, 512), (127, 2048), (251, 512)):
        for task in (
            full_task(AbelianGroup((d,))),
            split_task(AbelianGroup((d,)), seeds=[0], train_fraction=0.5),
        ):
            chosen = choose_route(task, width=q)
            assert LossPlan(task, width=q).route == chosen
            costs = {route: cost(task, width=q, route=route) for route in ROUTES}
            assert costs[chosen] == min(costs.values())
    half = split_task(AbelianGroup("Z23"), seeds=[0], train_fraction=0.5)
    assert choose_route(half, width=512) == "table"
    assert choose_route(full_task(AbelianGroup("Z127")), width=512) == "closed"


@every_route
def test_the_group_of_one_element_has_loss_zero(route):
    plan = LossPlan(full_task(AbelianGroup("Z1")), width=3, route=route)
    result = plan(torch.ones(1, 3, 1, 3))
    assert result.loss.item() == 0
    assert not result.gradient.any()


#: Held-out pairs of scikit-learn 1.9's ``train_test_split(range(d * d), test_size, random_state)``:
#: d, seed, test_size, their number, the first of them in order, sum of (rank times pair).
RECORDED = [
    (5, 0, 0.1, 3, [2, 5, 19], 69),
    (5, 7, 0.1, 3, [1, 5, 11], 44),
    (23, 0, 0.1, 53, [15, 17, 21, 37, 45, 46, 71, 75], 510305),
    (23, 4, 0.1, 53, [8, 11, 25, 65, 70, 89, 99, 103], 510403),
    (10, 3, 0.1, 10, [6, 15, 25, 42, 64, 67, 83, 93], 4170),
    (8, 1, 0.25, 16, [2, 21, 24, 26, 27, 35, 38, 39], 6370),
]


@pytest.mark.parametrize(("d", "seed", "size", "count", "first", "checksum"), RECORDED)
def test_the_split_is_that_of_scikit_learn(d, seed, size, count, first, checksum):
    task = split_task(AbelianGroup((d,)), seeds=[seed], train_fraction=1 - size)
    (pairs,) = task.held_out
    assert len(pairs) == count
    assert pairs[: len(first)].tolist() == first
    assert int((pairs * np.arange(1, count + 1)).sum()) == checksum


def test_each_seed_has_its_own_split():
    task = split_task(AbelianGroup("Z23"), seeds=[0, 4])
    alone = [split_task(AbelianGroup("Z23"), seeds=[seed]).held_out[0] for seed in (0, 4)]
    assert all(np.array_equal(x, y) for x, y in zip(task.held_out, alone, strict=True))
    assert not np.array_equal(*alone)


def test_numbers_of_held_out_pairs_do_not_suffer_from_decimals():
    """``1 - 0.9`` is not 0.1 in floats; ceil(0.1 * n) is what is meant, for every n."""
    for d in range(2, 60):
        (pairs,) = split_task(AbelianGroup((d,)), seeds=[0]).held_out
        assert len(pairs) == np.ceil(0.1 * (d * d))
