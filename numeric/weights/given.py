"""The weights of whatever is given as a network: a file, a ``state_dict``, a module, arrays."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeAlias, TypedDict, Unpack, final

from algebra.groups.finite_group import FiniteGroup
from algebra.groups.group import AbelianGroup
from algebra.groups.group_names import group as group_of, named_group
from algebra.groups.isotopy import Isotopy
from algebra.groups.multiplication import Multiplication, multiplication, multiplication_of
from numeric.weights.arrays.choice import network_in
from numeric.weights.arrays.stored import stored_of
from numeric.weights.embed import Weights
from numeric.weights.files import read_network
from numeric.weights.plain_network import PlainNetwork, WeightFileError, plain_network
from numeric.weights.relabelled import Described, answers, over_a_group
from numeric.weights.two_layer import TwoLayer, checked_activation

#: Up to this order a table of answers is tried for the multiplication of a group.
MAX_PRODUCT = 250


class Module(Protocol):
    """What has a ``state_dict``, such as ``torch.nn.Module``."""

    @property
    def state_dict(self) -> Callable[..., Mapping[str, Any]]:
        """Its tensors by name."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """What was given as a network, read.

    Args:
        network: as it was stored.
        weights: over the group, such that the task is its addition.
        notes: what was found, a sentence each.
        operation: what it computes, None if it is ``x + y`` with the group's own numbering.
        multiplication: what it computes, if that is over a group that is not Abelian; the weights
            are then as they were stored, over the cyclic group of this order.
        normalised: whether its outputs are multiplied by ``1 / 2d`` because somebody said so.
    """

    network: TwoLayer
    weights: Weights
    notes: tuple[str, ...] = ()
    operation: Isotopy | None = None
    normalised: bool = False
    multiplication: Multiplication | None = None

    def require_abelian(self, verb: str) -> None:
        """Refuse a network over a group that is not Abelian."""
        if self.multiplication is not None:
            raise WeightFileError(
                f"{verb}: the network is over {self.multiplication.group}, which is not Abelian; "
                f"cogo recognise and cogo verify say what it holds, and what is proved of it"
            )


Given: TypeAlias = str | Path | Reading | Weights | PlainNetwork | Mapping[str, Any] | Module


class How(TypedDict, total=False):
    """How to read what is given, where it leaves a choice: the arguments of `reading`."""

    group: AbelianGroup | FiniteGroup | str | None
    operation: Described | None
    layout: str | None
    keys: str | Sequence[str] | None
    activation: str
    normalised: bool


def reading(given: Given, **how: Unpack[How]) -> Reading:
    """Return a network as it is stored, and its weights over a group.

    Args:
        given: a file of weights; arrays or tensors by name, as ``model.state_dict()`` has them; a
            ``torch.nn.Module``; a plain network; weights, or a reading, which stay as they are.
        group: such as ``"Z2xZ4"``, or ``"S4"``; by default the group that the file names, else the
            cyclic one, and if the answers are none of its sums, whatever group they are of. One
            that is asked for stays, if its order is that of the weights.
        operation: such as ``"x - y"``, as `algebra.groups.operation.operation` reads it; by default
            what the answers are.
        layout: such as ``"(q,2d) (d,q)"``, where shapes leave a choice: the shapes of the matrices
            in the order in which they act, of `numeric.weights.arrays.layouts`.
        keys: their names in this order, or one name above all of them, such as ``"ema_model"``.
        activation: ``"square"``, ``"relu"``, ``"abs"`` or ``"power:n"``; no file says it.
        normalised: whether the network multiplies its output by ``1 / 2d``; no file says it.

    Raises:
        WeightFileError: if the file cannot be read, arrays are not those of the network, or the
            group has another order than the weights; the message lists the groups that would do.
        TypeError: for anything else that is given.

    >>> from algebra import optimizers
    >>> from numeric import embed, plain_network
    >>> network = plain_network(embed(optimizers.nine_per_frequency(AbelianGroup("Z2xZ4"))))
    >>> reading(network).weights.group, reading(network.state(), group="Z2xZ4").weights.group
    (AbelianGroup('Z2xZ4'), AbelianGroup('Z2xZ4'))
    """
    if isinstance(given, Reading):
        if how:
            raise ValueError(f"{', '.join(how)}: this has been read; leave out how to read it")
        return given
    return _read(given, **how)


def _read(
    given: str | Path | Weights | PlainNetwork | Mapping[str, Any] | Module,
    *,
    group: AbelianGroup | FiniteGroup | str | None = None,
    operation: Described | None = None,
    layout: str | None = None,
    keys: str | Sequence[str] | None = None,
    activation: str = "square",
    normalised: bool = False,
) -> Reading:
    where = f"{given}: " if isinstance(given, (str, Path)) else ""
    named = None if group is None else _group(group, where)
    activation = checked_activation(activation)
    if isinstance(given, Weights):
        if normalised or operation is not None or named not in (None, given.group):
            raise ValueError(
                f"these are weights over {given.group} without 1/2d; leave out group, operation "
                f"and normalised"
            )
        plain = plain_network(given)
        layers = plain.layera.T, plain.layerb.T, plain.layerc.T
        first, second, last = ((x,) for x in layers)
        return Reading(TwoLayer(first, second, last, activation=activation), given)
    options: Any = {
        "order": None if named is None else named.order,
        "layout": layout,
        "keys": keys,
        "activation": activation,
        "normalised": normalised,
    }
    if isinstance(given, (str, Path)):
        network = read_network(given, **options)
    elif isinstance(given, PlainNetwork):
        network = network_in(stored_of(given.state()), given.metadata, **options)
    elif isinstance(given, Mapping):
        network = network_in(stored_of(given), {}, **options)
    elif callable(getattr(given, "state_dict", None)):
        network = network_in(stored_of(given.state_dict()), {}, **options)
    else:
        raise TypeError(
            f"given={type(given).__name__}: pass a path, a state_dict, a module, arrays by name, "
            f"a PlainNetwork or Weights"
        )
    if named is None and "group" in network.metadata:
        try:
            named = named_group(network.metadata["group"])
        except ValueError as error:
            raise WeightFileError(f"{where}{error}") from None
    if isinstance(named, FiniteGroup):
        return _over(named, network, operation, where)
    try:
        w, found, said = over_a_group(
            network, group=named, asked=group is not None, operation=operation
        )
    except WeightFileError as error:
        raise WeightFileError(f"{where}{error}") from None
    product = None
    if found is None and said and network.inputs == network.outputs <= MAX_PRODUCT:
        product = multiplication_of(answers(network))
        if product is not None:
            said = (f"it answers all {network.inputs**2} pairs as {product.name}",)
    return Reading(network, w, (*network.notes, *said), found, normalised, product)


def _over(
    group: FiniteGroup, network: TwoLayer, operation: Described | None, where: str
) -> Reading:
    """Return a network that is to multiply in a group that is not Abelian."""
    if operation is not None:
        raise WeightFileError(f"{where}group={group}: leave out the operation, it is x*y")
    if {network.inputs, network.outputs} != {group.order}:
        raise WeightFileError(
            f"{where}{group}: the weights have {network.inputs} inputs and "
            f"{network.outputs} outputs"
        )
    w = network.plain().weights(AbelianGroup(group.order))
    return Reading(network, w, network.notes, multiplication=multiplication(group))


def _group(text: AbelianGroup | FiniteGroup | str, where: str) -> AbelianGroup | FiniteGroup:
    try:
        return group_of(text) if isinstance(text, str) else text
    except ValueError as error:
        raise WeightFileError(f"{where}{error}") from None
