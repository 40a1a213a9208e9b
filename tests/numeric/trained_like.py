"""Exact networks made to look trained: gauge, order, automorphism, translation, noise."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from algebra import AbelianGroup, Element, I, block, blocks, element, optimizers, total, unit, zeta
from numeric import Weights, embed
from numeric.recognition.recognise import recognise
from numeric.recognition.report import FrequencyReport
from numeric.training.settings import Settings
from numeric.training.train import train

TRAINED = Path(__file__).parent.parent / "data" / "trained_d23.npz"
#: 128 nodes over Z13, SGD with momentum: some hundred nodes at every frequency.
DENSE = TRAINED.with_name("dense_sgd_z13.pt")
FAMILIES = ("nu(i)*xi", "nu*syn", "nu(i)*syn(al,be)", "three_c*syn", "order 4")


@dataclass(frozen=True, slots=True)
class Planted:
    """What was planted at a frequency: the family, and the angles of its parameters in degrees."""

    family: str
    angles: tuple[float, ...]


def random_unit(rng: Any) -> tuple[Any, float]:
    t = Fraction(int(rng.integers(-400, 401)), int(rng.integers(100, 200)))
    return unit(t), float(np.degrees(2 * np.arctan(float(t))))


def order_4(epsilon: Any, x: Any) -> Element:
    """A general block of order 4, ``epsilon = -i`` being nu(i)*xi(x)."""
    gap = 2 * (epsilon.conjugate() - epsilon)
    pair = block([1, x], [1, epsilon * x.conjugate()], [epsilon.conjugate() / gap, -1 / gap])
    return blocks.nu(I) * pair


def planted_block(family: str, rng: Any) -> tuple[Element, Planted]:
    (x, angle), (y, other) = random_unit(rng), random_unit(rng)
    angles: tuple[float, ...] = ()
    if family == "nu(i)*xi":
        z, angles = blocks.nu(I) * blocks.xi(x, mirror=bool(rng.integers(2))), (angle,)
    elif family == "nu*syn":
        z, angles = blocks.syn() * blocks.nu(x), (angle,)
    elif family == "nu(i)*syn(al,be)":
        z, angles = blocks.nu(I) * blocks.syn_ab(x, y), (angle, other)
    elif family == "order 4":
        e = unit(Fraction(int(rng.integers(25, 60)), 100))  # 28 to 62 degrees, far from 90
        return order_4(e, x), Planted(family, ())
    else:
        z = blocks.three_c() * blocks.syn()
    return blocks.normalised(z), Planted(family, angles)


def planted(
    group: AbelianGroup, rng: Any, *, families: tuple[str, ...] = FAMILIES
) -> tuple[Element, dict[int, Planted]]:
    """An element with a random family at every pair, and the real block at real characters."""
    parts, told = [], {}
    for k in group.conjugate_pairs():
        block, told[k] = planted_block(str(rng.choice(families)), rng)
        parts.append(block.at(group, k))
    for k in group.real_characters():
        parts.append(blocks.real_character().at(group, k))
        told[k] = Planted("real", ())
    return total(group, parts), told


def disguised(
    z: Element, rng: Any, *, noise: float = 0.01, gauge: float = 0.3
) -> tuple[Weights, Any]:
    """The weights of ``z`` under random symmetries of the loss, with white noise; and where each
    frequency is found, of a pair the smaller.

    ``noise`` is the relative size of what is added to a node's entry at its frequency; all other
    frequencies get as much.
    """
    w = embed(z, gauge="balanced")
    group, q = w.group, w.width
    s = np.exp(rng.normal(0, gauge, q)) * rng.choice([-1, 1], q)
    a, b, c = w.w_a * s, w.w_b * s, w.w_c / s**2
    if rng.integers(2):
        a, b = b, a
    shift_a, shift_b = (rng.integers(group.order) for _ in range(2))
    every = np.arange(group.order)
    a, b = a[group.add(every, shift_a)], b[group.add(every, shift_b)]
    c = c[group.add(every, group.add(shift_a, shift_b))]
    units = [t for t in range(1, group.exponent) if np.gcd(t, group.exponent) == 1] or [1]
    moved = group.multiply(int(rng.choice(units)), every)  # what an element is, and a frequency
    a, b, c = (y[moved] for y in (a, b, c))
    columns = np.stack([a, b, c])[:, :, rng.permutation(q)]
    size = np.sqrt((columns**2).mean(axis=1, keepdims=True) * group.order / 2)
    columns += noise * size * rng.normal(size=columns.shape)
    return Weights(group, *columns), np.minimum(moved, group.negate(moved))


def random_weights(group: Any, width: int, rng: Any) -> Weights:
    """Weights from a normal distribution."""
    group = AbelianGroup(group)
    return Weights(group, *rng.normal(size=(3, group.order, width)))


def regauged(w: Weights, rng: Any, *, constants: float = 1.0) -> Weights:
    """The same network: its nodes in another order, scaled, with other signs and constants."""
    a, b, c = (x.astype(np.float64) for x in (w.w_a, w.w_b, w.w_c))
    s = np.exp(rng.normal(size=w.width)) * rng.choice([-1, 1], w.width)
    shift, more = constants * rng.normal(size=(2, w.width)) * np.abs(a).mean()
    order = rng.permutation(w.width)
    moved = s * (a + shift), s * (b - shift), c / s**2 + more
    return Weights(w.group, *(x[:, order] for x in moved))


def seen_in_disguise(z: Element, rng: Any, **how: Any) -> dict[int, FrequencyReport]:
    """What is recognised at the image of each frequency."""
    w, image = disguised(z, rng, **how)
    found = {x.frequency: x for x in recognise(w).frequencies}
    return {k: found[int(image[k])] for k in map(int, z.group.representatives) if k}


def recognised(made: Any, rng: Any, **how: Any) -> Iterator[tuple[Any, FrequencyReport]]:
    """Of elements, and what was planted at their frequencies: that, and what is recognised."""
    for z, told in made:
        found = seen_in_disguise(z, rng, **how)
        yield from ((told[k], found[k]) for k in told)


def at_all_pairs(z: Element, spec: str) -> Element:
    """A block with ``abc = 1`` at each pair of frequencies."""
    group = AbelianGroup(spec)
    return blocks.normalised(z).at(group, *group.conjugate_pairs())


def served_network() -> Element:
    """An optimizer over Z7 with the paper's "non-factorable" frequency, 2.

    At 2 four nodes with ``aac = bbc = 1/2``, and two nodes with a constant part that read 4; at 1
    a block of order 6, which carries; at 3 a block of order 4.
    """
    group = AbelianGroup("Z7")
    v = unit(Fraction(3, 5))
    w, half = v.conjugate(), Fraction(1, 2)
    cosine, sine2 = (v + w) / 2, (2 - v * v - w * w) / 4
    m = 1 / (8 * sine2 * cosine)
    four = block(
        [w, v, 1, 1],
        [w, v, 1, -1],
        [-m * w, -m * v, cosine * cosine / (4 * sine2), Fraction(-1, 4)],
    ).at(group, 2)
    linear = element(
        group,
        [
            {("a", 0): half, ("b", 0): half, ("c", 2): s * I} | {(p, 4): s * I / 8 for p in "ab"}
            for s in (1, -1)
        ],
    )
    six = blocks.normalised(blocks.syn() * blocks.nu(zeta(10)))
    carried = element(
        group,
        [
            {(p, 1): node[p, 0] for p in "abc"}
            | {("c", 2): Fraction(1, 12), ("c", 3): -(1 + I) / 12}
            for node in six.node_list()
        ],
    )
    last = blocks.normalised(blocks.nu(I) * blocks.xi(zeta(16))).at(group, 3)
    return total(group, [carried, four, linear, last])


@cache
def trained(spec: str, *, width: int) -> Weights:
    """A network that was trained on all pairs."""
    how: dict[str, Any] = {"epochs": 2500, "train_fraction": 1.0, "weight_decay": 1e-4}
    settings = Settings(group=spec, width=width, seeds=(0,), **how)
    return train(settings)[0].network.weights(AbelianGroup(spec))


def with_dying_nodes(spec: str, rng: Any, *, size: float) -> Weights:
    """An exact network, and forty nodes of this size that help each other to do nothing."""
    z = optimizers.four_plus_six(AbelianGroup(spec), xi=unit(3), nu=unit(2))
    w = embed(z, gauge="balanced")
    signs = np.repeat([1.0, -1.0], 20)
    dying = size * np.tile(rng.normal(size=(3, w.group.order, 20)), 2)
    dying[2] *= 2 * w.group.order * signs
    dying *= 1 + 1e-4 * rng.normal(size=dying.shape)
    joined = np.concatenate([[w.w_a, w.w_b, w.w_c], dying], axis=2)
    return Weights(w.group, *joined)
