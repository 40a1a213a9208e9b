"""Figure 5 of [Tian24]: how the free phases of trained blocks are distributed."""

from __future__ import annotations

import numpy as np

from numeric.pictures import new_figure
from numeric.recognise import recognise
from proofs.reproduce import table2
from proofs.reproduce.experiment import Experiment, Findings, in_words
from proofs.reproduce.laboratory import Laboratory
from proofs.reproduce.result import Row

#: By composition, parameter and largest angle in the fundamental domain, in degrees.
PHASES = (
    ("nu(i)*xi", "xi", 45.0),
    ("nu*syn", "nu", 30.0),
    ("nu(i)*syn(al,be)", "alpha", 90.0),
    ("nu(i)*syn(al,be)", "beta", 90.0),
)
#: Compositions that `xi` is read from: the blocks of order 4 near nu(i)*xi.
ORDER_4 = ("nu(i)*xi", "order 4")
#: A Kolmogorov-Smirnov test below this speaks against a uniform distribution.
UNLIKELY = 0.01


def make(laboratory: Laboratory) -> Findings:
    """Read the phases off the runs of table2, and test whether they are uniform."""
    from scipy.stats import kstest

    whole = table2.plan(quick=laboratory.quick)
    chosen = laboratory.part(whole)
    runs = laboratory.trained(whole, "table2")
    found = [recognise(run.weights) for run in runs]
    angles: dict[str, tuple[list[float], float]] = {}
    rows = []
    for composition, name, largest in PHASES:
        names = ORDER_4 if name == "xi" else (composition,)
        values = [
            x.parameters[name]
            for one in found
            for x in one.frequencies
            if x.composition in names and name in x.parameters
        ]
        angles[f"{name} of {composition}"] = (values, largest)
        test = ""
        if len(values) > 1 and composition != "nu(i)*syn(al,be)":
            chance = float(kstest(values, "uniform", args=(0.0, largest)).pvalue)
            test = (
                f"; {'not ' if chance < UNLIKELY else 'consistent with '}uniform (p = {chance:.2g})"
            )
        rows.append(
            Row(
                quantity=f"{name} of {composition}: mean angle, 0 to {largest:g} degrees",
                values=tuple(values),
                said=f"{len(values)} block{'s' * (len(values) != 1)}{test}",
                unit="°",
            )
        )
    laboratory.notes += [
        "angles are in the fundamental domain of docs/recognition.md, in which a composition's own "
        "symmetries leave one value",
        "the test is that of Kolmogorov and Smirnov against the uniform distribution; the domain "
        "of alpha and beta is no product, so they are not tested",
    ]
    _draw(laboratory, angles)
    return Findings(tuple(rows), in_words(chosen))


def _draw(laboratory: Laboratory, angles: dict[str, tuple[list[float], float]]) -> None:
    figure = new_figure(11.0, 3.2)
    for axes, (name, (values, largest)) in zip(
        figure.subplots(1, len(angles)), angles.items(), strict=True
    ):
        bins = 15 if len(values) > 60 else 8
        axes.hist(values, bins=np.linspace(0, largest, bins + 1), color="#0072B2")
        axes.axhline(len(values) / bins, color="#999999", linestyle="--", linewidth=0.9)
        axes.set_title(f"{name} ({len(values)})", fontsize=9)
        axes.set_xlabel("degrees")
        axes.spines[["top", "right"]].set_visible(False)
    figure.axes[0].set_ylabel("blocks (dashed: uniform)")
    laboratory.draw(figure, "fig5")


EXPERIMENT = Experiment(
    "fig5",
    "The free phases of trained blocks (Figure 5)",
    "The compositions have free parameters of modulus 1, such as xi of the order-4 block nu(i)*xi "
    "and nu of the order-6 block nu*syn. Figure 5 shows how they are distributed in trained "
    "networks.",
    make,
    lambda quick: table2.plan(quick=quick),
)
