"""Figure 4 of [Tian24]: the orders of frequencies over weight decay and over width."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from statistics import fmean
from typing import TYPE_CHECKING

from experiments import table2
from experiments.experiment import Experiment, Findings, in_words
from experiments.laboratory import Laboratory, TrainedRun, along
from experiments.result import Row
from numeric.pictures.figure import PAGE, SMALL, labelled, new_figure
from numeric.recognition.recognise import recognise
from numeric.recognition.report import Recognition
from numeric.sweeps.plan import Axis, SweepPlan

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: The paper's grid.
DECAYS, WIDTHS = (1e-5, 5e-5, 1e-4, 2e-4, 5e-4), (256, 512, 1024, 2048)
NAMES: dict[Axis, str] = {"weight_decays": "weight decay", "widths": "q"}
#: What the folders of the runs are called.
FOLDERS: dict[Axis, str] = {"weight_decays": "decay", "widths": "width"}
#: The name of a row: group, what varies, its value, and what was counted.
ROW = re.compile(r"(?P<group>\S+), by (?P<axis>.+): (?P=axis) (?P<value>\S+), (?P<what>.+)")
LEARNED = "runs that have learned"
SHADES = {"order 4": "#0072B2", "order 6": "#E69F00", "another order": "#DDDDDD"}


def plans(*, quick: bool) -> tuple[SweepPlan, SweepPlan]:
    """Return the runs over weight decay at q = 512, and over width at weight decay 5e-5."""
    decays: tuple[float, ...] = DECAYS
    widths: tuple[int, ...] = WIDTHS
    if quick:
        base = SweepPlan(groups=("Z11",), widths=(256,), seeds=(0, 1), epochs=4000)
        decays, widths = (1e-5, 1e-4, 5e-4), (64, 128, 256)
    else:
        base = SweepPlan(groups=("Z23", "Z71", "Z127"), seeds=(0, 1, 2, 3, 4))
    return replace(base, weight_decays=decays), replace(base, widths=widths)


def make(laboratory: Laboratory) -> Findings:
    """Train both grids, a group after the other, and count orders.

    The cell that table2 trains, ``q`` = 512 and weight decay 5e-5, is read from its runs.
    """
    over_decay, over_width = plans(quick=laboratory.quick)
    grids: dict[Axis, SweepPlan] = {"weight_decays": over_decay, "widths": over_width}
    rows: list[Row] = []
    for group in laboratory.part(over_decay).groups:
        for axis, whole in grids.items():
            name = NAMES[axis]
            cells = _cells(laboratory, replace(whole, groups=(group,)), axis)
            for value, runs in cells.items():
                found = [recognise(run.weights) for run in runs]
                if found:
                    rows += _rows(f"{group}, by {name}", f"{name} {value:g}", found)
    laboratory.notes.append(
        "percent of the frequencies, in all runs, learned or not; order 0: without nodes"
    )
    if rows:
        laboratory.draw(picture({row.name: row.values for row in rows}), "fig4")
    decays = in_words(laboratory.part(over_decay))
    return Findings(tuple(rows), {**decays, "and, for widths, q": in_words(over_width)["q"]})


def _cells(laboratory: Laboratory, plan: SweepPlan, axis: Axis) -> dict[float, list[TrainedRun]]:
    """Return the runs of one group by their value on an axis."""
    values = getattr(plan, axis)
    cells = {value: along(plan, axis, (value,)) for value in values}
    table = table2.plan(quick=laboratory.quick)
    known = frozenset(table.runs())
    shared = [value for value in values if known.issuperset(cells[value].runs())]
    own = tuple(value for value in values if value not in shared)
    runs = [
        run for value in shared for run in laboratory.trained(table, "table2", only=cells[value])
    ]
    if own:
        name = f"fig4-{FOLDERS[axis]}-{plan.groups[0]}"
        runs += laboratory.trained(along(plan, axis, own), name)
    return {
        value: [run for run in runs if run.settings in frozenset(cell.runs())]
        for value, cell in cells.items()
    }


def _rows(section: str, where: str, found: list[Recognition]) -> list[Row]:
    def row(way: str, *values: float, unit: str = "", said: str = "") -> Row:
        return Row(section=section, quantity=where, way=way, values=values, unit=unit, said=said)

    def share(one: Recognition, order: int) -> float:
        return 100 * sum(x.order == order for x in one.frequencies) / len(one.frequencies)

    return [
        *(row(f"order {n}", *(share(one, n) for one in found), unit="%") for n in (4, 6)),
        row(LEARNED, sum(x.learned for x in found), said=f"of {len(found)}"),
    ]


def picture(values: Mapping[str, Sequence[float]]) -> Figure:
    """Draw the shares of orders 4 and 6 by weight decay and by width, all on one scale."""
    found: dict[tuple[str, str], dict[str, dict[str, Sequence[float]]]] = {}
    for name, numbers in values.items():
        if at := ROW.fullmatch(name):
            panel = found.setdefault((at["axis"], at["group"]), {})
            decay = at["axis"] == NAMES["weight_decays"]
            value = f"{float(at['value']):.0e}".replace("e-0", "e-") if decay else at["value"]
            panel.setdefault(value, {})[at["what"]] = numbers
    axes_names, groups = (list(dict.fromkeys(names)) for names in zip(*found, strict=True))
    figure = new_figure(PAGE, 2.0 * len(axes_names) + 0.4)
    grid = figure.subplots(len(axes_names), len(groups), squeeze=False, sharey=True)
    for axes in grid.ravel():
        axes.set_visible(False)  # until it is drawn on: an unfinished grid has gaps
    for (name, group), cells in found.items():
        axes = grid[axes_names.index(name), groups.index(group)]
        axes.set_visible(True)
        shares = {what: [fmean(cell[what]) for cell in cells.values()] for what in list(SHADES)[:2]}
        shares["another order"] = [100 - x - y for x, y in zip(*shares.values(), strict=True)]
        bottom = [0.0] * len(cells)
        for what, heights in shares.items():
            axes.bar(list(cells), heights, 0.8, bottom=bottom, color=SHADES[what], label=what)
            bottom = [x + y for x, y in zip(bottom, heights, strict=True)]
        for i, cell in enumerate(cells.values()):
            learned, runs = int(cell[LEARNED][0]), len(cell["order 4"])
            if learned < runs:
                style = {"ha": "center", "va": "center", "rotation": 90, "fontsize": SMALL}
                axes.text(i, 50, f"{learned} of {runs} learned", **style)
        symbol = "weight decay ($q = 512$)" if name == "weight decay" else "width $q$ (decay 5e-5)"
        labelled(axes, x=symbol, y="% of frequencies" * (group == groups[0]), title=group)
        axes.set_ylim(0, 100)
    handles, labels = axes.get_legend_handles_labels()
    figure.legend(
        handles, labels, loc="outside lower center", ncols=3, fontsize=SMALL + 1, frameon=False
    )
    return figure


EXPERIMENT = Experiment(
    "fig4",
    "Orders over weight decay and width (Figure 4)",
    "Figure 4 shows histograms of the orders of frequencies, that is of how many nodes each has, "
    "for d = 23, 71, 127, over five weight decays at q = 512 and over four widths at weight decay "
    "5e-5. Nearly all frequencies are of order 4 or 6, and weight decay favours low orders.",
    make,
    lambda quick: plans(quick=quick)[0],
)
