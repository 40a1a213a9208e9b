"""Figure 3 of [Tian24]: the potentials of one run over time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, final

import numpy as np

from algebra.groups.group import AbelianGroup
from algebra.numbers.arrays import Complexes
from experiments.experiment import Experiment, Findings
from experiments.laboratory import Laboratory
from experiments.result import Row, single
from experiments.watched import weights_of
from numeric.pictures.figure import PAGE, labelled, legend, new_figure
from numeric.recognition.recognise import recognise
from numeric.training.settings import Settings
from numeric.weights.embed import spectrum_of
from numeric.weights.plain_network import Weights

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from numeric.training.run import TrainingRun


@final
@dataclass(frozen=True, slots=True)
class Moment:
    """The potentials at one time; ``r_n`` and ``r_star`` are root mean squares of sums.

    Args:
        diagonal: the mean of ``rho_kkk``, real part; ideally 1.
        off_diagonal: the root mean square of ``|rho_{k1 k2 k}|``, indices not all equal.
        r_n: of ``|sum_p sum_k' rho_{p,k',-k',k}|`` over ``k``.
        r_star: of ``|sum_k' rho_{p,k',m-k',k}|`` over ``p``, ``m != 0`` and ``k``.
    """

    epoch: int
    loss: float
    accuracy: float
    diagonal: float
    off_diagonal: float
    r_n: float
    r_star: float


def potentials(w: Weights) -> tuple[float, float, float, float]:
    """Return the mean diagonal, and root mean squares of off-diagonal, R_n sums and R_* sums.

    Constant parts of nodes are left out, as in the paper.

    Source: [Tian24], Theorem 1.
    """
    group, d = w.group, w.group.order
    z = np.stack(
        [spectrum_of(x, group, row=p) for x, p in ((w.w_a, "a"), (w.w_b, "b"), (w.w_c, "c"))]
    )
    z[:, 0] = 0
    a, b, c = z
    rho = np.empty((d, d, d), dtype=complex)
    for k in range(1, d):
        rho[:, :, k] = (a * c[k]) @ b.T
    inner = rho[1:, 1:, 1:]
    index = np.arange(d - 1)
    equal = np.zeros(inner.shape, dtype=bool)
    equal[index, index, index] = True
    squares = [_squares(x, group) @ c.T for x in (a, b)]
    both = np.stack(squares)
    return (
        float(inner[equal].real.mean()),
        float(np.sqrt(np.square(np.abs(inner[~equal])).mean())),
        float(np.sqrt(np.square(np.abs(both.sum(axis=0)[0, 1:])).mean())),
        float(np.sqrt(np.square(np.abs(both[:, 1:, 1:])).mean())),
    )


def _squares(x: Complexes, group: AbelianGroup) -> Complexes:
    """Return ``sum_k' x_k' x_{m-k'}`` for all ``m``: the spectrum of the squared weights."""
    axes = tuple(range(len(group.moduli)))
    shaped = x.reshape(*group.moduli, -1)
    values = np.fft.ifftn(shaped, axes=axes) * group.order
    found: Complexes = (np.fft.fftn(values**2, axes=axes) / group.order).reshape(x.shape)
    return found


def run_settings(*, quick: bool) -> Settings:
    """Return what is trained."""
    return Settings(group="Z23", weight_decay=1e-4, epochs=3000 if quick else 10_000)


def make(laboratory: Laboratory) -> Findings:
    """Train one network and follow its potentials."""
    settings = run_settings(quick=laboratory.quick)
    epochs = settings.epochs
    words = {
        "group": settings.group,
        "q": str(settings.width),
        "weight decay": f"{settings.weight_decay:g}",
        "seed": str(settings.seeds[0]),
        "epochs": str(epochs),
    }
    run = laboratory.watched(
        settings,
        look,
        name=f"fig3-{settings.group}",
        at=lambda epoch: epoch % (5 if epoch < 200 else 50) == 0,
    )
    if run is None:
        return Findings((), words)
    moments = [Moment(int(epoch), *seen) for epoch, *seen in run.observed]
    found = recognise(weights_of(run))
    last = moments[-1]
    rows = [
        Row(quantity="rho_kkk, mean over k, at the end", paper=1.0, values=(last.diagonal,),
            said="tends to 1, as in the paper" if abs(last.diagonal - 1) < 0.1 else "far from 1"),
        *(
            Row(quantity=f"{name} at the end", paper=0.0, values=(value,),
                said="tends to 0, as in the paper" if value < limit else "does not vanish")
            for name, value, limit in (
                ("off-diagonal rho, root mean square", last.off_diagonal, 0.02),
                ("R_n sums, root mean square", last.r_n, 0.1),
                ("R_* sums, root mean square", last.r_star, 0.1),
            )
        ),
        single("loss over the trained pairs", last.loss),
        Row(quantity="accuracy on held-out pairs", values=(100 * last.accuracy,), unit="%"),
        *(single(f"frequencies of order {n}", count) for n, count in found.orders.items()),
    ]  # fmt: skip
    laboratory.draw(picture(moments, found.orders), "fig3")
    return Findings(tuple(rows), words)


def look(run: TrainingRun) -> list[float]:
    """Return loss, accuracy on held-out pairs, and the four potentials, as `Moment` has them."""
    (record,) = run.record()
    held_out = record.get("test_accuracy", record["train_accuracy"])
    return [record["train_loss"], held_out, *potentials(weights_of(run))]


def picture(moments: list[Moment], orders: dict[int, int]) -> Figure:
    """Draw the potentials, the loss and the accuracy over time, and the orders at the end."""
    figure = new_figure(PAGE, 2.5)
    left, middle, right = figure.subplots(1, 3, width_ratios=[1.5, 1.5, 0.8])
    x = [m.epoch for m in moments]
    for label, colour, field in (
        (r"$\rho_{kkk}$, mean", "#0072B2", "diagonal"),
        (r"other $\rho_{k_1 k_2 k}$", "#E69F00", "off_diagonal"),
        (r"$R_n$ sums", "#009E73", "r_n"),
        (r"$R_*$ sums", "#D55E00", "r_star"),
    ):
        values = [getattr(m, field) for m in moments]
        left.plot(x, values, color=colour, label=label, linewidth=1.0)
    left.set_ylim(-0.05, 1.35)
    labelled(
        left, x="epoch", y="mean, or root mean square", title="potentials: the goal is 1, 0, 0, 0"
    )
    legend(left, loc="upper left")
    middle.semilogy(x, [m.loss for m in moments], color="#000000", linewidth=0.7)
    labelled(middle, x="epoch", y="loss over trained pairs (black)", title="loss and accuracy")
    twin = middle.twinx()
    twin.plot(x, [m.accuracy for m in moments], color="#CC79A7", linewidth=1.4)
    labelled(twin, y="accuracy on held-out pairs (pink)")
    twin.set_ylim(-0.02, 1.05)
    for axes in (left, middle):
        axes.set_xscale("symlog", linthresh=10)  # most of it happens at once
        axes.set_xlim(0, max(x[-1], 1))
    bars = right.bar([str(n) for n in orders], list(orders.values()), 0.6, color="#56B4E9")
    right.bar_label(bars, fontsize=7)
    labelled(right, x="nodes at a frequency", y="frequencies", title="orders at the end")
    return figure


EXPERIMENT = Experiment(
    "fig3",
    "Potentials of one run over time (Figure 3)",
    "In one run with d = 23 and weight decay 1e-4, Figure 3 follows the monomial potentials while "
    "the network is trained: the diagonal ones, rho_kkk, tend to a common positive value, and the "
    "off-diagonal ones and the sums over R_n and R_* to 0, which is what the theory asks of a "
    "global optimizer (Theorem 1).",
    make,
)
