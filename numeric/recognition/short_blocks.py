"""Short blocks among trained nodes: how far nodes are from one, and the angles of its family.

Short blocks exist at characters of order 3, 4 and 5. At orders 3 and 4 they are members of
families with two angles. For ``u_1 u_2 u_3 = 1`` of modulus one, and for ``Sum = theta + Theta``,
up to translations

    order 3   a_j = b_j = u_j,  a_0 + b_0 = Re(u_k conj(u_l)),  c_j = (conj(u_k)^2 - conj(u_l)^2)/D
    order 4   direction of a: 90 - Theta, theta, theta - 90, of b: 90 - theta, Theta, Theta + 90,
              c: (1/sin(Sum) - i/cos(Sum))/4, i/(4 cos(Sum)), 1/(4 sin(Sum))        (degrees)

Source of these: this project; docs/theory/proofs/narrow.md.
"""

from functools import cache
from itertools import product

import numpy as np

from algebra.blocks.short import short_block
from algebra.groups.group import AbelianGroup
from algebra.numbers.arrays import Complexes, Reals
from numeric.recognition.compositions import assigned
from numeric.recognition.frequencies import Conditions, conditions, least, node_table
from numeric.weights.embed import embed

#: Copies of a short block for which the best assignment of nodes is looked for.
FEW = 4
#: A third of a turn.
THIRD = 2 * np.pi / 3


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


def distance_to_short(order: int, v: Reals, c: Complexes) -> Reals:
    """Return the relative distances of nodes to the short block of a character of order 3, 4 or 5.

    In any symmetry; inputs (F, n, r) and outputs (F, n, outputs) as `Conditions` has them.
    """
    inputs, outputs = _copies(order)
    if order == 4:  # where (t a, b/t) is the same block
        a, b = (np.linalg.norm(x, axis=2) for x in (v[..., :2], v[..., 2:]))
        t = np.exp(np.log(b / a).mean(axis=1) / 2)[:, None]
        v = v * np.repeat(np.stack([t, 1 / t], axis=2), 2, axis=2)
    v, c = least(v, c)
    agree = np.abs(np.tensordot(v, inputs, axes=(2, 2))).swapaxes(1, 2)
    agree += np.tensordot(c, outputs.conj(), axes=(2, 2)).real.swapaxes(1, 2)
    copies = agree.max(axis=3).sum(axis=2).argsort(axis=1)[:, -FEW:]
    best = np.take_along_axis(agree, copies[..., None, None], axis=1)
    places = assigned(best.reshape(-1, *best.shape[2:])).reshape(*best.shape[:2], 1, -1)
    whole = np.take_along_axis(best, places, axis=2).sum(axis=(2, 3)).max(axis=1)
    norm = float((inputs[0] ** 2).sum() + (np.abs(outputs[0]) ** 2).sum())
    away = (v**2).sum(axis=(1, 2)) + (np.abs(c) ** 2).sum(axis=(1, 2)) + norm - 2 * whole
    distances: Reals = np.sqrt(np.maximum(away, 0.0) / norm)
    return distances


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
