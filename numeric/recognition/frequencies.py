"""What nodes do: where they read and write, and the conditions that those of few frequencies meet.

With the inputs of a node as the real vector ``v = (g/2, Re a_k, Im a_k, Re b_k, Im b_k, ...)``, ``g
= a_0 + b_0`` the constant part, each ``T[k1,k2,k]`` is ``<Q(k1,k2), X_k>`` with ``X_k = sum_j c_k v
v^T`` and a complex symmetric matrix ``Q``. The conditions are that it is ``[k1 = k2 = k]`` for all
``(k1, k2)`` but ``(0, 0)``, which a carrier may cancel. Which of them coincide is decided by the
multiples of ``k`` that are equal, so for one frequency by the order of the character.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import Any, final

import numpy as np

from algebra.groups.group import AbelianGroup
from algebra.numbers.arrays import Complexes, Int64, Mask, Reals
from numeric.weights.embed import spectrum_of
from numeric.weights.plain_network import Weights

#: A node whose size is below this share of the largest is dead.
DEAD = 1e-2
#: Shares of the power of a node's inputs.
CONSTANT, MIXED = 0.1, 0.1
#: A node that reads several frequencies reads those with this share.
READS = 0.003
#: A node below this share of the largest is too small to tie frequencies together.
SMALL = 0.25
#: The smaller of the powers of two inputs, relative to the larger, of a node that reads one only.
ONE_SIDED = 0.01
#: A node writes to another frequency if the entry there has this share of its largest.
WRITES = 0.02
#: Steps of Gauss-Newton at most, the relative step that is none, and the largest residual that
#: counts as zero at their end.
STEPS, STILL, ZERO = 12, 1e-13, 1e-9
#: Characters of this order and above have no multiples that coincide where it matters.
GENERIC = 5


@final
@dataclass(frozen=True, slots=True, eq=False)
class NodeTable:
    """What each hidden node does.

    Args:
        group: the group of order d.
        z: spectral coordinates, shape (3, d, q), all characters.
        squares: those of ``a^2`` and ``b^2``, the functions of the inputs squared, (2, d, q).
        power: of the inputs at each of ``group.representatives`` and its negative, shape (K, q).
        share: that each of these has of the power of all live nodes' inputs but their constants,
            every node scaled such that its inputs have the size of its output.
        alone: the share of the power of each node's inputs that is at the frequency it reads.
        live: whether a node takes part; the others' weights are next to zero.
        home: the frequency that it reads, the smaller of ``{k, -k}``; 0 if a constant alone.
        constant: whether a tenth or more of the power of its inputs is at the trivial character.
        mixed: whether a tenth or more is at yet other frequencies.
        output: the frequency to which most of its output goes.
        size: ``(|a|^2 + |b|^2)^(1/3) |c|^(1/3)``, which no gauge changes.
        one_sided: whether a node of a real character depends on one of the two inputs only: its
            square is a constant, and what it writes is carried.
    """

    group: AbelianGroup
    z: Complexes
    squares: Complexes
    power: Reals
    share: Reals
    alone: Reals
    live: Mask
    home: Int64
    constant: Mask
    mixed: Mask
    output: Int64
    size: Reals
    one_sided: Mask

    def at(self, frequency: int) -> Int64:
        """Return the nodes that read this frequency alone and make its block."""
        chosen = self.live & (self.home == frequency) & ~self.mixed & ~self.one_sided
        return np.flatnonzero(chosen & (~self.constant | (self.output == frequency)))

    def reads(self, node: int, *, share: float = READS) -> tuple[int, ...]:
        """Return the frequencies with this share of the power of a node's inputs, 0 included."""
        k = self.group.representatives
        power = self.power[:, node]
        return tuple(int(x) for x in k[power >= share * max(float(power.sum()), 1e-300)])

    def writes(self, node: int) -> tuple[int, ...]:
        """Return the frequencies that a node writes to, the smaller of each ``{k, -k}``."""
        k = self.group.representatives[1:]
        size = np.abs(self.z[2, k, node])
        return tuple(int(x) for x in k[size >= WRITES * max(float(size.max(initial=0.0)), 1e-300)])

    @property
    def small(self) -> Mask:
        """Which nodes are below a quarter of the largest."""
        return self.size < SMALL * max(float(self.size.max(initial=0.0)), 1e-300)

    def serving(self, frequency: int) -> Int64:
        """Return constant-part nodes that read another frequency and write mostly to this one."""
        chosen = self.live & self.constant & ~self.mixed & (self.output == frequency)
        return np.flatnonzero(chosen & (self.home != frequency) & (self.home != 0))

    def carriers(self) -> Int64:
        """Return the nodes that write to frequencies they do not read, in order."""
        k = self.group.representatives
        size = np.abs(self.z[2, k])
        own = (k[:, None] == self.home) & ~self.one_sided
        for j in np.flatnonzero(self.mixed):
            own[:, j] |= np.isin(k, self.reads(int(j)))
        own[0] = True
        elsewhere = np.where(own, 0.0, size).max(axis=0)
        serves = self.constant & (self.home != 0) & (self.output != self.home)
        most = np.maximum(size.max(axis=0), 1e-300)
        return np.flatnonzero(self.live & ~serves & (elsewhere > WRITES * most))

    def terms(self, k1: int, k2: int, k: int) -> Complexes:
        """Return what each node adds to ``T[k1,k2,k]``, which is the sum.

        c_k ( a_k1 b_k2 + [k2 = 0] (a^2)_k1 / 2 + [k1 = 0] (b^2)_k2 / 2 )
        """
        a, b, c = self.z
        terms = a[k1] * b[k2]
        if k2 == 0:
            terms = terms + self.squares[0, k1] / 2
        if k1 == 0:
            terms = terms + self.squares[1, k2] / 2
        product: Complexes = terms * c[k]
        return product

    def missed(self, k: int, *, scale: float) -> float:
        """Return the largest error of the scaled ``T[k1,k2,k]`` at ``0, +-k, +-2k`` but (0, 0)."""
        minus, double = self.group.negate(k), self.group.multiply(2, k)
        ks = [x for x in dict.fromkeys((k, minus, double, self.group.negate(double))) if x]
        one = ks[: 1 + (minus != k)]
        (a, b, c), (a2, b2) = self.z, self.squares[:, ks]
        both = (a[one] * c[k]) @ b[one].T
        first, second = (a[ks] * b[0] + a2 / 2) @ c[k], (b[ks] * a[0] + b2 / 2) @ c[k]
        gaps = scale * np.concatenate([both.ravel(), first, second])
        gaps[0] -= 1
        return float(np.nan_to_num(np.abs(gaps), nan=np.inf, posinf=np.inf).max())


def node_table(w: Weights) -> NodeTable:
    """Return what each node does, from its spectral coordinates."""
    group = w.group
    a, b = (np.square(x, dtype=np.float64) for x in (w.w_a, w.w_b))
    rows = zip("abcab", (w.w_a, w.w_b, w.w_c, a, b), strict=True)
    *plain, a2, b2 = (spectrum_of(x, group, row=row) for row, x in rows)
    z = np.stack(plain)
    k = group.representatives
    power = np.abs(z[:, k]) ** 2 * np.where(group.negate(k) != k, 2.0, 1.0)[:, None]
    inputs, outputs = power[0] + power[1], power[2].copy()
    outputs[0] = 0.0
    total = inputs.sum(axis=0)
    size: Reals = np.cbrt(total * np.sqrt(outputs.sum(axis=0)))
    live = size > DEAD * max(float(size.max(initial=0.0)), 1e-300)
    safe = np.where(total > 0, total, 1.0)
    other = inputs.copy()
    other[0] = 0.0
    scaled = other[:, live] @ np.cbrt((np.abs(z[2]) ** 2).sum(axis=0) / safe)[live]
    best = other.argmax(axis=0)
    most = np.take_along_axis(other, best[None], axis=0)[0]
    home = np.where(most > 1e-3 * safe, k[best], 0)
    rest = total - inputs[0] - np.where(home > 0, most, 0.0)
    here = np.take_along_axis(power[:2], best[None, None], axis=1)[:, 0]
    real = (group.negate(home) == home) & (home > 0)
    return NodeTable(
        group=group,
        z=z,
        squares=np.stack([a2, b2]),
        power=inputs,
        share=scaled / max(float(scaled.sum()), 1e-300),
        alone=most / safe,
        live=live,
        home=home.astype(np.int64),
        constant=live & (inputs[0] >= CONSTANT * safe),
        mixed=live & (rest >= MIXED * safe),
        output=k[outputs.argmax(axis=0)].astype(np.int64),
        size=size,
        one_sided=live & real & (here.min(axis=0) < ONE_SIDED * here.max(axis=0)),
    )


def memorized(w: Weights, live: Int64) -> int:
    """Return the number of pairs ``x, y`` with one of these nodes of their own.

    Up to constants it has one peak in ``w_a`` at ``x``, in ``w_b`` at ``y`` and in ``w_c`` at
    ``x + y``.
    """
    group = w.group
    if group.order < 4 or not len(live):
        return 0
    peaks, single = [], np.ones(len(live), dtype=bool)
    for matrix in (w.w_a, w.w_b, w.w_c):
        x = matrix[:, live].astype(np.float64)
        gap = np.abs(x - np.sort(x, axis=0)[group.order // 2])
        *_, second, largest = np.sort(gap, axis=0)
        single &= second < 0.2 * largest
        peaks.append(gap.argmax(axis=0))
    single &= group.add(peaks[0], peaks[1]) == peaks[2]
    return len(set((peaks[0][single] * group.order + peaks[1][single]).tolist()))


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

    def nearest(self, v: Reals, c: Complexes) -> tuple[Reals, Complexes, Reals]:
        """Return nearby nodes that meet all conditions, and ``|x - x0| / |x|``, or infinity.

        Gauss-Newton towards the nearest point, ``x <- x0 - J^+ (F(x) + J (x0 - x))``, of nodes
        scaled to their least norm: shapes (..., n, r) and (..., n, outputs), and (...).
        """
        v0, c0, x0 = v, c, self._flat(v, c)
        x = x0
        with np.errstate(all="ignore"):
            for _ in range(STEPS):
                jacobian = self._jacobian(v, c)
                back = jacobian.swapaxes(-1, -2)
                right = self._stacked(self.residual(v, c)) + _times(jacobian, x0 - x)
                wide = jacobian.shape[-2] <= jacobian.shape[-1]
                gram = jacobian @ back if wide else back @ jacobian
                trace = np.trace(gram, axis1=-2, axis2=-1)[..., None, None]
                gram += 1e-12 * trace * np.eye(gram.shape[-1])
                right = right if wide else _times(back, right)  # of two systems the smaller one
                solved = np.linalg.solve(gram, right[..., None])[..., 0]
                last, x = x, x0 - (_times(back, solved) if wide else solved)
                v, c = self._parts(x, v0.shape[-2])
                size = np.linalg.norm(x, axis=-1)
                if (np.linalg.norm(x - last, axis=-1) <= STILL * size).all():
                    break
            distance = np.linalg.norm(x - x0, axis=-1) / size
        met = np.abs(self.residual(v, c)).max(axis=(-1, -2), initial=0) < ZERO
        near = met[..., None, None]
        return np.where(near, v, v0), np.where(near, c, c0), np.where(met, distance, np.inf)

    def _flat(self, v: Reals, c: Complexes) -> Reals:
        outputs = (c @ self.basis.conj().T).real
        return np.concatenate([x.reshape(*x.shape[:-2], -1) for x in (v, outputs)], axis=-1)

    def _parts(self, x: Reals, n: int) -> tuple[Reals, Complexes]:
        parts = np.split(x, [n * self.forms.shape[1]], axis=-1)
        v, c = (part.reshape(*x.shape[:-1], n, -1) for part in parts)
        return v, c @ self.basis

    def _stacked(self, gap: Complexes) -> Reals:
        flat = gap.reshape(*gap.shape[:-2], -1)
        return np.concatenate([flat.real, flat.imag], axis=-1)

    def _jacobian(self, v: Reals, c: Complexes) -> Reals:
        """Return the residual's derivative, (..., 2 E outputs, parameters), real parts first."""
        half = np.einsum("eab,...jb->...jea", self.forms, v)
        value = np.einsum("...jea,...ja->...ej", half, v)
        parts = (
            2 * np.einsum("...jea,...jo->...eoja", half, c),
            np.einsum("...ej,mo->...eojm", value, self.basis),
        )
        rows = (*v.shape[:-2], self.target.size, -1)
        whole = np.concatenate([x.reshape(rows) for x in parts], axis=-1)
        return np.concatenate([whole.real, whole.imag], axis=-2)


def _times(matrix: Reals, x: Any) -> Reals:
    product: Reals = (matrix @ x[..., None])[..., 0]
    return product


def least(v: Reals | Complexes, c: Complexes) -> tuple[Any, Complexes]:
    """Return nodes ``(s v, c / s^2)`` of least norm; shapes (..., n, r) and (..., n, outputs)."""
    inputs, output = np.linalg.norm(v, axis=-1) / np.sqrt(2), np.linalg.norm(c, axis=-1)
    good = (inputs > 0) & (output > 0)
    s = np.where(good, np.cbrt(output / np.where(good, inputs, 1.0)), 1.0)[..., None]
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
