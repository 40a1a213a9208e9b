"""The float mirror: round trips, and the same homomorphisms as the exact elements, by tolerance."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, strategies as st

from algebra import AbelianGroup, Element, Potential, blocks, element, optimizers, zeta
from algebra.criterion.tensor import function_tensor as exact_tensor, loss as exact_loss
from algebra.numbers.arrays import Floats
from algebra.numbers.to_float import to_complex
from numeric import Weights, embed, from_spectrum, spectrum_of
from numeric.weights.float_element import (
    FloatElement,
    float_element,
    function_tensor,
    loss,
    one,
    potential,
    zero,
)
from tests.numeric.plain_network import mean_loss
from tests.refusal import refused

MODULI: list[tuple[int, ...]] = [(1,), (5,), (6,), (2, 4), (3, 3), (2, 2, 2)]
DTYPES = [torch.complex64, torch.complex128]
#: Relative to the largest exact value, or absolute if that is below 1.
TOLERANCE = {torch.complex64: 2e-5, torch.complex128: 2e-13}
#: The same for real weights and what comes back from them.
ROUND_TRIP = {np.dtype(np.float32): 1e-6, np.dtype(np.float64): 1e-14}
every_dtype = pytest.mark.parametrize("dtype", DTYPES)


def distance(found: Any, exact: Any) -> float:
    """Measure the largest difference, relative to the largest exact value if that is above 1."""
    x = np.asarray(found.detach().numpy() if isinstance(found, torch.Tensor) else found)
    y = np.asarray(exact)
    assert x.shape == y.shape
    return float(np.abs(x - y).max(initial=0) / max(1.0, np.abs(y).max(initial=0)))


def assert_close(found: Any, exact: Any, dtype: torch.dtype) -> None:
    assert distance(found, exact) <= TOLERANCE[dtype]


def numbers() -> st.SearchStrategy[Any]:
    return st.builds(
        lambda m, n, e: m * zeta(n, e) + 1, st.integers(-2, 2), st.just(12), st.integers(0, 11)
    )


@st.composite
def elements(draw: st.DrawFn, group: AbelianGroup) -> Element:
    """A few nodes with entries at a few characters; real where the character is."""
    nodes = []
    for _ in range(draw(st.integers(0, 3))):
        node: dict[Any, Any] = {}
        for _ in range(draw(st.integers(0, 6))):
            k = draw(st.sampled_from(group.representatives.tolist()))
            x = draw(numbers())
            real = group.negate(k) == k
            node[draw(st.sampled_from("abc")), k] = x + x.conjugate() if real else x
        nodes.append(node)
    return element(group, nodes)


groups = st.sampled_from([AbelianGroup(m) for m in MODULI])


@every_dtype
@given(data=st.data())
def test_sums_products_and_powers_mirror_the_exact_ones_node_by_node(
    dtype: torch.dtype, data: st.DataObject
) -> None:
    group = data.draw(groups)
    x, y = data.draw(elements(group)), data.draw(elements(group))
    fx, fy = float_element(x, dtype=dtype), float_element(y, dtype=dtype)
    for exact, found in (
        (x + y, fx + fy),
        (x * y, fx * fy),
        (x**2, fx**2),
        (x**0, fx**0),
        (x + 1, fx + 1),
        (1 + x, 1 + fx),
        (0 * x + y, 0 * fx + fy),
        (x * 1, fx * 1),
        (x.scaled(c=2, a=3), fx.scaled(c=2, a=3)),
    ):
        assert found.order == exact.order
        assert_close(found.z, float_element(exact).z, dtype)


@every_dtype
@given(data=st.data())
def test_potentials_are_homomorphisms_and_equal_the_exact_ones(
    dtype: torch.dtype, data: st.DataObject
) -> None:
    group = data.draw(groups)
    x, y = data.draw(elements(group)), data.draw(elements(group))
    at = st.tuples(st.sampled_from("abc"), st.integers(0, group.order - 1))
    r = Potential(group, data.draw(st.lists(at, max_size=3)))
    fx, fy = float_element(x, dtype=dtype), float_element(y, dtype=dtype)

    def value(z: FloatElement) -> complex:
        return complex(potential(z, r.indices).item())

    assert_close(value(fx), to_complex(r(x)), dtype)
    assert_close(value(fx + fy), to_complex(r(x + y)), dtype)
    assert_close(value(fx * fy), to_complex(r(x * y)), dtype)
    assert_close(value(fx * fy), value(fx) * value(fy), dtype)
    assert value(zero(group, dtype=dtype)) == 0
    assert value(one(group, dtype=dtype)) == 1


@every_dtype
@given(data=st.data())
def test_function_tensor_and_losses_are_the_exact_ones(
    dtype: torch.dtype, data: st.DataObject
) -> None:
    group = data.draw(groups)
    z = data.draw(elements(group))
    exact = np.zeros((group.order,) * 3, dtype=complex)
    for at, x in exact_tensor(z):
        exact[at] = to_complex(x)
        exact[tuple(group.negate(k) for k in at)] = to_complex(x).conjugate()
    found = float_element(z, dtype=dtype)
    assert_close(function_tensor(found), exact, dtype)
    for target in ("projected", "onehot"):
        expected = to_complex(exact_loss(z, target=target)).real
        assert_close(loss(found, target=target), expected, dtype)


@pytest.mark.parametrize("moduli", MODULI)
def test_the_loss_of_random_floats_is_that_of_the_plain_network(moduli: tuple[int, ...]) -> None:
    group, rng = AbelianGroup(moduli), np.random.default_rng(0)
    w = Weights(group, *(rng.normal(size=(group.order, 7)) for _ in range(3)))
    plain = torch.from_numpy(np.stack([w.w_a, w.w_b, w.w_c / (2 * group.order)]))
    expected = mean_loss(plain, moduli).item()
    assert loss(float_element(w)).item() == pytest.approx(expected, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("dtype", ROUND_TRIP)
@pytest.mark.parametrize("moduli", MODULI)
def test_weights_come_back_from_their_spectrum(moduli: tuple[int, ...], dtype: Any) -> None:
    group, rng = AbelianGroup(moduli), np.random.default_rng(1)
    a, b, c = (rng.normal(size=(group.order, 6)).astype(dtype) for _ in range(3))
    w = Weights(group, a, b, c, "balanced")
    z = np.stack([spectrum_of(x, group, row=p) for p, x in zip("abc", (a, b, c), strict=True)])
    kind = np.complex64 if dtype == np.float32 else np.complex128
    back = from_spectrum(z.astype(kind), group)
    through = float_element(w, dtype=getattr(torch, np.dtype(kind).name)).weights(gauge="balanced")
    for v in (back, through):
        for x, y in zip((v.w_a, v.w_b, v.w_c), (a, b, c), strict=True):
            assert x.dtype == dtype
            assert distance(x, y) <= ROUND_TRIP[np.dtype(dtype)]
    assert (back.gauge, through.gauge) == (None, "balanced")


@pytest.mark.parametrize("spec", ["Z7", "Z2xZ4", "Z2^3"])
def test_spectra_of_embedded_elements_are_their_entries(spec: str) -> None:
    z = optimizers.build(AbelianGroup(spec))
    z = z.substitute(dict.fromkeys(z.parameters, zeta(8)))
    exact = float_element(z).z
    assert_close(float_element(embed(z)).z, exact, torch.complex128)
    again = from_spectrum(exact.numpy(), z.group)
    for p in "abc":
        x: Floats = getattr(again, f"w_{p}")
        assert distance(x, getattr(embed(z), f"w_{p}")) <= 1e-14


def test_the_loss_can_be_differentiated() -> None:
    group = AbelianGroup("Z2xZ3")
    z = float_element(optimizers.nine_per_frequency(group)).z[:, :, :4].clone().requires_grad_()
    loss(FloatElement(group, z)).backward()
    step = 1e-6
    moved = z.detach().clone()
    moved[1, 2, 3] += step
    change = (loss(FloatElement(group, moved)) - loss(FloatElement(group, z.detach()))).item()
    assert z.grad is not None
    assert change / step == pytest.approx(z.grad[1, 2, 3].real.item(), rel=1e-4)


def test_they_print_what_they_are() -> None:
    z = float_element(blocks.syn().at(AbelianGroup("Z5"), 1), dtype=torch.complex64)
    assert repr(z) == "<FloatElement of order 3 over Z5, complex64>"


def test_what_is_no_element_is_refused() -> None:
    G = AbelianGroup("Z5")
    z = one(G)
    with refused(ValueError, "z has shape (3, 4, 1); Z5 needs (3, 5, q)"):
        FloatElement(G, torch.ones(3, 4, 1, dtype=torch.complex64))
    with refused(ValueError, "z has dtype torch.float32; pass torch.complex64 or complex128"):
        FloatElement(G, torch.ones(3, 5, 1))
    with refused(ValueError, "dtype=torch.float64; pass torch.complex64 or torch.complex128"):
        float_element(optimizers.nine_per_frequency(G), dtype=torch.float64)
    with refused(ValueError, "2 is no element; the semiring has 0 and 1, and scaled(c=...)"):
        z + 2
    with refused(ValueError, "cannot combine elements over Z5 and over Z7"):
        z * one(AbelianGroup("Z7"))
    with refused(ValueError, "exponent=-1: a power of an element is an integer >= 0"):
        z**-1
    with refused(ValueError, "row='x': rows are 'a', 'b' and 'c'"):
        z.scaled(x=2)
    with refused(ValueError, "row='x': rows are 'a', 'b' and 'c'"):
        potential(z, [("x", 1)])
    with refused(ValueError, "target='both'; pass projected or onehot"):
        loss(z, target="both")  # type: ignore[arg-type]
    with refused(
        ValueError,
        "floats are numbers, and nu_1 is free; set it with z.substitute({'nu_1': zeta(8), ...})",
    ):
        float_element(optimizers.six_per_frequency(G))
    with pytest.raises(TypeError):
        z + "1"  # type: ignore[operator]


def test_spectra_that_are_none_are_refused() -> None:
    G = AbelianGroup("Z5")
    with refused(ValueError, "z has shape (2, 5, 1); Z5 needs (3, 5, q)"):
        from_spectrum(np.zeros((2, 5, 1), dtype=complex), G)
    with refused(ValueError, "z has dtype float64; pass complex64 or complex128"):
        from_spectrum(np.zeros((3, 5, 1)), G)  # type: ignore[arg-type]
    half = np.zeros((3, 5, 1), dtype=complex)
    half[0, 1] = 1
    with refused(
        ValueError,
        "z[p, k] and z[p, -k] differ from conjugates by 1, so the weights would not be real; pass "
        "both halves of the spectrum",
    ):
        from_spectrum(half, G)
    half[0, 1] = np.nan
    with pytest.raises(ValueError, match="differ from conjugates by nan"):
        from_spectrum(half, G)
