"""Weights and their spectra: there and back, and the entries of the exact elements in between."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from algebra import AbelianGroup, optimizers, zeta
from algebra.numbers.to_float import to_complex
from numeric import Weights, embed, from_spectrum, spectrum_of
from tests.refusal import refused

MODULI: list[tuple[int, ...]] = [(1,), (5,), (6,), (2, 4), (3, 3), (2, 2, 2)]
#: Relative to the largest value if that is above 1.
ROUND_TRIP = {np.dtype(np.float32): 1e-6, np.dtype(np.float64): 1e-14}


def matrices(w: Weights) -> dict[str, Any]:
    return {"a": w.w_a, "b": w.w_b, "c": w.w_c}


def spectrum(w: Weights) -> Any:
    return np.stack([spectrum_of(x, w.group, row=p) for p, x in matrices(w).items()])


def assert_alike(found: Weights, given: Weights) -> None:
    for p, y in matrices(given).items():
        x = matrices(found)[p]
        assert x.dtype == y.dtype
        assert np.abs(x - y).max() <= ROUND_TRIP[y.dtype] * max(1, np.abs(y).max())


@pytest.mark.parametrize("dtype", ROUND_TRIP)
@pytest.mark.parametrize("moduli", MODULI)
def test_weights_come_back_from_their_spectrum(moduli: tuple[int, ...], dtype: Any) -> None:
    group, rng = AbelianGroup(moduli), np.random.default_rng(1)
    w = Weights(group, *(rng.normal(size=(group.order, 6)).astype(dtype) for _ in "abc"))
    kind = np.complex64 if dtype == np.float32 else np.complex128
    back = from_spectrum(spectrum(w).astype(kind), group)
    assert back.gauge is None
    assert_alike(back, w)


@pytest.mark.parametrize("spec", ["Z7", "Z2xZ4", "Z2^3"])
def test_spectra_of_embedded_elements_are_their_entries(spec: str) -> None:
    z = optimizers.build(AbelianGroup(spec))
    z = z.substitute(dict.fromkeys(z.parameters, zeta(8)))
    nodes, d = z.nodes.with_conjugates(), z.group.order
    exact = np.zeros((3 * d, z.order), dtype=complex)
    values = np.array([to_complex(x) for x in nodes.value.scalars])
    exact[nodes.row, nodes.node] = values[nodes.value.ids]
    exact = exact.reshape(3, d, z.order)
    assert np.abs(spectrum(embed(z)) - exact).max() <= 2e-13 * max(1, np.abs(exact).max())
    assert_alike(from_spectrum(exact, z.group), embed(z))


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
