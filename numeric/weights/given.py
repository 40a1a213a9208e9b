"""The weights of whatever is given as a network: a file, a ``state_dict``, a module, arrays."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeAlias, final

import numpy as np

from algebra.groups.group import AbelianGroup, isomorphism_types
from numeric.weights.embed import Weights
from numeric.weights.files import read_weights
from numeric.weights.plain_network import (
    PlainNetwork,
    WeightFileError,
    check_header,
    known_layout,
    layers_of,
    plain_network,
)
from numeric.weights.two_layer import TwoLayer, checked_activation


class Module(Protocol):
    """What has a ``state_dict``, such as ``torch.nn.Module``."""

    @property
    def state_dict(self) -> Callable[..., Mapping[str, Any]]:
        """Its tensors by name."""


Given: TypeAlias = str | Path | Weights | PlainNetwork | Mapping[str, Any] | Module


@final
@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """What was given as a network, read.

    Args:
        network: as it was stored.
        weights: over the group, such that the task is its addition.
        notes: what was found, a sentence each.
    """

    network: TwoLayer
    weights: Weights
    notes: tuple[str, ...] = ()


def reading(
    given: Given,
    *,
    group: AbelianGroup | str | None = None,
    activation: str = "square",
    normalised: bool = False,
) -> Reading:
    """Return a network as it is stored, and its weights over a group.

    Args:
        given: a file that `numeric.weights.files.read_weights` reads; arrays or tensors by the
            names of a layout of `numeric.weights.layouts`, as ``model.state_dict()`` has them; a
            ``torch.nn.Module`` with these; a plain network; or weights, which stay as they are.
        group: such as ``"Z2xZ4"``; by default the group that the file names, else the cyclic
            one: bare tensors do not say how their rows are numbered.
        activation: ``"square"``, ``"relu"``, ``"abs"`` or ``"power:n"``; no file says it.
        normalised: whether the network multiplies its output by ``1 / 2d``; no file says it.

    Raises:
        WeightFileError: if the file cannot be read, arrays are not those of the network, or the
            group has another order than the weights; the message lists the groups that would do.
        TypeError: for anything else that is given.

    >>> from algebra import optimizers
    >>> from numeric import embed, plain_network
    >>> network = plain_network(embed(optimizers.order9(AbelianGroup("Z2xZ4"))))
    >>> reading(network).weights.group, reading(network.state(), group="Z2xZ4").weights.group
    (AbelianGroup('Z2xZ4'), AbelianGroup('Z2xZ4'))
    """
    where = f"{given}: " if isinstance(given, (str, Path)) else ""
    asked = None if group is None else _group(group, where)
    activation = checked_activation(activation)
    if isinstance(given, Weights):
        if normalised or asked not in (None, given.group):
            raise ValueError(
                f"these are weights over {given.group} without 1/2d; leave out group and normalised"
            )
        return Reading(_as_stored(plain_network(given), activation), given)
    order = None if asked is None else asked.order
    if isinstance(given, (str, Path)):
        network = read_weights(given, order=order)
    else:
        network = _network(given).oriented(order)
    d = len(network.layerc)
    chosen = asked or _group(network.metadata.get("group", f"Z{d}"), where)
    if chosen.order != d:
        raise WeightFileError(
            f"{where}{chosen} has order {chosen.order}, and the weights have d = {d}; {_fitting(d)}"
        )
    stored = _as_stored(network, activation, scale=1 / (2 * d) if normalised else 1.0)
    return Reading(stored, stored.plain().weights(chosen))


def _as_stored(network: PlainNetwork, activation: str, *, scale: float = 1.0) -> TwoLayer:
    a, b, c = network.layera.T, network.layerb.T, network.layerc.T
    return TwoLayer((a,), (b,), (c,), scale=scale, activation=activation, metadata=network.metadata)


def _network(given: PlainNetwork | Mapping[str, Any] | Module) -> PlainNetwork:
    if isinstance(given, PlainNetwork):
        return given
    if isinstance(given, Mapping):
        arrays = given
    elif callable(getattr(given, "state_dict", None)):
        arrays = given.state_dict()
    else:
        raise TypeError(
            f"given={type(given).__name__}: pass a path, a state_dict, a module, arrays by name, "
            f"a PlainNetwork or Weights"
        )
    layout = known_layout(list(map(str, arrays)))
    found = {key: _array(key, arrays[key]) for key in layout.keys}
    check_header({key: (x.shape, str(x.dtype)) for key, x in found.items()}, layout)
    return PlainNetwork(*layers_of(layout, found))


def _array(key: str, x: Any) -> Any:
    """Return an array, or a tensor of PyTorch as one, wherever it is."""
    try:
        return np.asarray(x.detach().cpu() if hasattr(x, "detach") else x)
    except (TypeError, ValueError, RuntimeError) as error:
        raise WeightFileError(f"{key}: expected an array of floats; {error}") from None


def _group(text: AbelianGroup | str, where: str) -> AbelianGroup:
    try:
        return text if isinstance(text, AbelianGroup) else AbelianGroup(text)
    except ValueError as error:
        raise WeightFileError(f"{where}{error}") from None


def _fitting(d: int) -> str:
    groups = [str(group) for group in isomorphism_types(d)]
    shown = ", ".join(groups[:6]) + (f", ... ({len(groups)} in all)" if len(groups) > 6 else "")
    return f"up to the order of factors, pass one of {shown}"
