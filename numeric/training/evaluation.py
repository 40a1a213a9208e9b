"""Loss and accuracy of networks on trained and on held-out pairs, pair by pair."""

from __future__ import annotations

from typing import NamedTuple, final

import torch

from numeric.training.loss_closed import product
from numeric.training.loss_pairs import PairTable, at_once, hidden, pieces, subtract_target

Tensor = torch.Tensor


@final
class Record(NamedTuple):
    """Losses and accuracies after ``epoch`` steps, by run; None where no pairs are held out.

    Over a group that is not Abelian also the gain and the power of each of its representations.
    """

    epoch: int
    train_loss: tuple[float, ...]
    train_accuracy: tuple[float, ...]
    test_loss: tuple[float, ...] | None
    test_accuracy: tuple[float, ...] | None
    gain: tuple[tuple[float, ...], ...] | None = None
    power: tuple[tuple[float, ...], ...] | None = None


def evaluate(w: Tensor, table: PairTable, *, epoch: int = 0) -> Record:
    """Return losses and accuracies of every run; the largest output is the prediction [Tian24]."""
    step = at_once(w)
    parts = []
    for r in range(0, len(w), step):
        runs = slice(r, r + step)
        trained = None if table.trained is None else table.trained[runs]
        parts.append(_evaluated(w[runs], PairTable(table.labels, trained)))
    train_loss, train_accuracy, test_loss, test_accuracy = (
        tuple(x for part in parts for x in part[i]) for i in range(4)
    )
    if table.trained is None:
        return Record(epoch, train_loss, train_accuracy, None, None)
    return Record(epoch, train_loss, train_accuracy, test_loss, test_accuracy)


def _evaluated(w: Tensor, table: PairTable) -> list[list[float]]:
    """Return loss and accuracy on trained pairs, and on held-out ones, of each run."""
    runs, _, d, _ = w.shape
    c = w[:, 2] - w[:, 2].mean(dim=-2, keepdim=True)
    trained = table.trained
    sums = torch.zeros(2, 2, runs, dtype=torch.float64, device=w.device)
    count = torch.zeros(2, runs, dtype=torch.float64, device=w.device)
    for x in pieces(w):
        here = slice(x.start * d, x.stop * d)
        output = product(hidden(w, x).square_(), c.mT)
        right = output.argmax(dim=-1) == table.labels[here]
        loss = subtract_target(output, table.labels[here]).square().sum(dim=-1)
        mask = loss.new_ones(loss.shape) if trained is None else trained[:, here, 0]
        for part, chosen in enumerate((mask, 1 - mask)):
            sums[part, 0] += (loss * chosen).sum(dim=-1, dtype=torch.float64)
            sums[part, 1] += (right * chosen).sum(dim=-1, dtype=torch.float64)
            count[part] += chosen.sum(dim=-1, dtype=torch.float64)
    return [s.tolist() for i in (0, 1) for s in sums[i] / count[i]]
