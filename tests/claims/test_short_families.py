"""Three-node blocks at characters of order 3 and 4, as identities that SymPy decides."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
import sympy as sp

from algebra import AbelianGroup, unit, zeta
from algebra.blocks.short import (
    corners,
    short_block,
    three_nodes_of_order_3,
    three_nodes_of_order_4,
)
from algebra.criterion.tensor import residual
from numeric.recognition.block_match import in_family_of_order_3
from numeric.recognition.frequencies import character_conditions

X, Y = sp.symbols("x y")
S, T = sp.symbols("s t", real=True)


def bar(z):
    """Conjugation of rational functions of numbers of modulus one and of real ones."""
    return sp.sympify(z).subs({X: 1 / X, Y: 1 / Y, sp.I: -sp.I}, simultaneous=True)


def order3_nodes():
    u = [X, Y, 1 / (X * Y)]
    squares = [z**2 for z in u]
    gaps = [bar(squares[j - 2]) - bar(squares[j - 1]) for j in range(3)]
    whole = sum(z * c for z, c in zip(squares, gaps, strict=True))
    g = [(u[j - 2] / u[j - 1] + u[j - 1] / u[j - 2]) / 2 for j in range(3)]
    return [(g[j], u[j], u[j], gaps[j] / whole) for j in range(3)]


def order3_conditions(nodes):
    """``T`` at ``(+-k, +-k)``, ``(+-k, 0)`` and ``(0, +-k)``; ``-2k = k``."""
    total = [0] * 8
    for g, a, b, c in nodes:
        x, y = bar(a), bar(b)
        terms = (
            a * b, x * b, a * y, x * y, g * a + x * x / 2, g * x + a * a / 2,
            g * b + y * y / 2, g * y + b * b / 2,
        )  # fmt: skip
        total = [old + value * c for old, value in zip(total, terms, strict=True)]
    return [sp.simplify(value) for value in total]


def order4_nodes():
    def both(x, y):
        return (1 - sp.I) * x + (1 + sp.I) * y

    plus, minus = S + T, 1 - S * T
    return [
        (both(1, 1 / T), both(1, 1 / S), S * T * (1 / plus - sp.I / minus) / 8),
        (both(1, S), both(1, T), sp.I / minus / 8),
        (both(S, -1), both(-T, 1), 1 / plus / 8),
    ]


def order4_conditions(nodes):
    """``T`` at ``(+-k, +-k)``, ``(2k, 0)`` and ``(0, 2k)``; ``2k = -2k``."""
    total = [0] * 6
    for a, b, c in nodes:
        x, y = bar(a), bar(b)
        terms = (a * b, x * b, a * y, x * y, (a * a + x * x) / 2, (b * b + y * y) / 2)
        total = [old + value * c for old, value in zip(total, terms, strict=True)]
    return [sp.simplify(sp.expand(value)) for value in total]


def test_three_numbers_of_product_one_make_a_block_of_order_3():
    assert order3_conditions(order3_nodes()) == [1, *[0] * 7]


def test_another_constant_part_is_noticed_at_order_3():
    nodes = [(-g, a, b, c) for g, a, b, c in order3_nodes()]
    values = order3_conditions(nodes)
    assert values[:4] == [1, 0, 0, 0]
    assert any(value != 0 for value in values[4:])


def test_two_real_numbers_make_a_block_of_order_4():
    assert order4_conditions(order4_nodes()) == [1, *[0] * 5]


def test_another_output_is_noticed_at_order_4():
    (a, b, c), *rest = order4_nodes()
    assert order4_conditions([(a, b, bar(c)), *rest]) != [1, *[0] * 5]


def test_what_is_left_over_at_equal_angles_is_one_over_the_sine_of_their_sum():
    nodes = order4_nodes()
    left = sum((a * bar(a) + b * bar(b)) * c for a, b, c in nodes)
    theta = sp.symbols("theta", positive=True)
    gap = sp.simplify(left.subs({S: sp.tan(theta), T: sp.tan(theta)}) - 1 / sp.sin(2 * theta))
    assert gap == 0


@pytest.mark.parametrize("name", ["Z3", "Z3xZ3", "Z12", "Z15"])
def test_blocks_of_order_3_are_exact_on_groups(name):
    group = AbelianGroup(name)
    k = next(k for k in group.conjugate_pairs() if not group.multiply(3, np.array(k)))
    z = three_nodes_of_order_3(group, k, x=unit(Fraction(2, 3)), y=zeta(8))
    missed = dict(residual(z))
    mine = {at: x for at, x in missed.items() if at[2] == k}
    assert set(mine) == {(0, 0, k)}


def test_the_short_block_of_order_3_is_the_symmetric_member():
    group = AbelianGroup("Z3")
    w = zeta(3)
    z = three_nodes_of_order_3(group, 1, x=w, y=w**2)
    assert sorted(map(repr, z.node_list())) == sorted(map(repr, short_block(group, 1).node_list()))


@pytest.mark.parametrize("name", ["Z4", "Z4xZ4", "Z12", "Z24"])
def test_blocks_of_order_4_are_exact_on_groups(name):
    group = AbelianGroup(name)
    k = next(
        k
        for k in group.conjugate_pairs()
        if not group.multiply(4, np.array(k)) and group.multiply(2, np.array(k))
    )
    for z in (
        three_nodes_of_order_4(group, k, s=Fraction(3, 2), t=Fraction(-1, 5)),
        three_nodes_of_order_4(group, k),
    ):
        assert {at for at, _ in residual(z) if at[2] == k} == {(0, 0, k)}
    assert not [at for at, _ in residual(corners(group, k)) if at[2] == k]
    wrong = corners(group, k).scaled(c=2)
    assert [at for at, _ in residual(wrong) if at[2] == k]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: three_nodes_of_order_3(AbelianGroup("Z4"), 1, x=1, y=1),
            r"frequency=1 of Z4 has order 4; this block is for characters of order 3",
        ),
        (
            lambda: three_nodes_of_order_3(AbelianGroup("Z3"), 1, x=1, y=-1),
            r"two of the squares of x, y and conj\(x y\) are equal; pass, say, zeta\(3\)",
        ),
        (
            lambda: three_nodes_of_order_3(AbelianGroup("Z3"), 1, x=2, y=1),
            r"x=2 does not have modulus one; pass a root of unity such as zeta\(8\)",
        ),
        (
            lambda: three_nodes_of_order_4(AbelianGroup("Z4"), 1, s=0),
            r"s=0 is no real number other than 0; pass, say, Fraction\(3, 2\)",
        ),
        (
            lambda: three_nodes_of_order_4(AbelianGroup("Z4"), 1, s=2),
            r"s=2, t=1/2: s \+ t = 0 or s t = 1, and a c is infinite; pass others",
        ),
        (
            lambda: corners(AbelianGroup("Z3"), 1),
            r"frequency=1 of Z3 has order 3; this block is for characters of order 4",
        ),
    ],
)
def test_numbers_and_characters_that_do_not_do_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def zeros(order: int, *, starts: int, seed: int):
    """Numerical zeros of three nodes: inputs with halved constants, outputs; balanced nodes."""
    rng = np.random.default_rng(seed)
    rules = character_conditions(order)
    v = 0.8 * rng.normal(size=(starts, 3, rules.forms.shape[1]))
    c = 0.5 * (rng.normal(size=(starts, 3, 1)) + 1j * rng.normal(size=(starts, 3, 1)))
    damping = np.ones(starts)
    x, now = rules._flat(v, c), np.full(starts, np.inf)
    for _ in range(250):
        jacobian, gap = rules._jacobian(v, c), rules._stacked(rules.residual(v, c))
        now = (gap**2).sum(axis=1)
        gram = jacobian @ jacobian.swapaxes(1, 2)
        gram = gram + damping[:, None, None] * np.eye(len(gram[0]))
        step = jacobian.swapaxes(1, 2) @ np.linalg.solve(gram, gap[..., None])
        new = x - step[..., 0]
        v, c = rules._parts(new, 3)
        better = (rules._stacked(rules.residual(v, c)) ** 2).sum(axis=1) < now
        damping = np.clip(np.where(better, damping / 3, damping * 4), 1e-12, 1e6)
        x = np.where(better[:, None], new, x)
        v, c = rules._parts(x, 3)
    hit = (now < 1e-22) & (np.abs(x).max(axis=1) < 20)
    v, c = v[hit], c[hit, :, 0]
    s = np.cbrt(np.abs(c) / np.sqrt((v**2).sum(axis=2) / 2))
    return v * s[..., None], c / s**2


def test_every_sampled_zero_of_order_4_is_in_the_family():
    """The theorem says so for all; these are zeros that know nothing of it."""
    v, c = zeros(4, starts=150, seed=1)
    assert len(v) >= 50
    for a, b, out in zip(v[..., 0] + 1j * v[..., 1], v[..., 2] + 1j * v[..., 3], c, strict=True):
        order = np.argsort(-np.abs(a * b * out))
        a, b, out = (x[order] for x in (a, b, out))
        # Of the angles modulo quarter turns, those of the sum from the first node.
        theta, other = (np.angle(x[1]) + np.pi / 4 for x in (a, b))
        sine, cosine = np.abs([np.sin(theta + other), np.cos(theta + other)])
        sizes = np.abs(a * b * out)
        assert sizes[0] == pytest.approx(1 / (4 * sine * cosine), rel=1e-6)
        assert sorted(sizes[1:]) == pytest.approx(sorted([1 / (4 * sine), 1 / (4 * cosine)]))
        for x, angle in ((a, theta), (b, other)):
            turned = x[1:] * np.exp(1j * (np.pi / 4 - angle))
            assert np.abs((turned / np.abs(turned)) ** 4 - 1).max() < 1e-5
        for x, angle in ((a, other), (b, theta)):
            turned = x[0] * np.exp(1j * (np.pi / 4 + angle))
            assert abs((turned / abs(turned)) ** 4 - 1) < 1e-5
        ratio = np.abs(a / b)
        wanted = np.abs(np.sin(2 * theta) / np.sin(2 * other))
        assert ratio[0] / ratio[1] == pytest.approx(wanted, rel=1e-4)


def test_every_sampled_zero_of_order_3_is_in_one_of_the_two_components():
    v, _ = zeros(3, starts=150, seed=1)
    a, b = v[..., 1] + 1j * v[..., 2], v[..., 3] + 1j * v[..., 4]
    first = np.array([in_family_of_order_3(*x) for x in zip(a, b, strict=True)]) < 1e-6
    product = (a * b.conj() * np.exp(-1j * np.angle(a[:, :1] * b[:, :1].conj()))).real
    alpha = np.abs((2 * v[..., 0] * a + a.conj() ** 2 / 2) / product)
    assert first.sum() >= 5
    assert (~first).sum() >= 30
    assert np.abs(alpha[~first] - 0.5).max() < 1e-6
