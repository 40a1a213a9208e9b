"""Over-parameterisation decouples the potentials: their Gram matrix tends to a diagonal one.

For the nodes of one frequency with independent, isotropic complex entries ``a, b, c``, let ``J`` be
the Jacobian of the potentials by the real and imaginary parts of all entries. Entries of ``J J*``
are sums over nodes, of mean zero off the diagonal, so relative to the diagonal they fall as
``q^(-1/2)``. The two of R_n are an exception: the derivatives of ``aa-c`` and ``bb-c`` by ``c`` are
``|a|^2`` and ``|b|^2``, whose product has a positive mean, so that this one entry does not vanish.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import log, sqrt
from statistics import fmean
from typing import TYPE_CHECKING

import numpy as np

from algebra.numbers.arrays import Complexes, Reals
from algebra.semiring.potential import parse_potential
from experiments.experiment import Experiment, Findings, in_words
from experiments.laboratory import Laboratory
from experiments.result import Row
from numeric.pictures.figure import PAGE, labelled, legend, new_figure
from numeric.sweeps.plan import SweepPlan

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Factors = tuple[tuple[str, int], ...]
#: Each potential as its three factors: row, and whether it is conjugated.
POTENTIALS, R_N = (
    {name: parse_potential(name).indices for name in names.split()}
    for names in ("abc a-bc ab-c abc- aac a-a-c bbc b-b-c", "aa-c bb-c")
)
EXPECTED = -0.5
STUCK = "aa-c against bb-c"
GENERALISED = "runs above 99 % on held-out pairs"
LOSS = "median over seeds of the loss over trained pairs"
#: The name of a row of the picture: of random weights, or of a trained group in one of two ways.
ROW = re.compile(
    rf"(?:relative off-diagonal part|(?P<group>\S+), trained:)[, ]+q = (?P<q>\d+)"
    rf"(?:, (?P<way>{GENERALISED}|{LOSS}))?"
)


def gram(z: Complexes, potentials: dict[str, Factors]) -> Complexes:
    """Return ``J J*`` of potentials by the real and imaginary parts of entries."""
    rows = {"a": 0, "b": 1, "c": 2}
    jacobian = np.zeros((len(potentials), 2, 3, z.shape[1]), dtype=complex)
    for i, factors in enumerate(potentials.values()):
        values = [z[rows[p]].conj() if bar else z[rows[p]] for p, bar in factors]
        for at, (p, bar) in enumerate(factors):
            rest = np.prod([x for other, x in enumerate(values) if other != at], axis=0)
            jacobian[i, 0, rows[p]] += rest
            jacobian[i, 1, rows[p]] += (-1j if bar else 1j) * rest
    flat = jacobian.reshape(len(potentials), -1)
    product: Complexes = flat @ flat.conj().T
    return product


def off_diagonal(matrix: Complexes) -> float:
    """Return the root mean square of ``G_ij / sqrt(G_ii G_jj)`` over ``i != j``.

    >>> off_diagonal(np.array([[4.0, 1.0], [1.0, 1.0]], dtype=complex))
    0.5
    """
    diagonal = np.sqrt(np.abs(np.diag(matrix)))
    relative = np.abs(matrix) / np.outer(diagonal, diagonal)
    n = len(matrix)
    return float(np.sqrt((np.square(relative).sum() - n) / (n * (n - 1))))


def slope(widths: list[int], values: Reals) -> tuple[float, float]:
    """Return the slope of ``log value`` against ``log q`` by least squares, and its error."""
    x = np.log(widths)
    x = x - x.mean()
    slopes = (np.log(values) * x).sum(axis=1) / np.square(x).sum()
    return float(slopes.mean()), float(slopes.std(ddof=1) / sqrt(len(slopes)))


def _measured(widths: list[int], draws: int, potentials: dict[str, Factors]) -> Reals:
    found = np.empty((draws, len(widths)))
    for seed in range(draws):
        chance = np.random.default_rng(seed)
        for i, q in enumerate(widths):
            parts = chance.standard_normal((2, 3, q))
            found[seed, i] = off_diagonal(gram(parts[0] + 1j * parts[1], potentials))
    return found


def plan(*, quick: bool) -> SweepPlan:
    """Return the runs that are trained at several widths."""
    if quick:
        return SweepPlan(
            groups=("Z11",), widths=(20, 40, 80, 160), seeds=tuple(range(6)), epochs=2000
        )
    # No loss is zero below 35 nodes at d = 23 (docs/theory/narrow.md), and no family known has
    # fewer than 45, so the left end shows what too few nodes do.
    return SweepPlan(
        groups=("Z23",), widths=(8, 16, 24, 32, 44, 64, 128, 256, 512), seeds=tuple(range(20))
    )


def make(laboratory: Laboratory) -> Findings:
    """Measure Gram matrices of random weights, and train at several widths."""
    quick = laboratory.quick
    widths = [4**n for n in range(3, 7 if quick else 8)]
    draws = 40 if quick else 400
    values = _measured(widths, draws, POTENTIALS)
    fitted, error = slope(widths, values)
    stuck = _measured(widths, draws, R_N)
    rows = [
        Row(
            quantity="slope of the off-diagonal part against q",
            paper=EXPECTED,
            values=(fitted,),
            error=error,
            known="fitted",
        ),
        *(
            Row(quantity=f"relative off-diagonal part, q = {q}", values=tuple(values[:, i]))
            for i, q in enumerate(widths)
        ),
        Row(
            quantity=f"{STUCK}, q = {widths[-1]}",
            values=tuple(stuck[:, -1]),
            said="does not vanish with q",
        ),
    ]
    chosen = laboratory.part(plan(quick=quick))
    runs = laboratory.trained(plan(quick=quick), "decoupling")
    accuracy, loss = (
        {q: [run.history[what][-1] for run in runs if run.settings.width == q]
         for q in chosen.widths}
        for what in ("test_accuracy", "train_loss")
    )  # fmt: skip
    section = f"{chosen.groups[0]}, trained"
    for q in (q for q, found in accuracy.items() if found):
        right = tuple(100.0 * (x > 0.99) for x in accuracy[q])
        rows += [
            Row(quantity=f"q = {q}", values=right, unit="%", section=section, way=GENERALISED),
            median_row(loss[q], quantity=f"q = {q}", section=section),
        ]
    low, high = fitted - 1.96 * error, fitted + 1.96 * error
    laboratory.notes += [
        f"the slope's 95 % interval is {low:.4f} to {high:.4f}, from {draws} draws of Gaussian "
        f"entries at each width",
        f"between widths the slopes are {', '.join(_local(widths, values))}",
        "the potentials are those of one frequency, R_n left out: aa-c and bb-c share |a|^2 |b|^2",
    ]
    laboratory.draw(picture({row.name: row.values for row in rows}), "decoupling")
    return Findings(tuple(rows), {"draws": str(draws), **in_words(chosen)})


def median_row(losses: list[float], *, quantity: str, section: str) -> Row:
    """Return the median of losses as a single value: their mean is that of the worst run."""
    low, middle, high = np.quantile(losses, (0.25, 0.5, 0.75)).tolist()
    return Row(
        quantity=quantity,
        values=(middle,),
        said=f"half of the seeds from {low:.2g} to {high:.2g}",
        section=section,
        way=LOSS,
    )


def _local(widths: list[int], values: Reals) -> list[str]:
    means = values.mean(axis=0)
    return [
        f"{log(float(means[j] / means[i])) / log(widths[j] / widths[i]):.3f}"
        for i, j in pairwise(range(len(widths)))
    ]


def picture(values: Mapping[str, Sequence[float]]) -> Figure:
    """Draw the Gram matrix off its diagonal, and what became of the trained networks, by width."""
    found: dict[str, dict[int, float]] = {"gram": {}, GENERALISED: {}, LOSS: {}}
    stuck, group = 0.0, ""
    for name, numbers in values.items():
        if at := ROW.fullmatch(name):
            group = at["group"] or group
            found[at["way"] or "gram"][int(at["q"])] = fmean(numbers)
        elif name.startswith(STUCK):
            stuck = fmean(numbers)
    panels = 1 + 2 * bool(group)
    figure = new_figure(PAGE, 2.6)
    left, *others = figure.subplots(1, panels, squeeze=False)[0]
    widths, means = zip(*found["gram"].items(), strict=True)
    left.loglog(widths, means, "o-", ms=4, color="#0072B2", label="$R_g$, $R_c$, $R_*$")
    expected = [means[0] * (q / widths[0]) ** EXPECTED for q in widths]
    left.loglog(widths, expected, "--", color="#999999", label="$q^{-1/2}$")
    label = r"$\sum a\bar{a}c$ against $\sum b\bar{b}c$"
    left.loglog(widths, [stuck] * len(widths), "s-", ms=4, color="#D55E00", label=label)
    title = "Gram matrix $JJ^*$ of potentials"
    labelled(left, x="nodes $q$", y="relative size off the diagonal", title=title)
    legend(left)
    for axes, way, y in zip(others, (GENERALISED, LOSS), ("% of seeds", "loss"), strict=False):
        shown = found[way]
        axes.plot(list(shown), list(shown.values()), "o-", ms=4, color="#0072B2")
        axes.set_xscale("log", base=2)
        title = "runs above 99 % held out" if way == GENERALISED else "median loss, trained pairs"
        labelled(axes, x="nodes $q$", y=y, title=f"{group}: {title}")
        axes.set_xticks(list(shown), [str(q) for q in shown], rotation=60)
        axes.minorticks_off()
        if way == LOSS:
            axes.set_yscale("log")
    return figure


EXPERIMENT = Experiment(
    "decoupling",
    "Wide networks decouple the potentials",
    "Over-parameterisation asymptotically decouples the training dynamics, and is beneficial "
    "(abstract; section on gradient dynamics): as the width q grows, the Gram matrix of the "
    "potentials' Jacobian tends to a diagonal one, so that each potential follows its own course.",
    make,
    lambda quick: plan(quick=quick),
)
