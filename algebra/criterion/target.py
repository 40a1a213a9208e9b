"""The two targets of the task: the sum's one-hot vector, and the same less its mean."""

from typing import Literal, get_args

from algebra.groups.group import AbelianGroup
from algebra.numbers.arrays import Int64

Target = Literal["projected", "onehot"]


def as_target(text: str) -> Target:
    """Return the target that a text names."""
    if text not in get_args(Target):
        raise ValueError(f"target={text!r}; pass projected or onehot")
    return "onehot" if text == "onehot" else "projected"


def target_keys(group: AbelianGroup, target: Target) -> Int64:
    """Return the keys of the entries that must be 1: ``k1 = k2 = k``, ``k <= -k``."""
    as_target(target)
    k = group.representatives
    if target == "projected":
        k = k[k != 0]
    return (k * group.order + k) * group.order + k
