"""The conditions that nodes of few frequencies meet, and the short blocks that meet them.

With the inputs of a node as the real vector ``v = (g/2, Re a_k, Im a_k, Re b_k, Im b_k, ...)``, ``g
= a_0 + b_0`` the constant part, each ``T[k1,k2,k]`` is ``<Q(k1,k2), X_k>`` with ``X_k = sum_j c_k v
v^T`` and a complex symmetric matrix ``Q``. The conditions are that it is ``[k1 = k2 = k]`` for all
``(k1, k2)`` but ``(0, 0)``, which a carrier may cancel. Which of them coincide is decided by the
multiples of ``k`` that are equal, so for one frequency by the order of the character.

Short blocks exist at characters of order 3, 4 and 5. At orders 3 and 4 they are members of families
with two angles. For ``u_1 u_2 u_3 = 1`` of modulus one, and for ``Sum = theta + Theta``, up to
translations

    order 3   a_j = b_j = u_j,  a_0 + b_0 = Re(u_k conj(u_l)),  c_j = (conj(u_k)^2 - conj(u_l)^2)/D
    order 4   direction of a: 90 - Theta, theta, theta - 90, of b: 90 - theta, Theta, Theta + 90,
              c: (1/sin(Sum) - i/cos(Sum))/4, i/(4 cos(Sum)), 1/(4 sin(Sum))        (degrees)

Source: this project; docs/theory/proofs/narrow.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import Any, final

import numpy as np

from algebra.blocks.short import short_block
from algebra.groups.group import AbelianGroup
from algebra.numbers.arrays import Complexes, Reals
from numeric.recognition.compositions import assigned
from numeric.recognition.frequencies import node_table
from numeric.weights.embed import embed

#: Steps of Gauss-Newton, and the largest residual that counts as zero at their end.
STEPS, ZERO = 12, 1e-9
#: Characters of this order and above have no multiples that coincide where it matters.
GENERIC = 5
#: Copies for which the best assignment of nodes is looked for.
FEW = 4
#: A third of a turn.
THIRD = 2 * np.pi / 3


@final
@dataclass(frozen=True, slots=True, eq=False)
class Conditions:
    """The conditions on nodes that read the given frequencies, which are the outputs as well.

    ``keys`` are the ``(k1, k2)`` of each form, ``forms`` the ``Q``, shape (E, r, r), ``target`` is
    1 where ``k1 = k2 = k``, shape (E, outputs); ``basis`` has a row ``e_k`` and, but at a real
    character, ``i e_k`` for each output, so that ``c`` is real numbers times it.
    """

    group: AbelianGroup
    reads: tuple[int, ...]
    constant: bool
    keys: tuple[tuple[int, int], ...]
    forms: Complexes
    target: Reals
    basis: Complexes

    def inputs(self, z: Complexes) -> Reals:
        """Return ``v`` of nodes with spectral coordinates (..., 3, d, n): shape (..., n, r)."""
        parts = [(z[..., 0, 0, :] + z[..., 1, 0, :]).real / 2] if self.constant else []
        for k in self.reads:
            for x in (z[..., 0, k, :], z[..., 1, k, :]):
                parts += [x.real] if self.group.negate(k) == k else [x.real, x.imag]
        return np.stack(parts, axis=-1)

    def outputs(self, z: Complexes) -> Complexes:
        """Return ``c`` at the frequencies: shape (..., n, outputs)."""
        return np.stack([z[..., 2, k, :] for k in self.reads], axis=-1)

    def residual(self, v: Reals, c: Complexes) -> Complexes:
        """Return ``T - target``, shape (..., E, outputs)."""
        pairs = (v[..., :, None] * v[..., None, :]).reshape(*v.shape[:-1], -1)
        values = pairs @ self.forms.reshape(len(self.forms), -1).T
        gaps: Complexes = np.swapaxes(values, -1, -2) @ c - self.target
        return gaps

    def nearest(self, v: Reals, c: Complexes) -> tuple[Reals, Complexes, float]:
        """Return nearby nodes that meet all conditions, and ``|x - x0| / |x|``, or infinity.

        Gauss-Newton towards the nearest point, ``x <- x0 - J^+ (F(x) + J (x0 - x))``, of nodes
        scaled to their least norm: shapes (n, r) and (n, outputs).
        """
        v0, c0, x0 = v, c, self._flat(v, c)
        x = x0
        with np.errstate(all="ignore"):
            for _ in range(STEPS):
                jacobian = self._jacobian(v, c)
                right = self._stacked(self.residual(v, c)) + jacobian @ (x0 - x)
                gram = jacobian @ jacobian.T
                gram += 1e-12 * np.trace(gram) * np.eye(len(gram))
                x = x0 - jacobian.T @ np.linalg.solve(gram, right)
                v, c = self._parts(x, len(v0))
            distance = float(np.linalg.norm(x - x0) / np.linalg.norm(x))
        if np.abs(self.residual(v, c)).max(initial=0) < ZERO:
            return v, c, distance
        return v0, c0, float("inf")

    # Of any number of blocks at once, for those who sample zeros.
    def _flat(self, v: Reals, c: Complexes) -> Reals:
        parts = v, (c @ self.basis.conj().T).real
        return np.concatenate([x.reshape(*x.shape[:-2], -1) for x in parts], axis=-1)

    def _parts(self, x: Reals, n: int) -> tuple[Reals, Complexes]:
        inputs = n * self.forms.shape[1]
        v, c = (part.reshape(*x.shape[:-1], n, -1) for part in np.split(x, [inputs], axis=-1))
        return v, c @ self.basis

    def _stacked(self, gap: Complexes) -> Reals:
        flat = gap.reshape(*gap.shape[:-2], -1)
        return np.concatenate([flat.real, flat.imag], axis=-1)

    def _jacobian(self, v: Reals, c: Complexes) -> Reals:
        """Return the derivative of the residual, (2 E outputs, parameters), real parts first."""
        half = np.einsum("eab,...jb->...jea", self.forms, v)
        value = np.einsum("...jea,...ja->...ej", half, v)
        parts = (
            2 * np.einsum("...jea,...jo->...eoja", half, c),
            np.einsum("...ej,mo->...eojm", value, self.basis),
        )
        shape = *v.shape[:-2], self.target.size, -1
        whole = np.concatenate([x.reshape(shape) for x in parts], axis=-1)
        return np.concatenate([whole.real, whole.imag], axis=-2)


def least(v: Reals | Complexes, c: Complexes) -> tuple[Any, Complexes]:
    """Return nodes ``(s v, c / s^2)`` of least norm; shapes (n, r) and (n, outputs)."""
    inputs, output = np.linalg.norm(v, axis=1) / np.sqrt(2), np.linalg.norm(c, axis=1)
    good = (inputs > 0) & (output > 0)
    s = np.where(good, np.cbrt(output / np.where(good, inputs, 1.0)), 1.0)[:, None]
    return v * s, c / s**2


def conditions(group: AbelianGroup, reads: Sequence[int], *, constant: bool) -> Conditions:
    """Return the conditions on nodes that read a constant, or frequencies, of ``{k, -k}`` one."""
    negative = [group.negate(k) for k in reads]
    real = [m == k for k, m in zip(reads, negative, strict=True)]
    size = constant + sum(2 if x else 4 for x in real)
    unit = np.eye(size).astype(np.complex128)
    rows: list[dict[int, Complexes]] = [{0: 2 * unit[0]} if constant else {}, {}]
    at = int(constant)
    for k, minus, is_real in zip(reads, negative, real, strict=True):
        for row in rows:
            x = unit[at] if is_real else unit[at] + 1j * unit[at + 1]
            row[k], row[minus] = x, x.conj()
            at += 1 if is_real else 2
    forms: dict[tuple[int, int], Complexes] = {}
    first, second = rows
    for one, other, scale in ((first, second, 1.0), (first, first, 0.5), (second, second, 0.5)):
        for (k1, x), (k2, y) in product(one.items(), other.items()):
            total = group.add(k1, k2)
            key = (k1, k2) if one is not other else (total, 0) if one is first else (0, total)
            both = scale * (np.outer(x, y) + np.outer(y, x)) / 2
            forms[key] = forms.get(key, np.zeros((size, size))) + both
    keys = tuple(key for key in sorted(forms) if key != (0, 0))
    target = np.array([[float(key == (k, k)) for k in reads] for key in keys])
    stacked = np.stack([forms[key] for key in keys])
    each = np.eye(len(reads))
    basis = [
        turn * x
        for x, is_real in zip(each, real, strict=True)
        for turn in ((1,) if is_real else (1, 1j))
    ]
    return Conditions(group, tuple(reads), constant, keys, stacked, target, np.array(basis))


@cache
def character_conditions(order: int) -> Conditions:
    """Return the conditions of one character of this order, with constant parts if it is 3.

    For all other orders a constant part only adds conditions.
    """
    modulus = order if order < GENERIC else 7
    return conditions(AbelianGroup(f"Z{modulus}"), (1,), constant=order == 3)


@cache
def short_conditions(order: int) -> Conditions:
    """Return the conditions on the short block, at the smallest group that has it."""
    reads = (1, 2) if order == 5 else (1,)
    return conditions(AbelianGroup(f"Z{order}"), reads, constant=order != 4)


@cache
def _copies(order: int) -> tuple[Reals, Complexes]:
    """Return the short block translated, its inputs exchanged, and of ``-k`` for ``k``."""
    group, rules = AbelianGroup(f"Z{order}"), short_conditions(order)
    a, b, c = node_table(embed(short_block(group, 1))).z
    root = np.exp(2j * np.pi * np.arange(order) / order)[:, None]
    inputs, outputs = [], []
    for s, t, swap, bar in product(range(order), range(order), (False, True), (False, True)):
        z = np.stack([root**s * a, root**t * b, root ** -(s + t) * c])
        z = z[[1, 0, 2]] if swap else z
        z = z.conj() if bar else z
        v, out = least(rules.inputs(z), rules.outputs(z))
        inputs.append(v)
        outputs.append(out)
    return np.stack(inputs), np.stack(outputs)


def distance_to_short(order: int, v: Reals, c: Complexes) -> float:
    """Return the relative distance of nodes to the short block of a character of order 3, 4 or 5.

    In any symmetry; inputs (n, r) and outputs as `Conditions` has them.
    """
    inputs, outputs = _copies(order)
    if order == 4:  # where (t a, b/t) is the same block
        a, b = (np.linalg.norm(x, axis=1) for x in (v[:, :2], v[:, 2:]))
        t = np.exp(np.log(b / a).mean() / 2)
        v = v * np.repeat([t, 1 / t], 2)
    v, c = least(v, c)
    agree = np.abs(np.einsum("ia,sja->sij", v, inputs))
    agree += np.einsum("io,sjo->sij", c, outputs.conj()).real
    best = agree[agree.max(axis=2).sum(axis=1).argsort()[-FEW:]]
    places = assigned(best)
    whole = np.take_along_axis(best, places[:, None], axis=1)[:, 0].sum(axis=1).max()
    norm = float((inputs[0] ** 2).sum() + (np.abs(outputs[0]) ** 2).sum())
    away = float((v**2).sum() + (np.abs(c) ** 2).sum()) + norm - 2 * float(whole)
    return float(np.sqrt(max(away, 0.0) / norm))


def family_angles(order: int, a: Complexes, b: Complexes, c: Complexes) -> tuple[float, float]:
    """Return the two angles of a member of a family, in degrees, that no symmetry changes.

    At order 3 the two smaller gaps between the ``u_j^2``; at order 4 ``theta + Theta``, from 0 to
    90, and ``|theta - Theta|``, from 0 to 45.
    """
    if order == 3:
        squares = np.sort(np.degrees(np.angle(a * b)) % 360)
        gaps = np.sort(np.diff(squares, append=squares[0] + 360))
        return float(gaps[0]), float(gaps[1])
    j = int(np.abs(a * b * c).argmin())  # the first node has the largest product
    theta, other = (float(np.degrees(np.angle(x[j]))) + 45 for x in (a, b))
    steps, total = divmod(theta + other, 90)
    gap = (theta - other - 90 * steps) % 180
    gap = min(gap, 180 - gap)
    return (total, gap) if gap <= 45 else (90 - total, 90 - gap)


def in_family_of_order_3(a: Complexes, b: Complexes) -> float:
    """Return how far ``a`` and ``b``, one of them translated, are from being equal, relatively."""
    turn = np.round(np.angle((a * b.conj()).sum()) / THIRD) * THIRD
    return float(np.linalg.norm(a - b * np.exp(1j * turn)) / np.linalg.norm(a))
