"""The weights of a file as functions on a group: the group asked for, named, or cyclic."""

from __future__ import annotations

from pathlib import Path

from algebra.group import AbelianGroup, isomorphism_types
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
    asked = None if group is None else _group(group, path)
    network = read_weights(path, normalised=normalised, order=asked and asked.order)
    d = len(network.layerc)
    chosen = asked or _group(network.metadata.get("group", f"Z{d}"), path)
    if chosen.order != d:
        raise WeightFileError(
            f"{path}: {chosen} has order {chosen.order}, and the weights have d = {d}; "
            f"{_fitting(d)}"
        )
    return network.weights(chosen)


def _group(text: str, path: str | Path) -> AbelianGroup:
    try:
        return AbelianGroup(text)
    except ValueError as error:
        raise WeightFileError(f"{path}: {error}") from None


def _fitting(d: int) -> str:
    groups = [str(group) for group in isomorphism_types(d)]
    shown = ", ".join(groups[:6]) + (f", ... ({len(groups)} in all)" if len(groups) > 6 else "")
    return f"up to the order of factors, pass one of {shown}"
