"""The network itself, as a PyTorch module with the state-dict keys of weight files."""

from __future__ import annotations

from typing import final

import torch

from numeric.weights.embed import Weights
from numeric.weights.plain_network import PlainNetwork, WeightFileError, plain_network


@final
class QuadraticNetwork(torch.nn.Module):
    """``f(x, y) = layerc((layera[x] + layerb[y])**2)``, times ``1 / 2d`` if ``normalised``.

    The state dict is that of three linear layers without bias on one-hot inputs:
    ``layera.weight (q, d)``, ``layerb.weight (q, d)``, ``layerc.weight (d, q)``. A new network
    starts with PyTorch's weights for these layers, made in this order.

    Args:
        order: the order ``d`` of the group.
        width: the number ``q`` of hidden nodes.
        normalised: whether the output is multiplied by ``1 / 2d``.
        dtype: of the weights.
        device: of the weights.

    Raises:
        ValueError: if ``order`` or ``width`` is below 1.

    Example:
        >>> from algebra import AbelianGroup, optimizers
        >>> from numeric import embed
        >>> net = network_of(embed(optimizers.four_plus_six(AbelianGroup("Z7"), xi=1, nu=1)))
        >>> net(torch.tensor([3, 6]), torch.tensor([5, 6])).argmax(-1).tolist()
        [1, 5]
    """

    def __init__(
        self,
        order: int,
        width: int,
        *,
        normalised: bool = False,
        dtype: torch.dtype = torch.float32,
        device: torch.device | str = "cpu",
    ) -> None:
        super().__init__()
        if order < 1 or width < 1:
            raise ValueError(f"order={order}, width={width}: both are at least 1")
        self.normalised = normalised
        linear = torch.nn.Linear
        self.layera = linear(order, width, bias=False, dtype=dtype, device=device)
        self.layerb = linear(order, width, bias=False, dtype=dtype, device=device)
        self.layerc = linear(width, order, bias=False, dtype=dtype, device=device)

    @property
    def order(self) -> int:
        """The order ``d`` of the group."""
        return int(self.layerc.weight.shape[0])

    @property
    def width(self) -> int:
        """The number ``q`` of hidden nodes."""
        return int(self.layerc.weight.shape[1])

    def forward(self, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        """Return the outputs for pairs of group elements, given by row-major index.

        Args:
            x: integers ``0 <= x < d``, any shape.
            y: as ``x``.

        Returns:
            The shape of ``x`` with ``d`` outputs appended; the largest is the prediction.
        """
        h = self.layera.weight.T[x] + self.layerb.weight.T[y]
        f: torch.Tensor = self.layerc(h.square())
        return f / (2 * self.order) if self.normalised else f

    def plain(self) -> PlainNetwork:
        """Return the weights as files hold them, the ``1 / 2d`` folded into ``layerc``."""
        a, b, c = (
            layer.weight.detach().cpu().numpy().copy()
            for layer in (self.layera, self.layerb, self.layerc)
        )
        return PlainNetwork(a, b, c / c.dtype.type(2 * self.order) if self.normalised else c)


def network_of(
    weights: PlainNetwork | Weights,
    *,
    normalised: bool = False,
    device: torch.device | str = "cpu",
) -> QuadraticNetwork:
    """Return the network with given weights; its outputs are theirs, with or without ``1 / 2d``.

    Args:
        weights: from a file (`read_weights`), or of an exact element (`embed`).
        normalised: whether the network is to have the ``1 / 2d``; ``layerc`` then holds ``w_c``.
        device: of PyTorch.

    Raises:
        WeightFileError: if there are no nodes.

    >>> from algebra import AbelianGroup, optimizers
    >>> from numeric import embed
    >>> w = embed(optimizers.nine_per_frequency(AbelianGroup("Z5")))
    >>> net = network_of(w, normalised=True)
    >>> torch.equal(net.layerc.weight, torch.from_numpy(w.w_c))
    True
    """
    plain = plain_network(weights) if isinstance(weights, Weights) else weights
    d, q = plain.layerc.shape
    if not q:
        raise WeightFileError("these weights have no nodes; a network has at least one")
    state = {key: torch.from_numpy(x.copy()) for key, x in plain.state().items()}
    if normalised:
        factor = plain.layerc.dtype.type(2 * d)
        c = weights.w_c if isinstance(weights, Weights) else plain.layerc * factor
        state["layerc.weight"] = torch.from_numpy(c.copy())
    dtype = state["layera.weight"].dtype
    with torch.random.fork_rng(devices=[]):
        network = QuadraticNetwork(d, q, normalised=normalised, dtype=dtype)
    network.load_state_dict(state, strict=True)
    return network.to(device)
