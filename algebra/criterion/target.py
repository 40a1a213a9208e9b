"""The two targets of the task: the sum's one-hot vector, and the same less its mean."""

from __future__ import annotations

from typing import Literal, get_args

from algebra.groups.group import AbelianGroup
from algebra.numbers.arrays import Int64

Target = Literal["projected", "onehot"]


def target_keys(group: AbelianGroup, target: Target) -> Int64:
    """Return the keys of the entries that must be 1: ``k1 = k2 = k``, ``k <= -k``.

    Raises:
        ValueError: for a target other than ``"projected"`` and ``"onehot"``.
    """
    if target not in get_args(Target):
        raise ValueError(f"target={target!r}; pass 'projected' or 'onehot'")
    k = group.representatives
    if target == "projected":
        k = k[k != 0]
    return (k * group.order + k) * group.order + k
