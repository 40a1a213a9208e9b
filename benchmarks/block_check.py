"""Accept one-frequency blocks at the speed of array look-ups: each distinct block once.

Nodes of equal support form a block. When no two blocks reach the same entry of the function
tensor, every block is decided alone, and blocks with the same values are decided together: one
comparison of ids shows which they are. A block is decided by one homomorphism into the integers
modulo ``N = Phi_n(x)``, ``zeta_n -> x``: if the coefficients of ``R`` in ``1, zeta, ...,
zeta^(phi(n)-1)`` are at most ``L`` with ``L < x`` and ``L (x^phi(n) - 1)/(x - 1) < N``, then
``R(x) = 0 mod N`` only for ``R = 0``: the integer ``R(x)`` is smaller than ``N``, so it is 0, so
its lowest coefficient that is not 0 would be divisible by ``x``. So ``T`` is decided exactly,
without primes.

Cost of `BlockCheck.accepts`: one pass over the ids, and ``q0 m^2`` products for each distinct
block of ``q0`` nodes with ``m`` inputs. It only says yes or no; `residual` says what is wrong.
"""

from dataclasses import dataclass
from math import gcd, lcm
from typing import final

import numpy as np
from numpy.typing import NDArray
from sympy import Poly, Symbol, cyclotomic_poly

from algebra.criterion.zero_test import bound, row_classes
from algebra.groups.group import AbelianGroup
from algebra.numbers.arrays import Int64
from algebra.numbers.roots_of_unity import totient
from algebra.numbers.scalar import Scalar
from algebra.semiring.nodes import Nodes, concatenate

#: Residues and sums of products of two of them must fit into int64.
MAX_MODULUS = 1 << 30


@final
@dataclass(frozen=True, slots=True, eq=False)
class _Stack:
    """Blocks of one shape: ids (blocks, nodes * rows), inputs first; see `BlockCheck.accepts`."""

    ids: Int64
    nodes: int
    inputs: int
    outputs: int
    sums: Int64
    target: Int64


@final
@dataclass(frozen=True, slots=True, eq=False)
class BlockCheck:
    """A planned check; `accepts` makes it.

    Attributes:
        stacks: the blocks, by shape.
        residues: the image of every scalar modulo ``modulus``.
        modulus: ``N``.
        complete: whether every entry that must be 1 is reached by some block.
    """

    stacks: tuple[_Stack, ...]
    residues: Int64
    modulus: int
    complete: bool

    def accepts(self) -> bool:
        """Decide whether ``T`` is the target."""
        return self.complete and all(self._vanishes(stack) for stack in self.stacks)

    def _vanishes(self, stack: _Stack) -> bool:
        ids = stack.ids
        if len(ids) > 1:
            ids = ids[:1] if (ids == ids[0]).all() else ids[row_classes(ids)[1]]
        values = self.residues[ids].reshape(len(ids), stack.nodes, -1)
        inputs, outputs = values[:, :, : stack.inputs], values[:, :, stack.inputs :]
        for i in range(stack.outputs):
            weighted = inputs * outputs[:, :, i : i + 1] % self.modulus
            products = weighted.transpose(0, 2, 1) @ inputs % self.modulus
            sums = products.reshape(len(ids), -1) @ stack.sums[i]
            if ((sums - stack.target[i]) % self.modulus).any():
                return False
        return True


def block_check(nodes: Nodes, target: Int64) -> BlockCheck | None:
    """Return the planned check, or None where it does not apply.

    It applies to elements over a group without free parameters whose blocks do not meet in an
    entry of ``T``, in a field small enough for ``N`` to fit.

    Args:
        nodes: expanded nodes.
        target: the keys at which ``T`` must be 1, ``k <= -k``.
    """
    group = nodes.spectrum
    if not isinstance(group, AbelianGroup) or any(x.parameters for x in nodes.value.scalars):
        return None
    if not len(target) or target[0] % group.order:
        nodes = _without_constant_outputs(nodes)
    field = lcm(*(x.field for x in nodes.value.scalars))
    limit, scale = bound(nodes)
    if totient(field) * (2 * limit).bit_length() > MAX_MODULUS.bit_length():
        return None
    x, modulus = _packing(field, limit, scale)
    if modulus > MAX_MODULUS or gcd(scale, modulus) != 1:
        return None
    both = concatenate([nodes.value, nodes.value.map(Scalar.conjugate)])
    residues = np.array([_image(y, field, x, modulus) for y in both.scalars] or [0], dtype=np.int64)
    blocks = _blocks(nodes, group, both.ids)
    return _stacked(blocks, group, residues, modulus, target)


def _without_constant_outputs(nodes: Nodes) -> Nodes:
    """Drop the entries ``c_0``: a constant over outputs is free."""
    keep = nodes.row != 2 * nodes.spectrum.order
    return Nodes(
        nodes.spectrum, nodes.order, nodes.node[keep], nodes.row[keep], nodes.value[keep].compact()
    )


def _image(y: Scalar, field: int, x: int, modulus: int) -> int:
    """Return the image of a scalar under ``zeta_field -> x`` modulo ``modulus``."""
    total = 0
    for q, e, _ in y.terms():
        power = pow(x, e * (field // y.field), modulus)
        total += q.numerator * pow(q.denominator, -1, modulus) * power
    return total % modulus


@final
@dataclass(frozen=True, slots=True, eq=False)
class _Block:
    """Nodes of equal support: frequencies of a, b (all) and c (one of each pair), and ids."""

    a: tuple[int, ...]
    b: tuple[int, ...]
    c: tuple[int, ...]
    ids: NDArray[np.int64]


def _packing(field: int, limit: int, scale: int = 1) -> tuple[int, int]:
    """Return ``(x, Phi_n(x))`` with ``x`` a power of 2, for sums of at most ``limit`` roots.

    ``Phi_n(x)`` is coprime to ``scale``, so that denominators are invertible, if some ``x`` up to
    four times the least one allows it.

    Rewriting one root in ``1, zeta, ..., zeta^(phi - 1)`` has coefficients of modulus at most
    ``height``, found by rewriting all of them.
    """
    phi = [int(u) for u in reversed(Poly(cyclotomic_poly(field, Symbol("x"))).all_coeffs())]
    degree = len(phi) - 1
    power, height = [1] + [0] * (degree - 1), 1
    for _ in range(field):
        top = power[-1]
        power = [u - top * v for u, v in zip([0, *power[:-1]], phi[:-1], strict=True)]
        height = max(height, *(abs(u) for u in power))
    largest = height * limit
    x = 2
    fitting: list[tuple[int, int]] = []
    while len(fitting) < 3:
        modulus = sum(u * x**i for i, u in enumerate(phi))
        if largest < x and largest * (x**degree - 1) < modulus * (x - 1):
            fitting.append((x, modulus))
        x *= 2
    return next((found for found in fitting if gcd(scale, found[1]) == 1), fitting[0])


def _blocks(nodes: Nodes, group: AbelianGroup, both: Int64) -> list[_Block]:
    """Group nodes by support."""
    size = group.order
    row, count = nodes.row, len(nodes)
    other = (row // size) * size + group.negate(row % size)
    start = np.searchsorted(nodes.node, np.arange(nodes.order + 1)).tolist()
    members: dict[bytes, list[int]] = {}
    for j in range(nodes.order):
        members.setdefault(row[start[j] : start[j + 1]].tobytes(), []).append(j)
    found = []
    for support, js in members.items():
        stored = np.frombuffer(support, dtype=np.int64)
        kinds = stored // size
        first = np.array([start[j] for j in js])[:, None]
        columns: list[Int64] = []
        frequencies: list[tuple[int, ...]] = []
        for p in range(3):
            at = np.flatnonzero(kinds == p)
            ids = both[first + at]
            ks = stored[at] % size
            if p < 2:
                conj = other[start[js[0]] + at] % size
                paired = conj != ks
                ids = np.concatenate([ids, both[count + first + at[paired]]], axis=1)
                ks = np.concatenate([ks, conj[paired]])
            columns.append(ids)
            frequencies.append(tuple(ks.tolist()))
        a, b, c = frequencies
        found.append(_Block(a, b, c, np.concatenate(columns, axis=1)))
    return found


def _keys(block: _Block, group: AbelianGroup) -> list[int]:
    """Return, for each output and each ordered pair of inputs, the key its product adds to.

    ``2 T`` is the sum over ordered pairs: ``a b`` and ``b a`` at ``(k1, k2, k)``, ``a a`` at
    ``(k' + k'', 0, k)``, ``b b`` at ``(0, k' + k'', k)``.
    """
    d = group.order
    inputs = np.array(block.a + block.b, dtype=np.int64)
    is_a = np.arange(len(inputs)) < len(block.a)
    x, y = inputs[:, None], inputs[None, :]
    both = is_a[:, None] & is_a[None, :]
    neither = ~is_a[:, None] & ~is_a[None, :]
    total = group.add(*np.broadcast_arrays(x, y))
    first = np.where(both, total, np.where(neither, 0, np.where(is_a[:, None], x, y)))
    second = np.where(both, 0, np.where(neither, total, np.where(is_a[:, None], y, x)))
    pairs = ((first * d + second) * d).ravel()
    keys: list[int] = (np.array(block.c)[:, None] + pairs).ravel().tolist()
    return keys


def _stacked(
    blocks: list[_Block], group: AbelianGroup, residues: Int64, modulus: int, target: Int64
) -> BlockCheck | None:
    """Stack blocks of one shape; None if two blocks reach the same entry of ``T``."""
    wanted = set(target.tolist())
    reached: dict[int, int] = {}
    shapes: dict[tuple[object, ...], list[Int64]] = {}
    plans: dict[tuple[object, ...], tuple[int, int, int, Int64, Int64]] = {}
    for number, block in enumerate(blocks):
        m, outputs = len(block.a) + len(block.b), len(block.c)
        if not m or not outputs:
            continue
        if len(block.ids) * modulus * modulus >= 2**63 or m * m * 2 * modulus >= 2**63:
            return None
        classes: dict[int, int] = {}
        pattern = [classes.setdefault(key, len(classes)) for key in _keys(block, group)]
        for key in classes:
            if reached.setdefault(key, number) != number:
                return None
        ones = tuple(key in wanted for key in classes)
        shape = (len(block.ids), len(block.a), len(block.b), outputs, tuple(pattern), ones)
        if shape not in plans:
            sums = np.zeros((outputs, m * m, len(classes)), dtype=np.int64)
            goal = np.zeros((outputs, len(classes)), dtype=np.int64)
            for position, index in enumerate(pattern):
                sums[position // (m * m), position % (m * m), index] = 1
            for i in range(outputs):
                goal[i] = [2 * one for one in ones]
                goal[i][~sums[i].any(axis=0)] = 0
            plans[shape] = (len(block.ids), m, outputs, sums, goal)
            shapes[shape] = []
        shapes[shape].append(block.ids.ravel())
    free = target[~np.isin(target, np.array(list(reached), dtype=np.int64))]
    stacks = tuple(
        _Stack(np.stack(shapes[shape]), nodes, m, outputs, sums, goal)
        for shape, (nodes, m, outputs, sums, goal) in plans.items()
    )
    return BlockCheck(stacks, residues, modulus, not len(free))
