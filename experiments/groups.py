"""What the paper never ran: other groups, the shares by composition, real characters included."""

from __future__ import annotations

from statistics import fmean

from experiments.experiment import Experiment, Findings, in_words
from experiments.laboratory import Laboratory
from experiments.result import Row
from numeric.pictures.figure import new_figure
from numeric.pictures.recognition import SHADES
from numeric.recognition.frequency_report import GENERAL, NONE, UNKNOWN
from numeric.recognition.recognise import recognise
from numeric.recognition.report import Recognition
from numeric.sweeps.plan import SweepPlan


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
        said = f"of {len(mine)}; the paper has no such run"
        number = (float(len(learned)),)
        rows.append(Row(section=group, quantity="runs that have learned", values=number, said=said))
        names = dict.fromkeys(name for x in learned for name in x.compositions)
        shares = {name: tuple(100 * share(x, name) for x in learned) for name in names}
        counts[group] = {name: fmean(values) for name, values in shares.items()}
        for text, left_out in (
            ("composition with a name", (UNKNOWN, NONE, GENERAL)),
            ("all conditions met", (UNKNOWN, NONE)),
        ):
            missing = [sum(share(x, name) for name in left_out) for x in learned]
            shares[text] = tuple(100 * (1 - x) for x in missing)
        rows += [
            Row(section=group, quantity=text, values=values, unit="%")
            for text, values in shares.items()
        ]
        if learned:
            first = mine[found.index(learned[0])]
            laboratory.certify(first, f"groups-{group}-seed{first.settings.seeds[0]}")
    laboratory.notes.append(
        "shares are percent of the pairs {k, -k} and non-trivial real characters of a group, in "
        "runs that have learned"
    )
    if counts:
        _draw(laboratory, counts)
    return Findings(tuple(rows), in_words(chosen))


def share(found: Recognition, name: str) -> float:
    """Return the share of all frequencies that have a composition.

    >>> from algebra import AbelianGroup, optimizers
    >>> from numeric import embed
    >>> share(recognise(embed(optimizers.six_per_frequency(AbelianGroup("Z2^2")))), "real")
    1.0
    """
    return found.compositions.get(name, 0) / max(1, len(found.frequencies))


def _draw(laboratory: Laboratory, counts: dict[str, dict[str, float]]) -> None:
    figure = new_figure(1.6 + 0.9 * max(4, len(counts)), 4.2)
    axes = figure.add_subplot()
    groups = list(counts)
    bottom = [0.0] * len(groups)
    for name, shade in SHADES.items():
        heights = [counts[group].get(name, 0.0) for group in groups]
        if any(heights):
            axes.bar(groups, heights, 0.65, bottom=bottom, color=shade, label=name)
            bottom = [x + y for x, y in zip(bottom, heights, strict=True)]
    axes.set(ylabel="percent of frequencies", ylim=(0, 100))
    axes.legend(fontsize=8, frameon=False, loc="center left", bbox_to_anchor=(1.0, 0.5))
    laboratory.draw(figure, "groups")


EXPERIMENT = Experiment(
    "groups",
    "What gradient descent finds on groups the paper has not tried",
    "Its theory holds for all finite Abelian groups; its experiments are on the cyclic groups of "
    "prime order d = 23, 71 and 127. So there are no figures of the paper here. Groups of even "
    "order have real characters, whose frequencies are their own conjugates.",
    make,
    lambda quick: plan(quick=quick),
)
