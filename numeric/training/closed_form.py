"""The loss over all pairs and its gradient in closed form, no table of pairs being made."""

from typing import NamedTuple, final

import torch

from algebra.groups.finite_group import FiniteGroup
from algebra.groups.group import AbelianGroup
from numeric.training.pairs import product

Tensor = torch.Tensor
#: A transform of more entries is made in pieces, as a product is.
LONG_TRANSFORM = 1 << 22


@final
class Evaluation(NamedTuple):
    """Loss and gradient by run, and the share of the closed form's terms that is left, ``total /
    sum of moduli``: 1 by the table of pairs, where nothing cancels.
    """

    loss: Tensor
    gradient: Tensor
    cancelled: Tensor


def sum_of_squares(w: Tensor, group: AbelianGroup | FiniteGroup) -> Evaluation:
    """Return ``sum_{x,y} |P(f(x,y) - e_{x+y})|^2`` and its gradient, no table of pairs being made.

    ``a = a0 + a'`` and ``b = b0 + b'`` are split into means and centred parts, ``s = a0 + b0``;
    only the linear term, a convolution, and the quadratic one cancel. Source:
    docs/theory/training.md, docs/theory/proofs/engine.md.
    """
    d = group.order
    mean = w.mean(dim=-2, keepdim=True)
    centred = w - mean
    c = centred[:, 2]
    s = mean[:, 0] + mean[:, 1]
    inputs = centred[:, :2]
    squares = inputs.square()
    mean_square = squares.mean(dim=-2, keepdim=True)
    # One matrix of 2 d + 1 rows, what depends on x alone, on y alone, and on neither.
    single = squares.add_(2 * s[:, None] * inputs).sub_(mean_square).mul_(d**0.5)
    constant = (s.square() + mean_square[:, 0] + mean_square[:, 1]) * d
    rows = torch.cat([single.flatten(1, 2), constant], dim=1)
    image = product(rows, c.mT)
    squared = image.square().sum(dim=(1, 2))
    pull = product(image, c)
    pull_single = pull[:, :-1].view_as(single) * (2 * d**0.5)
    pull_constant = pull[:, -1:] * (2 * d)

    gram = product(centred.mT, centred)
    ga, gb, gc = gram.unbind(dim=1)
    pairs = torch.stack([gb * gc, ga * gc, ga * gb], dim=1)
    quadratic = 4 * (ga * pairs[:, 0]).sum(dim=(1, 2))
    gradient = product(centred, pairs).mul_(8)

    columns = max(1, LONG_TRANSFORM // centred[..., 0].numel())
    parts = [_convolutions(part, group) for part in torch.split(centred, columns, dim=-1)]
    convolved = parts[0] if len(parts) == 1 else torch.cat(parts, dim=-1)
    linear = -4 * (c * convolved[:, 2]).sum(dim=(1, 2))
    gradient.sub_(convolved, alpha=4)

    pulled = pull_single * inputs
    gradient[:, :2] += (pulled + pull_single * s[:, None]).mul_(2)
    gradient[:, :2] += inputs * (2 / d * pull_constant[:, None])
    gradient[:, 2] += product(image.mT, rows).mul_(2)
    gradient -= gradient.mean(dim=-2, keepdim=True)
    ds = 2 * pulled.sum(dim=(1, 2)) + 2 * (pull_constant * s)[:, 0]
    gradient[:, :2] += ds[:, None, None] / d

    target = float(d * (d - 1))
    total = squared + quadratic + linear + target
    return Evaluation(total, gradient, total / (squared + quadratic.abs() + linear.abs() + target))


def _convolutions(w: Tensor, group: AbelianGroup | FiniteGroup) -> Tensor:
    """Return the gradient of ``sum_{x,y} sum_j a_j[x] b_j[y] c_j[x+y]``, shaped like ``w``."""
    if isinstance(group, FiniteGroup):
        return _by_rows(w, torch.from_numpy(group.products).to(w.device))
    shape = (*w.shape[:2], *group.moduli, w.shape[-1])
    axes = tuple(range(2, 2 + len(group.moduli)))
    a, b, c = torch.fft.rfftn(w.reshape(shape), dim=axes).unbind(dim=1)
    spectrum = torch.stack([b.conj() * c, a.conj() * c, a * b], dim=1)
    convolved: Tensor = torch.fft.irfftn(spectrum, s=group.moduli, dim=axes)
    return convolved.reshape(w.shape)


def _by_rows(w: Tensor, products: Tensor) -> Tensor:
    """Return the same for the table of any Latin square; ``c[x y]`` is a permutation for each x."""
    gradient = torch.zeros_like(w)
    b, c = w[:, 1], w[:, 2]
    for x, row in enumerate(products):
        moved, a = c[:, row], w[:, 0, x, None]
        gradient[:, 0, x] = (b * moved).sum(dim=1)
        gradient[:, 1].addcmul_(a, moved)
        gradient[:, 2].index_add_(1, row, a * b)
    return gradient
