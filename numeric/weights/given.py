"""The weights of whatever is given as a network: a file, a ``state_dict``, a module, arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, Unpack, final

import numpy as np

from algebra.groups.finite_group import FiniteGroup
from algebra.groups.group import AbelianGroup, isomorphism_types
from algebra.groups.group_names import group as group_of, multiplication, named_group
from algebra.groups.isotopy import Isotopy, NotIsotopicError, Table, isomorphic
from algebra.groups.operation import by_table, operation as described
from algebra.numbers.arrays import Int64
from numeric.operations.identify import FITS, Identified, identify, multiplication_near
from numeric.weights.arrays.choice import Choice, network_in
from numeric.weights.arrays.stored import stored_of
from numeric.weights.files import read_weights
from numeric.weights.plain_network import (
    TwoLayer,
    WeightFileError,
    Weights,
    checked_activation,
    plain_network,
)

if TYPE_CHECKING:
    from torch.nn import Module

#: Up to this order a table of answers is tried for the multiplication of a group.
MAX_PRODUCT = 250


@final
@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """What was given as a network, read: as it was stored, and as weights over a group such that it
    adds; what it computes, if that is not ``x + y``, or is over a group that is not Abelian: then
    the weights are as stored, over the cyclic group; whether somebody said that outputs are
    multiplied by 1/2d.
    """

    network: TwoLayer
    weights: Weights
    notes: tuple[str, ...] = ()
    operation: Isotopy | None = None
    normalised: bool = False

    @property
    def over_a_table(self) -> bool:
        """Whether the weights are as stored, and the operation is none over an Abelian group."""
        return self.operation is not None and not isinstance(self.operation.group, AbelianGroup)


Given: TypeAlias = (
    "str | Path | Reading | Weights | TwoLayer | Mapping[str, Any] | list[Any] |"
    "tuple[Any, ...] | Module"
)


class How(Choice, total=False):
    """How to read what is given, where it leaves a choice: the arguments of `reading`."""

    group: AbelianGroup | FiniteGroup | str | None
    operation: Described | None


def reading(given: Given, **how: Unpack[How]) -> Reading:
    """Return a network as it is stored, and its weights over a group.

    Args:
        given: a file of weights; arrays or tensors by name, as ``model.state_dict()`` has them, or
            in a list; a ``torch.nn.Module``; a plain network; weights, or a reading.
        group: such as ``"Z2xZ4"``, or ``"S4"``, which stays if its order is that of the weights; by
            default that of the file, else the cyclic one, or whatever group the answers are of.
        operation: such as ``"x - y"``; by default what the answers are.
        layout: such as ``"(q,2d) (d,q)"``, the shapes of the matrices in the order in which they
            act; by default the one that answers an operation.
        keys: their names in this order, or one name above all of them, such as ``"ema_model"``.
        activation: ``"square"``, ``"relu"``, ``"abs"`` or ``"power:n"`` of the hidden nodes.
        normalised: whether the network multiplies its output by ``1 / 2d``.
    """
    if isinstance(given, Reading):
        if how:
            raise ValueError(f"{', '.join(how)}: this has been read; leave out how to read it")
        return given
    where = f"{given}: " if isinstance(given, (str, Path)) else ""
    group, operation = how.pop("group", None), how.pop("operation", None)
    try:
        named = group_of(group) if isinstance(group, str) else group
    except ValueError as error:
        raise WeightFileError(f"{where}{error}") from None
    if isinstance(given, Weights):
        if how.get("normalised") or operation is not None or named not in (None, given.group):
            raise ValueError(
                f"these are weights over {given.group} without 1/2d; leave out group, operation "
                f"and normalised"
            )
        activation = checked_activation(how.get("activation", "square"))
        return Reading(replace(plain_network(given), activation=activation), given)
    choice: Any = {"order": None if named is None else named.order, **how}
    if isinstance(given, (str, Path)):
        network = read_weights(given, **choice)
    elif isinstance(given, TwoLayer):
        network = network_in(stored_of(given.state()), given.metadata, **choice)
    elif isinstance(given, Mapping | list | tuple):
        network = network_in(stored_of(given), {}, **choice)
    elif callable(getattr(given, "state_dict", None)):
        network = network_in(stored_of(given.state_dict()), {}, **choice)
    else:
        raise TypeError(
            f"given={type(given).__name__}: pass a path, a state_dict, a module, arrays by name, "
            f"a TwoLayer or Weights"
        )
    if named is None and "group" in network.metadata:
        try:
            named = named_group(network.metadata["group"])
        except ValueError as error:
            raise WeightFileError(f"{where}{error}") from None
    normalised = how.get("normalised", False)
    if isinstance(named, FiniteGroup):
        if operation is not None:
            raise WeightFileError(f"{where}group={named}: leave out the operation, it is x*y")
        if {network.inputs, network.outputs} != {named.order}:
            raise WeightFileError(
                f"{where}{named}: the weights have {network.inputs} inputs and "
                f"{network.outputs} outputs"
            )
        w = network.weights(AbelianGroup(named.order))
        return Reading(network, w, network.notes, multiplication(named), normalised)
    try:
        read = over_a_group(network, group=named, asked=group is not None, operation=operation)
    except NotIsotopicError as error:
        square = network.inputs == network.outputs
        if operation is None or isinstance(operation, Isotopy) or not square:
            raise
        if group is not None:
            raise NotIsotopicError(f"{error}; leave out the group") from None
        found = by_table(operation, network.inputs)
        w = network.weights(AbelianGroup(network.inputs))
        read = Reading(network, w, (f"compared with {found.name}, as asked",), found)
    except WeightFileError as error:
        raise WeightFileError(f"{where}{error}") from None
    return replace(read, notes=(*network.notes, *read.notes), normalised=normalised)


Described: TypeAlias = Isotopy | str | Path | Table | Sequence[Sequence[int]]
#: Inputs up to which all pairs are looked at; pairs that are drawn of more.
ALL, DRAWN = 256, 1 << 13


def relabelled(network: TwoLayer, found: Isotopy) -> TwoLayer:
    """Return the network with rows in the order of the group: then it adds as ``found`` says."""
    x, y, g = found.places()
    return replace(
        network,
        first=(network.first[0][x], *network.first[1:]),
        second=(network.second[0][y], *network.second[1:]),
        last=(*network.last[:-1], network.last[-1][:, g]),
        output_bias=None if network.output_bias is None else network.output_bias[g],
        metadata={**network.metadata, "group": str(found.group)},
    )


def over_a_group(
    network: TwoLayer,
    *,
    group: AbelianGroup | None = None,
    asked: bool = False,
    operation: Described | None = None,
) -> Reading:
    """Return a network read such that it adds, or as it is if its answers are those of a table;
    notes are of its operation alone; a group that somebody ``asked`` for stays.
    """

    def read(over: AbelianGroup, *notes: str, by: Isotopy | None = None) -> Reading:
        adds = network if by is None else relabelled(network, by)
        return Reading(network, adds.weights(over), notes, by)

    d, sizes = network.inputs, {network.inputs, network.outputs}
    if operation is not None:
        if not isinstance(operation, Isotopy):
            operation = described(operation, min(sizes), group=group)
        return read(operation.group, f"relabelled for {operation.name}, as asked", by=operation)
    expected = group or AbelianGroup(d)
    if sizes == {expected.order} and d > ALL and _adds(network, expected):
        return read(expected)
    table = network.table()
    found = identify(table, group, outputs=network.outputs)
    fits = found.isotopy is not None and (group is None or found.isotopy.group.order == group.order)
    if not fits and sizes != {expected.order}:
        sized = f"{expected} has order {expected.order}, and the weights have d = {d}"
        if sizes == {d}:
            raise WeightFileError(f"{sized}; {_fitting(d)}")
        raise WeightFileError(
            f"{sized} and {network.outputs} outputs, and no operation on some of them is nearly "
            f"answered; pass one, such as operation='x + y over Z{min(sizes)}'"
        )
    if found.isotopy is None:
        by = _of_a_table(table, found) if sizes == {d} and d <= MAX_PRODUCT else None
        said = str(found)
        if by is not None:
            right = int((by.table() == table).sum())
            said = f"it answers {right} of {table.size} pairs as {by.name}"
            if asked:
                by, said = None, f"{said}; {expected} was asked for"
        return Reading(network, network.weights(expected), (said,), by)
    over, said = found.isotopy.group, str(found)
    if group is not None and not isomorphic(over, group):
        if asked and sizes == {group.order}:
            return read(group, f"{said}; {group} was asked for")
        said += f"; {group} was expected"
    if found.isotopy.is_addition:
        return read(over) if over == expected else read(over, said)
    return read(over, said, by=found.isotopy)


def _of_a_table(table: Int64, found: Identified) -> Isotopy | None:
    """Return the multiplication with which most answers agree, or the polynomial with a name."""
    over, best = multiplication_near(table), found.named[0]
    if over is None and best.accuracy >= FITS:
        with suppress(ValueError):
            return by_table(best.name, len(table))
    return over


def _adds(network: TwoLayer, group: AbelianGroup) -> bool:
    """Return whether all of some pairs are answered by their sum."""
    x, y = np.random.default_rng(0).integers(0, group.order, (2, DRAWN))
    return bool((network.answers(x, y) == group.add(x, y)).all())


def _fitting(d: int) -> str:
    groups = [str(group) for group in isomorphism_types(d)]
    shown = ", ".join(groups[:6]) + (f", ... ({len(groups)} in all)" if len(groups) > 6 else "")
    return f"up to the order of factors, pass one of {shown}"
