"""A network whose operation is an addition in disguise, relabelled so that it adds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

import numpy as np

from algebra.groups.group import AbelianGroup, isomorphism_types
from algebra.groups.isotopy import Isotopy, Table, isomorphic
from algebra.groups.operation import operation as described
from algebra.numbers.arrays import Int64
from numeric.operations.identify import identify
from numeric.weights.embed import Weights
from numeric.weights.plain_network import WeightFileError
from numeric.weights.two_layer import TwoLayer

Described: TypeAlias = Isotopy | str | Path | Table | Sequence[Sequence[int]]
#: Numbers held at once; inputs up to which all pairs are looked at; pairs that are drawn of more.
CHUNK, ALL, DRAWN = 1 << 22, 256, 1 << 13


def relabelled(network: TwoLayer, found: Isotopy) -> TwoLayer:
    """Return the network with rows in the order of the group: then it adds as ``found`` says.

    >>> one = np.eye(3)
    >>> found = described("x - y", 3)
    >>> relabelled(TwoLayer((one,), (one,), (one,)), found).second[0].tolist()
    [[1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, 1.0, 0.0]]
    """
    x, y, g = found.places()
    return replace(
        network,
        first=(network.first[0][x], *network.first[1:]),
        second=(network.second[0][y], *network.second[1:]),
        last=(*network.last[:-1], network.last[-1][:, g]),
        output_bias=None if network.output_bias is None else network.output_bias[g],
        metadata={**network.metadata, "group": str(found.group)},
    )


def answers(network: TwoLayer) -> Int64:
    """Return the index of the largest output for each pair, shape (d, d).

    >>> answers(TwoLayer((np.eye(2),), (np.eye(2),), (np.eye(2),))).tolist()
    [[0, 0], [0, 1]]
    """
    d = network.inputs
    step = max(1, CHUNK // (d * max(network.width, network.outputs)))
    found = np.empty((d, d), dtype=np.int64)
    for first in range(0, d, step):
        x, y = np.indices((min(step, d - first), d))
        with np.errstate(over="ignore", invalid="ignore"):
            outputs = network.at(first + x.ravel(), y.ravel())
        found[first : first + step] = outputs.argmax(axis=1).reshape(x.shape)
    return found


def over_a_group(
    network: TwoLayer,
    *,
    group: AbelianGroup | None = None,
    asked: bool = False,
    operation: Described | None = None,
) -> tuple[Weights, Isotopy | None, tuple[str, ...]]:
    """Return the weights of a network such that it adds, its operation, and what is to be said.

    Args:
        network: as it was stored.
        group: the group that is expected; cyclic, if None.
        asked: whether somebody asked for it: then it stays, whatever the answers are of.
        operation: what it computes, as `algebra.groups.operation.operation` reads it; by default
            what its answers are, and if they are none, the sum over the group.

    Returns:
        Weights over the group; the operation, None if it is ``x + y`` with the group's numbering;
        sentences.

    Raises:
        WeightFileError: if the group has another order than the network's numbers, and none of
            them form such a group.

    >>> from algebra import optimizers
    >>> from numeric import embed
    >>> w = embed(optimizers.nine_per_frequency(AbelianGroup("Z5")))
    >>> mirrored = w.w_b[[0, 4, 3, 2, 1]]
    >>> weights, found, notes = over_a_group(TwoLayer((w.w_a,), (mirrored,), (w.w_c.T / 10,)))
    >>> found.name, bool((weights.w_b == w.w_b).all())
    ('x - y over Z5', True)
    """
    d, sizes = network.inputs, {network.inputs, network.outputs}
    if operation is not None:
        if not isinstance(operation, Isotopy):
            operation = described(operation, min(sizes), group=group)
        given = relabelled(network, operation).plain().weights(operation.group)
        return given, operation, (f"relabelled for {operation.name}, as asked",)
    expected = group or AbelianGroup(d)
    if sizes == {expected.order} and d > ALL and _adds(network, expected):
        return network.plain().weights(expected), None, ()
    found = identify(answers(network), group, outputs=network.outputs)
    fits = found.isotopy is not None and (group is None or found.isotopy.group.order == group.order)
    if not fits and sizes != {expected.order}:
        outputs = f" and {network.outputs} outputs" if sizes != {d} else ""
        raise WeightFileError(
            f"{expected} has order {expected.order}, and the weights have d = {d}{outputs}; "
            f"{_fitting(min(sizes))}"
        )
    if found.isotopy is None:
        return network.plain().weights(expected), None, (str(found),)
    over, said = found.isotopy.group, str(found)
    if group is not None and not isomorphic(over, group):
        if asked and sizes == {group.order}:
            return network.plain().weights(group), None, (f"{said}; {group} was asked for",)
        said += f"; {group} was expected"
    if found.isotopy.is_addition:
        return network.plain().weights(over), None, () if over == expected else (said,)
    return relabelled(network, found.isotopy).plain().weights(over), found.isotopy, (said,)


def _adds(network: TwoLayer, group: AbelianGroup) -> bool:
    """Return whether all of some pairs are answered by their sum."""
    x, y = np.random.default_rng(0).integers(0, group.order, (2, DRAWN))
    step = max(1, CHUNK // max(network.width, network.outputs))
    return all(
        bool((network.at(x[i : i + step], y[i : i + step]).argmax(axis=1) == sums).all())
        for i in range(0, DRAWN, step)
        for sums in [group.add(x[i : i + step], y[i : i + step])]
    )


def _fitting(d: int) -> str:
    groups = [str(group) for group in isomorphism_types(d)]
    shown = ", ".join(groups[:6]) + (f", ... ({len(groups)} in all)" if len(groups) > 6 else "")
    return f"up to the order of factors, pass one of {shown}"
