"""The weights of a file as functions on a group: the group asked for, named, or cyclic."""

from __future__ import annotations

from itertools import product
from pathlib import Path

from algebra.group import AbelianGroup
from numeric.embed import Weights
from numeric.weight_files import WeightFileError, read_weights


def weights_over(
    path: str | Path, *, group: str | None = None, normalised: bool = False
) -> Weights:
    """Return the weights in a file, over a group.

    Args:
        path: a file that `read_weights` reads.
        group: such as ``"Z2xZ4"``; by default the group that the file names, else the cyclic
            one: a file of bare tensors does not say how its rows are numbered.
        normalised: whether the network multiplies its output by ``1 / 2d``; no file says it.

    Raises:
        WeightFileError: if the file cannot be read, or the group has another order than the
            weights; the message lists the groups that would do.
        ValueError: if the text names no group.

    >>> from tempfile import TemporaryDirectory
    >>> from algebra import optimizers
    >>> from numeric import embed, write_weights
    >>> with TemporaryDirectory() as folder:
    ...     write_weights(f"{folder}/w.npz", embed(optimizers.order9(AbelianGroup("Z2xZ4"))))
    ...     weights_over(f"{folder}/w.npz").group
    AbelianGroup('Z2xZ4')
    """
    network = read_weights(path, normalised=normalised)
    d = len(network.layerc)
    if group is None:
        group = network.metadata.get("group", f"Z{d}")
    try:
        chosen = AbelianGroup(group)
    except ValueError as error:
        raise WeightFileError(f"{path}: {error}; {_fitting(d)}") from None
    if chosen.order != d:
        raise WeightFileError(
            f"{path}: {chosen} has order {chosen.order}, and the weights have d = {d}; "
            f"{_fitting(d)}"
        )
    return network.weights(chosen)


def groups_of_order(d: int) -> list[str]:
    """Return the Abelian groups of order ``d`` up to isomorphism, the cyclic one first.

    By invariant factors: for each prime a partition of its exponent.

    >>> groups_of_order(8), groups_of_order(12)
    (['Z8', 'Z2xZ4', 'Z2xZ2xZ2'], ['Z12', 'Z2xZ6'])
    """
    from sympy import factorint
    from sympy.utilities.iterables import partitions

    choices = []
    for p, e in factorint(d).items():
        parts = [
            sorted((n for n, times in x.items() for _ in range(times)), reverse=True)
            for x in (dict(y) for y in partitions(int(e)))
        ]
        choices.append([[int(p) ** n for n in x] for x in sorted(parts, key=lambda x: (len(x), x))])
    groups = []
    for chosen in product(*choices):
        factors = [1] * max((len(x) for x in chosen), default=1)
        for x in chosen:
            for i, n in enumerate(x):
                factors[i] *= n
        groups.append("x".join(f"Z{n}" for n in reversed(factors)))
    return groups


def _fitting(d: int) -> str:
    groups = groups_of_order(d)
    shown = ", ".join(groups[:6]) + (f", ... ({len(groups)} in all)" if len(groups) > 6 else "")
    return f"up to the order of factors, pass one of {shown}"
