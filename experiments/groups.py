"""What the paper never ran: other groups, the shares by composition, real characters included."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from statistics import fmean
from typing import TYPE_CHECKING

from experiments.experiment import Experiment, Findings, in_words
from experiments.laboratory import Laboratory
from experiments.result import Row
from numeric.pictures.figure import PAGE, labelled, legend, mathematics, new_figure
from numeric.pictures.recognition import SHADES
from numeric.recognition.recognise import recognise
from numeric.recognition.report import GENERAL, NONE, UNKNOWN, Recognition
from numeric.sweeps.plan import SweepPlan

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: What the names of compositions mean that are not products of blocks.
EXPLAINED = {
    "order 4": "order 4: four nodes, no product",
    "order42": "order42: four nodes, no product",
    "real": "real: two nodes, characters $\\pm 1$",
    "real, general": "real, general: the whole family",
    "short 2": "short 2: one node, characters $\\pm 1$",
    "short 3": "short 3: three nodes, of order 3",
    "short 4": "short 4: three nodes, of order 4",
    "short 5": "short 5: seven for $k$ and $2k$",
    "corners": "corners: four nodes, of order 4",
    "general": "general: conditions met, no name",
}
#: Shares of all frequencies but those without a composition, or with one of these.
ALL_TOLD = {
    "composition with a name": (UNKNOWN, NONE, GENERAL),
    "all conditions met": (UNKNOWN, NONE),
}


def plan(*, quick: bool) -> SweepPlan:
    """Return the runs."""
    if quick:
        return SweepPlan(groups=("Z2^3", "Z3^2", "Z12"), widths=(256,), seeds=(0, 1), epochs=4000)
    groups = ("Z2^4", "Z4xZ4", "Z15", "Z16", "Z2xZ12", "Z24", "Z5^2", "Z25", "Z3^3", "Z27")
    return SweepPlan(groups=groups, seeds=(0, 1, 2, 3, 4))


def make(laboratory: Laboratory) -> Findings:
    """Train, recognise, and count compositions by group."""
    whole = plan(quick=laboratory.quick)
    chosen = laboratory.part(whole)
    runs = laboratory.trained(whole, "groups")
    rows: list[Row] = []
    counts: dict[str, dict[str, float]] = {}
    for group in chosen.groups:
        mine = [run for run in runs if run.settings.group == group]
        if not mine:
            continue
        found = [recognise(run.weights) for run in mine]
        learned = [x for x in found if x.learned]
        number = (float(len(learned)),)
        said = f"of {len(mine)}"
        rows.append(Row(way=group, quantity="runs that have learned", values=number, said=said))
        names = dict.fromkeys(name for x in learned for name in x.compositions)
        shares = {name: tuple(100 * share(x, name) for x in learned) for name in names}
        counts[group] = {name: fmean(values) for name, values in shares.items()}
        for text, left_out in ALL_TOLD.items():
            missing = [sum(share(x, name) for name in left_out) for x in learned]
            shares[text] = tuple(100 * (1 - x) for x in missing)
        rows += [
            Row(way=group, quantity=text, values=values, unit="%")
            for text, values in shares.items()
        ]
        if learned:
            first = mine[found.index(learned[0])]
            laboratory.certify(first, f"groups-{group}-seed{first.settings.seeds[0]}")
    laboratory.notes.append(
        "shares are percent of the pairs {k, -k} and non-trivial real characters of a group, in "
        "runs that have learned"
    )
    rows.sort(key=lambda row: row.quantity in ALL_TOLD)  # below the compositions of all groups
    if counts:
        laboratory.draw(picture(counts), "groups")
    return Findings(tuple(rows), in_words(chosen))


def share(found: Recognition, name: str) -> float:
    """Return the share of all frequencies that have a composition."""
    return found.compositions.get(name, 0) / max(1, len(found.frequencies))


def picture(counts: Mapping[str, Mapping[str, float]]) -> Figure:
    """Draw the shares of compositions by group, percent of its frequencies."""
    figure = new_figure(PAGE, 3.2)
    axes = figure.add_subplot()
    bottom = [0.0] * len(counts)
    names = [_powers(group) for group in counts]
    for name, shade in SHADES.items():
        heights = [counts[group].get(name, 0.0) for group in counts]
        if any(heights):
            label = EXPLAINED.get(name, mathematics(name))
            axes.bar(names, heights, 0.7, bottom=bottom, color=shade, label=label)
            bottom = [x + y for x, y in zip(bottom, heights, strict=True)]
    title = "What gradient descent finds, by group: compositions of the frequencies"
    labelled(axes, y="% of frequencies, mean over learned runs", title=title)
    axes.set_ylim(0, 100)
    legend(axes, loc="center left", bbox_to_anchor=(1.0, 0.5), reverse=True)
    return figure


def _powers(group: str) -> str:
    """Return a name with equal factors as a power, in the mathematics of the pages."""
    factors = Counter(group.split("x"))
    return r"$\times$".join(f"{x}$^{n}$" if n > 1 else x for x, n in factors.items())


EXPERIMENT = Experiment(
    "groups",
    "What gradient descent finds on groups the paper has not tried",
    "Its theory holds for all finite Abelian groups; its experiments are on the cyclic groups of "
    "prime order d = 23, 71 and 127. So there are no figures of the paper here. Groups of even "
    "order have real characters, whose frequencies are their own conjugates.",
    make,
    lambda quick: plan(quick=quick),
)
