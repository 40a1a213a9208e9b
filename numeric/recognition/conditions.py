"""The conditions that nodes of few frequencies meet, and the nearest nodes that meet them.

For nodes that read the frequencies ``reads`` and perhaps a constant, write the inputs of a node as
the real vector ``v = (g/2, Re a_k, Im a_k, Re b_k, Im b_k, ...)``, ``g = a_0 + b_0`` the constant
part. Each ``T[k1,k2,k]`` is then linear in ``X_k = sum_j c_k v v^T``:

    T[k1,k2,k] = <Q(k1,k2), X_k>      with a complex symmetric matrix Q(k1,k2),

and the conditions are ``<Q(k1,k2), X_k> = [k1 = k2 = k]`` for all ``(k1, k2)`` but ``(0, 0)``,
which a carrier may cancel. Which of them coincide is decided by the multiples of ``k`` that are
equal, so for one frequency by the order of the character: `character_conditions`.

Source: docs/theory/narrow.md, "All blocks, by the order of the character".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import final

import numpy as np

from algebra.groups.group import AbelianGroup
from algebra.numbers.arrays import Complexes, Reals

#: Steps of Gauss-Newton, and the largest residual that counts as zero at their end.
STEPS, ZERO = 12, 1e-9
#: Characters of this order and above have no multiples that coincide where it matters.
GENERIC = 5


@final
@dataclass(frozen=True, slots=True, eq=False)
class Conditions:
    """The conditions on nodes that read the given frequencies, which are the outputs as well.

    ``keys`` are the ``(k1, k2)`` of each form, ``forms`` the ``Q``, shape (E, r, r), ``target`` is
    1 where ``k1 = k2 = k``, shape (E, outputs); ``real`` says which outputs are real characters.
    """

    group: AbelianGroup
    reads: tuple[int, ...]
    constant: bool
    keys: tuple[tuple[int, int], ...]
    forms: Complexes
    target: Reals
    real: tuple[bool, ...]

    def inputs(self, z: Complexes) -> Reals:
        """Return ``v`` of nodes with spectral coordinates (..., 3, d, n): shape (..., n, r)."""
        parts = [(z[..., 0, 0, :] + z[..., 1, 0, :]).real / 2] if self.constant else []
        for k, real in zip(self.reads, self.real, strict=True):
            for row in (0, 1):
                x = z[..., row, k, :]
                parts += [x.real] if real else [x.real, x.imag]
        return np.stack(parts, axis=-1)

    def outputs(self, z: Complexes) -> Complexes:
        """Return ``c`` at the frequencies: shape (..., n, outputs)."""
        return np.stack([z[..., 2, k, :] for k in self.reads], axis=-1)

    def residual(self, v: Reals, c: Complexes) -> Complexes:
        """Return ``T - target``, shape (..., E, outputs)."""
        values = np.einsum("eab,...ja,...jb->...je", self.forms, v, v, optimize=True)
        gaps: Complexes = np.einsum("...je,...jo->...eo", values, c) - self.target
        return gaps

    def nearest(self, v: Reals, c: Complexes) -> tuple[Reals, Complexes, Reals]:
        """Return nearby nodes that meet all conditions, and ``|x - x0| / |x|``, or infinity.

        Gauss-Newton towards the nearest point, ``x <- x0 - J^+ (F(x) + J (x0 - x))``; all
        frequencies at once, of nodes scaled to their least norm: (F, n, r) and (F, n, outputs).

        >>> a = np.array([3 - 1j, 3 + 1j, 1 - 3j]) + 0.02        # the short block of order 4
        >>> b, c = a * [1, 1, -1], np.array([(3 + 4j) / 96, -1j / 24, 1 / 32])
        >>> v = np.stack([a.real, a.imag, b.real, b.imag], axis=-1)
        >>> near = character_conditions(4).nearest(v[None], c[None, :, None])
        >>> 0 < near[2][0] < 0.02, np.abs(character_conditions(4).residual(*near[:2])).max() < 1e-9
        (np.True_, np.True_)
        """
        v0, c0, x = v, c, self._flat(v, c)
        x0 = x
        with np.errstate(all="ignore"):
            for _ in range(STEPS):
                gap = self.residual(v, c)
                jacobian = self._jacobian(v, c)
                right = self._stacked(gap) + np.einsum("fen,fn->fe", jacobian, x0 - x)
                gram = jacobian @ jacobian.swapaxes(1, 2)
                size = np.trace(gram, axis1=1, axis2=2)[:, None, None]
                damped = gram + 1e-12 * np.where(np.isfinite(size), size, 1) * np.eye(len(gram[0]))
                good = np.isfinite(damped).all(axis=(1, 2))
                damped[~good] = np.eye(len(gram[0]))
                solved = np.linalg.solve(damped, right[..., None])
                x = x0 - (jacobian.swapaxes(1, 2) @ solved)[..., 0]
                v, c = self._parts(x, v0.shape[1])
            worst = np.abs(self.residual(v, c)).max(axis=(1, 2), initial=0)
            distance = np.linalg.norm(x - x0, axis=1) / np.linalg.norm(x, axis=1)
        found = worst < ZERO
        v, c = np.where(found[:, None, None], v, v0), np.where(found[:, None, None], c, c0)
        return v, c, np.where(found, distance, np.inf)

    def _stacked(self, gap: Complexes) -> Reals:
        flat = gap.reshape(len(gap), -1)
        return np.concatenate([flat.real, flat.imag], axis=1)

    def _flat(self, v: Reals, c: Complexes) -> Reals:
        parts = [v.reshape(len(v), -1), c.real.reshape(len(v), -1)]
        turned = [o for o, real in enumerate(self.real) if not real]
        return np.concatenate([*parts, c.imag[:, :, turned].reshape(len(v), -1)], axis=1)

    def _parts(self, x: Reals, n: int) -> tuple[Reals, Complexes]:
        r, o = self.forms.shape[1], len(self.reads)
        turned = [i for i, real in enumerate(self.real) if not real]
        v = x[:, : n * r].reshape(len(x), n, r)
        c = x[:, n * r : n * (r + o)].reshape(len(x), n, o).astype(np.complex128)
        c[:, :, turned] += 1j * x[:, n * (r + o) :].reshape(len(x), n, len(turned))
        return v, c

    def _jacobian(self, v: Reals, c: Complexes) -> Reals:
        """Return the derivative of the stacked residual, shape (F, 2 E outputs, parameters)."""
        count, n, _ = v.shape
        e, o = len(self.forms), len(self.reads)
        turned = [i for i, real in enumerate(self.real) if not real]
        half = np.einsum("eab,fjb->fjea", self.forms, v)
        by_input = 2 * np.einsum("fjea,fjo->feoja", half, c).reshape(count, e * o, -1)
        value = np.einsum("fjea,fja->fej", half, v)
        by_output = np.einsum("fej,op->feojp", value, np.eye(o))
        plain = by_output.reshape(count, e * o, n * o)
        rotated = 1j * by_output[..., turned].reshape(count, e * o, -1)
        whole = np.concatenate([by_input, plain, rotated], axis=2)
        return np.concatenate([whole.real, whole.imag], axis=1)


def least(v: Reals, c: Complexes) -> tuple[Reals, Complexes]:
    """Return nodes scaled to their least norm; shapes (n, r) and (n, outputs)."""
    inputs = np.sqrt((v**2).sum(axis=1) / 2)
    s = np.cbrt(np.linalg.norm(c, axis=1) / np.maximum(inputs, 1e-300))[:, None]
    return v * s, c / np.maximum(s, 1e-300) ** 2


def conditions(group: AbelianGroup, reads: Sequence[int], *, constant: bool) -> Conditions:
    """Return the conditions on nodes that read frequencies, of each ``{k, -k}`` one, or a constant.

    >>> G = AbelianGroup("Z5")
    >>> [len(conditions(G, ks, constant=c).keys) for ks, c in (((1,), False), ((1, 2), True))]
    [8, 24]
    """
    negative = [group.negate(k) for k in reads]
    real = tuple(m == k for k, m in zip(reads, negative, strict=True))
    size = constant + sum(2 if x else 4 for x in real)
    rows: list[dict[int, Complexes]] = [{}, {}]
    at = 0
    if constant:
        rows[0][0] = 2 * np.eye(size)[0].astype(np.complex128)
        at = 1
    for k, minus, is_real in zip(reads, negative, real, strict=True):
        for row in rows:
            x = np.eye(size)[at].astype(np.complex128)
            if not is_real:
                x = x + 1j * np.eye(size)[at + 1]
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
    return Conditions(group, tuple(reads), constant, keys, stacked, target, real)


@cache
def character_conditions(order: int) -> Conditions:
    """Return the conditions of one character of this order, with constant parts if it is 3.

    For all other orders a constant part only adds conditions.

    >>> [len(character_conditions(n).keys) for n in (2, 3, 4, 5, 12)]
    [1, 8, 6, 8, 8]
    """
    modulus = order if order < GENERIC else 7
    return conditions(AbelianGroup(f"Z{modulus}"), (1,), constant=order == 3)
