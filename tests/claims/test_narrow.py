"""What docs/theory/proofs/narrow.md states and no theorem of Coq; and what it cites of Coq."""

import re
from pathlib import Path

import numpy as np
import pytest
import sympy as sp
from scipy.optimize import least_squares

from algebra.groups.group_names import group
from algebra.networks.families import STRASSEN
from algebra.representations.irreducibles import irreducibles
from numeric.recognition.frequencies import character_conditions
from numeric.recognition.short_blocks import in_family_of_order_3
from proofs.formal.proved import statement

X, Y = sp.symbols("x y")


def bar(z):
    """Conjugation of rational functions of numbers of modulus one."""
    return z.subs({X: 1 / X, Y: 1 / Y}, simultaneous=True)


def test_three_numbers_of_product_one_make_a_block_of_order_3():
    """``T`` at ``(+-k, +-k)``, ``(+-k, 0)`` and ``(0, +-k)``, where ``-2k = k``; ``a = b = u``."""
    u = [X, Y, 1 / (X * Y)]
    gaps = [bar(u[j - 2] ** 2) - bar(u[j - 1] ** 2) for j in range(3)]
    whole = sum(z**2 * c for z, c in zip(u, gaps, strict=True))
    total = [0] * 5
    for j, (a, gap) in enumerate(zip(u, gaps, strict=True)):
        g = (u[j - 2] / u[j - 1] + u[j - 1] / u[j - 2]) / 2
        terms = (a**2, a * bar(a), bar(a) ** 2, g * a + bar(a) ** 2 / 2, g * bar(a) + a**2 / 2)
        total = [old + value * gap / whole for old, value in zip(total, terms, strict=True)]
    assert [sp.simplify(value) for value in total] == [1, 0, 0, 0, 0]


def zeros(order: int):
    """Numerical zeros of three nodes, from random starts: halved constants, a, b; and outputs."""
    rules, rng = character_conditions(order), np.random.default_rng(1)
    found = []
    for start in 0.7 * rng.normal(size=(80, 3 * rules.forms.shape[1] + 6)):
        solved = least_squares(
            lambda x: rules._stacked(rules.residual(*rules._parts(x, 3))),
            start,
            lambda x: rules._jacobian(*rules._parts(x, 3)),
            **{"xtol": None, "ftol": None, "gtol": 1e-12, "max_nfev": 60},
        )
        if solved.cost < 1e-20 and np.abs(solved.x).max() < 20:
            found.append(rules._parts(solved.x, 3))
    v, c = (np.array(x) for x in zip(*found, strict=True))
    a, b = (v[..., i] + 1j * v[..., i + 1] for i in (-4, -2))
    return v[..., 0], a, b, c[..., 0]


def test_every_sampled_zero_of_order_4_is_in_the_family():
    """The theorem says so for all; these are zeros that know nothing of it."""
    _, *found = zeros(4)
    assert len(found[0]) >= 30
    for a, b, out in zip(*found, strict=True):
        order = np.argsort(-np.abs(a * b * out))
        a, b, out = (x[order] for x in (a, b, out))
        # Of the angles modulo quarter turns, those of the sum from the first node.
        theta, other = (np.angle(x[1]) + np.pi / 4 for x in (a, b))
        sine, cosine = np.abs([np.sin(theta + other), np.cos(theta + other)])
        sizes = np.abs(a * b * out)
        assert sizes[0] == pytest.approx(1 / (4 * sine * cosine), rel=1e-6)
        assert sorted(sizes[1:]) == pytest.approx(sorted([1 / (4 * sine), 1 / (4 * cosine)]))
        for x, first, others in ((a, other, theta), (b, theta, other)):
            turned = x * np.exp(1j * (np.pi / 4 + np.array([first, -others, -others])))
            assert np.abs((turned / np.abs(turned)) ** 4 - 1).max() < 1e-5
        ratio = np.abs(a / b)
        wanted = np.abs(np.sin(2 * theta) / np.sin(2 * other))
        assert ratio[0] / ratio[1] == pytest.approx(wanted, rel=1e-4)


def test_every_sampled_zero_of_order_3_is_in_one_of_the_two_components():
    g, a, b, _ = zeros(3)
    first = np.array([in_family_of_order_3(*x) for x in zip(a, b, strict=True)]) < 1e-6
    product = (a * b.conj() * np.exp(-1j * np.angle(a[:, :1] * b[:, :1].conj()))).real
    alpha = np.abs((2 * g * a + a.conj() ** 2 / 2) / product)
    assert first.sum() >= 3
    assert (~first).sum() >= 20
    assert np.abs(alpha[~first] - 0.5).max() < 1e-6


def test_coq_says_as_many_squares() -> None:
    for name, number in (
        ("at_least_six_squares", r"\(6 <= q\)"),
        ("six_squares", "'I_6"),
        ("no_five_squares", "'I_5"),
    ):
        assert re.search(number, statement(f"five_squares.v:{name}"))
        assert f"`{name}`" in Path("docs/theory/proofs/narrow.md").read_text("utf-8")


def det(m):
    return m[0][0] * m[1][1] - m[0][1] * m[1][0]


@pytest.mark.parametrize("n", [3, 4, 5, 6])
def test_the_sign_part_of_the_square_of_a_form_is_its_determinant(n):
    """``E(F) = (1/d) sum det(rho) F``: 0 of 1 and of rho, ``det A`` of ``<A, rho>^2``."""
    rho = next(x for x in irreducibles(group(f"D{n}")) if x.dimension == 2).values[..., 0]
    signs = np.array([det(x) for x in rho])
    assert signs.sum() == 0
    assert ((signs[:, None, None] * rho).sum(axis=0) == 0).all()
    for a in np.random.default_rng(n).integers(-3, 4, size=(6, 2, 2)):
        squares = (a * rho).sum(axis=(1, 2)) ** 2
        assert (signs * squares).sum() / (2 * n) == int(det(a))


def test_strassens_algorithm_has_one_form_of_rank_two_and_its_weight_is_not_zero():
    """So that no seven such squares do."""
    left, right, out = STRASSEN
    for forms in (left, right):
        assert [det(np.reshape(row, (2, 2))) != 0 for row in forms] == [True] + [False] * 6
    assert any(out[0])
