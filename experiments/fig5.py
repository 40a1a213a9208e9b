"""Figure 5 of [Tian24]: how the free phases of trained blocks are distributed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from experiments import table2
from experiments.experiment import Experiment, Findings, in_words
from experiments.laboratory import Laboratory
from experiments.result import Row
from numeric.pictures.figure import PAGE, labelled, mathematics, new_figure
from numeric.recognition.recognise import recognise

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: By composition: parameter, and largest angle in the fundamental domain, in degrees.
PHASES = (
    ("nu(i)*xi", "xi", 45.0),
    ("nu*syn", "nu", 30.0),
    ("nu(i)*syn(al,be)", "alpha", 30.0),
    ("nu(i)*syn(al,be)", "beta", 60.0),
)
#: Where uniform phases are densest, as a share of the largest angle: the domain of alpha and beta
#: is the triangle (0, 0), (0, 45), (30, 60). The domains of the others are intervals.
DENSEST = {"alpha": 0.0, "beta": 0.75}
#: Compositions that `xi` is read from: the blocks of order 4 near nu(i)*xi.
ORDER_4 = ("nu(i)*xi", "order 4")
#: A Kolmogorov-Smirnov test below this speaks against a uniform distribution.
UNLIKELY = 0.01


def uniform(name: str, largest: float) -> Any:
    """Return how a parameter's angle is distributed, in degrees, if phases are uniform.

    Source: docs/theory/recognition.md, "the fundamental domain of alpha and beta".
    """
    from scipy import stats

    if name in DENSEST:
        return stats.triang(DENSEST[name], scale=largest)
    return stats.uniform(scale=largest)


def make(laboratory: Laboratory) -> Findings:
    """Read the phases off the runs of table2, and test whether they are uniform."""
    from scipy.stats import kstest

    whole = table2.plan(quick=laboratory.quick)
    chosen = laboratory.part(whole)
    runs = laboratory.trained(whole, "table2")
    found = [recognise(run.weights) for run in runs]
    angles: dict[str, tuple[list[float], float, Any]] = {}
    rows = []
    for composition, name, largest in PHASES:
        names = ORDER_4 if name == "xi" else (composition,)
        values = [
            x.match.parameters[name]
            for one in found
            for x in one.frequencies
            if x.composition in names and name in x.match.parameters
        ]
        angles[f"{name} of {composition}"] = (values, largest, uniform(name, largest))
        test = ""
        if len(values) > 1:
            chance = float(kstest(values, uniform(name, largest).cdf).pvalue)
            test = (
                f"; {'not ' if chance < UNLIKELY else 'consistent with '}uniform (p = {chance:.2g})"
            )
        quantity = f"{name} of {composition}: mean angle, 0 to {largest:g} degrees"
        said = f"{len(values)} block{'s' * (len(values) != 1)}{test}"
        rows.append(Row(quantity=quantity, values=tuple(values), said=said, unit="°"))
    laboratory.notes += [
        "angles are in the fundamental domain of docs/theory/recognition.md, in which a "
        "composition's own "
        "symmetries leave one value",
        "the test is that of Kolmogorov and Smirnov against uniform phases; folded into their "
        "domain, a triangle, uniform alpha and beta have the means 10 and 35 degrees",
    ]
    laboratory.draw(picture(angles), "fig5")
    return Findings(tuple(rows), in_words(chosen))


def picture(angles: dict[str, tuple[list[float], float, Any]]) -> Figure:
    """Draw how often each angle occurs, beside uniform phases."""
    figure = new_figure(PAGE, 2.2)
    for axes, (name, (values, largest, expected)) in zip(
        figure.subplots(1, len(angles)), angles.items(), strict=True
    ):
        bins = 15 if len(values) > 60 else 8
        axes.hist(values, bins=np.linspace(0, largest, bins + 1), color="#0072B2")
        x = np.linspace(0, largest, 101)
        level = len(values) * largest / bins * expected.pdf(x)
        axes.plot(x, level, color="#999999", linestyle="--", linewidth=0.9)
        axes.yaxis.get_major_locator().set_params(integer=True)
        y = "blocks (dashed: uniform phases)" if axes is figure.axes[0] else ""
        labelled(axes, x="degrees", y=y, title=f"{mathematics(name)}: {len(values)}")
    return figure


EXPERIMENT = Experiment(
    "fig5",
    "The free phases of trained blocks (Figure 5)",
    "The compositions have free parameters of modulus 1, such as xi of the order-4 block nu(i)*xi "
    "and nu of the order-6 block nu*syn. Figure 5 shows how they are distributed in trained "
    "networks.",
    make,
    lambda quick: table2.plan(quick=quick),
)
