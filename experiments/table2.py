"""Table 2 of [Tian24]: which compositions gradient descent finds, and the headline of 95 %."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from algebra.groups.group import AbelianGroup
from experiments.experiment import Experiment, Findings, in_words
from experiments.laboratory import Laboratory
from experiments.like_paper import NON_FACTORABLE, AuthorsCount, like_paper
from experiments.result import Row
from numeric.pictures.figure import PAGE, SMALL, labelled, legend, mathematics, new_figure
from numeric.recognition.recognise import recognise
from numeric.recognition.report import GENERAL, NONE, NOT_FACTORABLE, UNKNOWN, Recognition
from numeric.sweeps.plan import SweepPlan

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SHARES = ("nu(i)*xi", "nu(i)*syn(al,be)", "nu*syn", "others", "non-factorable order 4")
#: In percent, means over five seeds.
PAPER: Mapping[str, tuple[float, ...]] = {
    "Z23": (47.07, 11.31, 39.80, 1.82, 0.0),
    "Z71": (72.57, 4.00, 21.14, 2.29, 0.0),
    "Z127": (82.96, 2.25, 14.13, 0.66, 1.50),
}
HEADLINE = 95.0
MATCH = "match"
AUTHOR, RECOGNISED = "author's procedure", "recognised"


def plan(*, quick: bool) -> SweepPlan:
    """Return the runs; other experiments use the same, trained once."""
    if quick:
        return SweepPlan(groups=("Z23",), seeds=(0, 1), epochs=8000)
    return SweepPlan(groups=tuple(PAPER), seeds=(0, 1, 2, 3, 4))


def make(laboratory: Laboratory) -> Findings:
    """Train, classify in both ways, and compare."""
    whole = plan(quick=laboratory.quick)
    chosen = laboratory.part(whole)
    runs = laboratory.trained(whole, "table2")
    rows: list[Row] = []
    shares: dict[str, tuple[list[dict[str, float]], list[dict[str, float]]]] = {}
    for group in chosen.groups:
        mine = [run for run in runs if run.settings.group == group]
        if not mine:
            continue
        ours = [recognise(run.weights) for run in mine]
        authors = [like_paper(run.weights) for run in mine]
        shares[group] = ([x.table2() for x in ours], [x.table2() for x in authors])
        rows += _rows(group, ours, authors)
        learned = [x.learned for x in ours]
        if not all(learned):
            laboratory.notes.append(f"{group}: {sum(learned)} of {len(learned)} runs have learned")
        first = next((run for run, good in zip(mine, learned, strict=True) if good), None)
        if first is not None:
            laboratory.certify(first, f"table2-{group}-seed{first.settings.seeds[0]}")
    laboratory.notes += [
        "shares are percent of the frequencies of order 4 and 6 that factor; the share of those "
        "that do not is percent of order 4",
        f"{MATCH}: the share of all frequencies that are of order 4 or 6 and factor, of which the "
        f"paper's abstract says around 95 %",
        "standard errors are over our seeds alone: two sweeps by the paper's author differ by more",
    ]
    if shares:
        laboratory.draw(picture(shares), "table2")
    return Findings(tuple(rows), in_words(chosen))


def _rows(group: str, ours: list[Recognition], authors: list[AuthorsCount]) -> list[Row]:
    paper: tuple[float | None, ...] = PAPER.get(group, (None,) * len(SHARES))
    rows: list[Row] = []

    def add(
        way: str,
        quantity: str,
        values: Iterable[float],
        unit: str = "%",
        paper: float | None = None,
    ) -> None:
        found = tuple(values)
        rows.append(
            Row(section=group, quantity=quantity, way=way, paper=paper, values=found, unit=unit)
        )

    for way, tables in (
        (AUTHOR, [x.table2() for x in authors]),
        (RECOGNISED, [x.table2() for x in ours]),
    ):
        for name, figure in zip(SHARES, paper, strict=True):
            add(way, name, (table[name] for table in tables), paper=figure)
    shares = [headline_of_author(x, AbelianGroup(group)) for x in authors]
    add(AUTHOR, MATCH, (100 * x for x in shares), paper=HEADLINE)
    add(RECOGNISED, MATCH, (100 * headline(x) for x in ours), paper=HEADLINE)
    for n in (4, 6):
        errors = (100 * x.errors[n] for x in authors if n in x.errors)
        add(AUTHOR, f"error of order {n}, e-2", errors, unit="")
    add(RECOGNISED, "residual of what is recognised", (100 * _residual(x) for x in ours))
    others = (100 * other_orders(x) for x in ours)
    add(RECOGNISED, "frequencies of other orders than 4 and 6", others)
    return rows


def headline(found: Recognition) -> float:
    """Return the share of frequencies of order 4 or 6 with a composition that fits."""
    bad = (UNKNOWN, NONE, GENERAL, *NOT_FACTORABLE)
    good = [x for x in found.frequencies if x.order in (4, 6) and x.composition not in bad]
    return len(good) / max(1, len(found.frequencies))


def headline_of_author(count: AuthorsCount, group: AbelianGroup) -> float:
    """Return the share of frequencies that the author counts as of order 4 or 6 and factorable."""
    good = sum(
        n for names in count.names.values() for name, n in names.items() if name != NON_FACTORABLE
    )
    return good / max(1, len(group.representatives) - 1)


def other_orders(found: Recognition) -> float:
    """Return the share of frequencies of other orders than 4 and 6."""
    other = [x for x in found.frequencies if x.order not in (4, 6)]
    return len(other) / max(1, len(found.frequencies))


def _residual(found: Recognition) -> float:
    fits = [x.match.residual for x in found.frequencies if x.match.model.size]
    return sum(fits) / len(fits) if fits else 0.0


def picture(
    shares: Mapping[str, tuple[list[dict[str, float]], list[dict[str, float]]]],
) -> Figure:
    """Draw the shares of compositions, the paper's beside those found here in two ways."""
    figure = new_figure(PAGE, 2.6)
    axes = figure.subplots(1, len(shares), squeeze=False, sharey=True)[0]
    names = ("nu(i)*xi", "nu(i)*syn(al,be)", "nu*syn", "others", "not factorable")
    for at, (group, (ours, authors)) in zip(axes, shares.items(), strict=True):
        rows = {
            "author's procedure": ("#E69F00", authors),
            "recognised": ("#009E73", ours),
        }
        places = range(len(SHARES))
        if group in PAPER:
            left = [x - 0.27 for x in places]
            at.bar(left, PAPER[group], 0.25, color="#999999", label="the paper")
        for offset, (label, (colour, tables)) in zip((0.0, 0.27), rows.items(), strict=True):
            made = [
                Row(quantity=name, values=tuple(table[name] for table in tables)) for name in SHARES
            ]
            at.bar(
                [x + offset for x in places],
                [row.mean or 0.0 for row in made],
                0.25,
                yerr=[row.standard_error or 0.0 for row in made],
                color=colour,
                label=label,
                capsize=2,
            )
        labelled(at, y="% of frequencies" * (at is axes[0]), title=f"{group}, {len(ours)} seeds")
        labels = [mathematics(name) for name in names]
        at.set_xticks(list(places), labels, fontsize=SMALL, rotation=30, ha="right")
        at.set_ylim(0, 100)
    legend(axes[0])
    return figure


EXPERIMENT = Experiment(
    "table2",
    "Which compositions gradient descent finds (Table 2)",
    "Around 95 % of the solutions that gradient descent finds for modular addition match the "
    "theory's constructions exactly (abstract). Table 2 has the shares of the compositions, for "
    "d = 23, 71, 127 with q = 512, weight decay 5e-5, learning rate 0.01, 10,000 epochs and five "
    "seeds: most frequencies are of order 4 with the composition nu(i)*xi, the more so the larger "
    "d is, and most others of order 6, nu*syn.",
    make,
    lambda quick: plan(quick=quick),
)
