"""Weights from exact elements: against sums of exact characters, and against a plain network."""

from fractions import Fraction
from importlib import import_module
from typing import Any

import numpy as np
import pytest
from hypothesis import given, strategies as st

import algebra.machine.memory
from algebra import AbelianGroup, Element, blocks, element, optimizers
from algebra.criterion.tensor import loss as exact_loss
from algebra.groups.group_names import group as group_of
from algebra.machine.memory import MemoryEstimateError
from algebra.networks.any_group import build
from algebra.numbers.units import unit, zeta
from algebra.optimizers.table import FAMILIES
from numeric import Weights, embed, from_spectrum, spectrum_of
from proofs.strategies.elements import group_elements
from tests.numeric.network_loss import network_loss


def matrices(w: Weights) -> list[tuple[str, Any]]:
    return [("a", w.w_a), ("b", w.w_b), ("c", w.w_c)]


def spectra(w: Weights) -> dict[str, Any]:
    return {row: spectrum_of(x, w.group, row=row) for row, x in matrices(w)}


CASES = [
    (name, family, value)
    for name in ("Z7", "Z8", "Z2^3", "Z3xZ3", "Z2xZ4xZ3")
    for family in optimizers.families(AbelianGroup(name))
    for value in (unit(Fraction(1, 3)), zeta(8))[: 1 + bool(FAMILIES[family].parameters)]
]


@pytest.mark.parametrize("target", ["projected", "onehot"])
@pytest.mark.parametrize("gauge", ["rational", "balanced"])
@pytest.mark.parametrize(("name", "family", "value"), CASES, ids=str)
def test_every_family_solves_the_task_in_a_plain_network(name, family, value, gauge, target):
    names = set(FAMILIES[family].parameters) - {"alpha", "beta"}
    z = optimizers.build(AbelianGroup(name), family, target=target, **dict.fromkeys(names, value))
    w = embed(z, gauge=gauge)
    assert w.width == z.order
    assert network_loss(w, target=target) < 1e-20


@pytest.mark.parametrize("gauge", ["rational", "balanced"])
@pytest.mark.parametrize("name", ["S3", "D5", "Q8"])
def test_networks_over_groups_that_are_not_abelian_solve_their_task(name, gauge):
    assert network_loss(embed(build(name), gauge=gauge), task=group_of(name)) < 1e-20


def test_the_loss_of_a_partial_solution_is_its_exact_loss():
    z = blocks.normalised(blocks.syn()).at(AbelianGroup("Z7"), 1, 2, 3)
    assert exact_loss(z) == Fraction(3, 7)
    assert network_loss(embed(z)) == pytest.approx(3 / 7, abs=1e-14)


def test_float32_weights_solve_the_task_to_float32():
    w = embed(optimizers.four_plus_six(AbelianGroup("Z7"), xi=1, nu=1), dtype=np.float32)
    assert w.w_a.dtype == w.w_b.dtype == w.w_c.dtype == np.float32
    assert 0 < network_loss(w) < 1e-11


GROUPS = [*map(AbelianGroup, ("Z1", "Z2", "Z5", "Z6", "Z2xZ4", "Z4xZ2", "Z3xZ1", "Z2xZ3xZ2"))]
some_element = group_elements(
    kinds=("roots", "several terms", "other fields"), among=GROUPS, depth=0
)


@pytest.mark.parametrize("gauge", ["rational", "balanced"])
@pytest.mark.parametrize("block", [1, 8 * 7, 8 * 64])
def test_embedding_in_blocks_of_nodes_changes_nothing(monkeypatch, block, gauge):
    group = AbelianGroup("Z2xZ4")
    z = optimizers.memorization(group) + optimizers.four_plus_six(group, xi=zeta(8), nu=1)
    whole = embed(z, gauge=gauge)
    # The function `numeric.weights.embed` hides the module of that name.
    monkeypatch.setattr(import_module("numeric.weights.embed"), "BLOCK", block)
    parts = embed(z, gauge=gauge)
    for name in ("w_a", "w_b", "w_c"):
        np.testing.assert_allclose(getattr(parts, name), getattr(whole, name), atol=1e-14)


@given(some_element, st.sampled_from(["rational", "balanced"]))
def test_the_spectrum_of_the_weights_is_the_element(z, gauge):
    group = z.group
    exact = np.zeros((3, group.order, z.order), dtype=complex)
    for p, k, j in np.ndindex(exact.shape):
        exact[p, k, j] = complex(z.entry("abc"[p], k, j))
    if gauge == "balanced":
        a, b, c = (abs(exact) ** 2).sum(axis=1)
        s = np.where((a + b > 0) & (c > 0), (2 * c / np.maximum(a + b, 1e-99)) ** (1 / 6), 1)
        exact *= np.array([s, s, s**-2])[:, None]
    w, back = embed(z, gauge=gauge), from_spectrum(exact, group)
    assert back.gauge is None
    for (row, wanted), (_, found), spectrum in zip(matrices(w), matrices(back), exact, strict=True):
        np.testing.assert_allclose(spectrum_of(wanted, group, row=row), spectrum, atol=1e-12)
        np.testing.assert_allclose(found, wanted, atol=1e-12)


@given(st.sampled_from(GROUPS), st.integers(0, 5), st.integers(0, 2**32), st.sampled_from("abc"))
def test_real_weights_come_back_from_their_spectrum(group, q, seed, row):
    w = np.random.default_rng(seed).normal(size=(group.order, q))
    z = spectrum_of(w, group, row=row)
    k, x = np.meshgrid(np.arange(group.order), np.arange(group.order))
    chi = np.exp(2j * np.pi * group.character_exponents(k, x) / group.exponent)
    np.testing.assert_allclose((np.conj(chi) if row == "c" else chi) @ z, w, atol=1e-12)
    np.testing.assert_allclose(z[group.negate(np.arange(group.order))], np.conj(z), atol=1e-12)


def test_balanced_norms_are_those_of_the_theory():
    """Section 7, per conjugate pair 6 * 4^(1/3) and 6 * 6^(1/3); memorization 3 (d-1) d^(2/3)."""
    group = AbelianGroup("Z7")
    order4 = (blocks.nu(zeta(4)) * blocks.xi(1)).scaled(c=Fraction(1, 4)).at(group, 1)
    for z, norm in (
        (order4, 6 * 4 ** (1 / 3)),
        (optimizers.six_per_frequency(group, nu=1), 3 * 6 * 6 ** (1 / 3)),
        (optimizers.memorization(group), 3 * 6 * 7 ** (2 / 3)),
    ):
        assert embed(z, gauge="balanced").squared_norm() / 7 == pytest.approx(norm)


@given(some_element, st.floats(0.5, 2).filter(lambda s: abs(s - 1) > 1e-3))
def test_no_scaling_of_a_node_has_a_smaller_norm_than_balanced(z, s):
    w = embed(z, gauge="balanced")
    for j in range(w.width):
        a, b, c = ((x[:, j] ** 2).sum() for x in (w.w_a, w.w_b, w.w_c))
        if a + b > 0 and c > 0:
            assert s**2 * (a + b) + c / s**4 > a + b + c


def test_huge_and_tiny_entries_are_held_and_balanced_without_overflow():
    assert embed(with_entry(10**50)).w_a.max() > 1e50
    big, small = Fraction(10) ** 160, Fraction(1, 10**303)
    z = element(Z5, [{("a", 1): big, ("b", 1): big, ("c", 1): small}])
    a, b, c = (x[1, 0] for x in spectra(embed(z, gauge="balanced")).values())
    assert abs(a) == pytest.approx(abs(b), rel=1e-12)
    assert abs(a) == pytest.approx(abs(c), rel=1e-12)
    assert abs(a) * abs(b) * abs(c) == pytest.approx(1e17, rel=1e-12)


Z5 = AbelianGroup("Z5")
SIX, NINE = optimizers.six_per_frequency(AbelianGroup("Z101")), optimizers.nine_per_frequency(Z5)


def with_entry(x: Any) -> Element:
    return element(Z5, [{("a", 1): x, ("b", 1): 1, ("c", 1): 1}])


@pytest.mark.parametrize(
    ("z", "options", "message"),
    [
        (optimizers.four_plus_six(Z5), {}, "these parameters are free: nu_1, xi_2; set them "),
        (SIX, {}, r"free: nu_1, .*, nu_16, \.\.\. \(50 in all\)"),
        (blocks.syn(), {}, r"place it on a group with at\(G, k\)"),
        (NINE, {"gauge": "round"}, "gauge='round'; pass 'rational' or 'balanced'"),
        (NINE, {"dtype": np.float16}, "dtype=float16; pass float32 or float64"),
        (with_entry(Fraction(10) ** 400), {}, "too large for a float"),
        (with_entry(Fraction(1, 10**400)), {}, "too small for a float"),
        (with_entry(10**50), {"dtype": np.float32}, "too large for float32; pass dtype=float64"),
    ],
)
def test_what_floats_do_not_hold_is_refused(z, options, message):
    with pytest.raises(ValueError, match=message):
        embed(z, **options)


def test_entries_that_are_small_differences_of_large_terms_keep_their_digits():
    golden = 1 + zeta(5) + zeta(5, 4)
    z = element(AbelianGroup("Z5"), [{("a", 0): golden**-80, ("b", 1): 1, ("c", 1): 1}])
    assert embed(z).w_a[0, 0] == pytest.approx(((1 + 5**0.5) / 2) ** -80, rel=1e-13)


def test_memory_is_estimated_before_it_is_taken(monkeypatch):
    monkeypatch.setattr(algebra.machine.memory, "available_bytes", lambda: 1 << 30)
    z = optimizers.memorization(AbelianGroup("Z101"))
    assert 24 * 101**3 < 1 << 30
    embed(z)
    z = optimizers.memorization(AbelianGroup("Z401"))
    with pytest.raises(MemoryEstimateError, match=r"embedding 160,801 nodes .* narrower family"):
        embed(z)
    assert z._nodes is None, "expanded before the estimate"


Z3, W, Z = AbelianGroup("Z3"), np.zeros((3, 2)), np.zeros((3, 3, 1), dtype=complex)
#: One entry differs from the conjugate of the other.
HALF, UNKNOWN = Z.copy(), Z.copy()
HALF[0, 1], UNKNOWN[0, 1] = 1, np.nan
NOT_REAL = "differ from conjugates by {}, so the weights would not be real; pass both"


@pytest.mark.parametrize(
    ("work", "message"),
    [
        (lambda: Weights(Z3, W, W[:, :1], W), r"w_b has shape \(3, 1\); Z3 needs \(3, q\)"),
        (lambda: Weights(Z3, W.T, W.T, W.T), r"w_a has shape \(2, 3\)"),
        (lambda: Weights(Z3, W, W, W.astype(np.float32)), "w_c has dtype float32"),
        (lambda: Weights(Z3, W.astype(np.int64), W, W), "w_a has dtype int64"),
        (lambda: Weights(Z3, W, W, W, "x"), "gauge='x'"),
        (lambda: spectrum_of(W, Z3, row="d"), "row='d'"),
        (lambda: spectrum_of(W.T, Z3, row="a"), r"w has shape \(2, 3\); Z3 needs \(3, q\)"),
        (lambda: from_spectrum(Z[:2], Z3), r"z has shape \(2, 3, 1\); Z3 needs \(3, 3, q\)$"),
        (lambda: from_spectrum(Z[..., 0], Z3), r"z has shape \(3, 3\); Z3 needs"),
        (lambda: from_spectrum(Z.real, Z3), "z has dtype float64; pass complex64 or complex128$"),
        (lambda: from_spectrum(HALF, Z3), NOT_REAL.format(1)),
        (lambda: from_spectrum(UNKNOWN, Z3), NOT_REAL.format("nan")),
    ],
)
def test_matrices_and_spectra_of_wrong_shape_dtype_or_name_are_refused(work, message):
    with pytest.raises(ValueError, match=message):
        work()


@pytest.mark.parametrize("moduli", [(1,), (5,), (6,), (2, 4), (3, 3), (2, 2, 2)])
def test_float32_weights_come_back_from_their_spectrum(moduli):
    group, rng = AbelianGroup(moduli), np.random.default_rng(1)
    w = Weights(group, *rng.normal(size=(3, group.order, 6)).astype(np.float32))
    back = from_spectrum(np.stack([*spectra(w).values()]).astype(np.complex64), group)
    for (_, found), (_, wanted) in zip(matrices(back), matrices(w), strict=True):
        assert found.dtype == np.float32
        assert np.abs(found - wanted).max() <= 1e-6 * max(1, np.abs(wanted).max())
