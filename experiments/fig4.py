"""Figure 4 of [Tian24]: the orders of frequencies over weight decay and over width."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from experiments import table2
from experiments.experiment import Experiment, Findings, in_words
from experiments.laboratory import Laboratory, TrainedRun
from experiments.result import Row
from numeric.pictures.figure import new_figure
from numeric.recognition.recognise import recognise
from numeric.recognition.report import Recognition
from numeric.sweeps.plan import Axis, SweepPlan

#: The paper's grid.
DECAYS, WIDTHS = (1e-5, 5e-5, 1e-4, 2e-4, 5e-4), (256, 512, 1024, 2048)
#: Orders from this on are counted together.
MANY = 9
NAMES: dict[Axis, str] = {"weight_decays": "weight decay", "widths": "q"}
#: What the folders of the runs are called.
FOLDERS: dict[Axis, str] = {"weight_decays": "decay", "widths": "width"}
#: A group, what varies, and the orders counted for each of its values.
Panel = tuple[str, str, dict[str, Counter[int]]]


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
    panels: list[Panel] = []
    for group in laboratory.part(over_decay).groups:
        for axis, whole in grids.items():
            name = NAMES[axis]
            counted: dict[str, Counter[int]] = {}
            cells = _cells(laboratory, whole.along("groups", (group,)), axis)
            for value, runs in cells.items():
                found = [recognise(run.weights) for run in runs]
                if found:
                    counted[f"{value:g}"] = sum(map(_orders, found), Counter())
                    rows += _rows(f"{group}, by {name}", f"{name} {value:g}", found)
            if counted:
                panels.append((group, name, counted))
    laboratory.notes.append(
        "percent of the frequencies, in all runs, learned or not; order 0: without nodes"
    )
    if panels:
        _draw(laboratory, panels)
    decays = in_words(laboratory.part(over_decay))
    return Findings(tuple(rows), {**decays, "and, for widths, q": in_words(over_width)["q"]})


def _cells(laboratory: Laboratory, plan: SweepPlan, axis: Axis) -> dict[float, list[TrainedRun]]:
    """Return the runs of one group by their value on an axis, the cheapest trained first."""
    values = getattr(plan, axis)
    cells = {value: plan.along(axis, (value,)) for value in values}
    table = table2.plan(quick=laboratory.quick)
    known = frozenset(table.runs())
    shared = [value for value in values if known.issuperset(cells[value].runs())]
    own = tuple(value for value in values if value not in shared)
    runs = [
        run for value in shared for run in laboratory.trained(table, "table2", only=cells[value])
    ]
    if own:
        name = f"fig4-{FOLDERS[axis]}-{plan.groups[0]}"
        runs += laboratory.trained(plan.along(axis, own), name, smallest_first=True)
    return {
        value: [run for run in runs if run.settings in frozenset(cell.runs())]
        for value, cell in cells.items()
    }


def _orders(found: Recognition) -> Counter[int]:
    return Counter(min(x.order, MANY) for x in found.frequencies)


def _rows(section: str, where: str, found: list[Recognition]) -> list[Row]:
    def row(way: str, *values: float, unit: str = "", said: str = "") -> Row:
        return Row(section=section, quantity=where, way=way, values=values, unit=unit, said=said)

    def share(one: Recognition, order: int) -> float:
        return 100 * sum(x.order == order for x in one.frequencies) / len(one.frequencies)

    return [
        *(row(f"order {n}", *(share(one, n) for one in found), unit="%") for n in (4, 6)),
        row("runs that have learned", sum(x.learned for x in found), said=f"of {len(found)}"),
    ]


def _draw(laboratory: Laboratory, panels: list[Panel]) -> None:
    groups = list(dict.fromkeys(group for group, _, _ in panels))
    axes_names = list(dict.fromkeys(name for _, name, _ in panels))
    figure = new_figure(4.6 * len(groups) + 1.0, 3.3 * len(axes_names))
    grid = figure.subplots(len(axes_names), len(groups), squeeze=False)
    for axes in grid.ravel():
        axes.set_visible(False)  # until it is drawn on: an unfinished grid has gaps
    shades = ("#0072B2", "#56B4E9", "#009E73", "#E69F00", "#D55E00")
    for group, name, counted in panels:
        axes = grid[axes_names.index(name), groups.index(group)]
        axes.set_visible(True)
        orders = sorted({n for x in counted.values() for n in x})
        width = 0.8 / len(counted)
        for i, (label, counts) in enumerate(counted.items()):
            total = max(1, sum(counts.values()))
            axes.bar(
                [at + (i - (len(counted) - 1) / 2) * width for at in range(len(orders))],
                [100 * counts[n] / total for n in orders],
                width,
                color=shades[i],
                label=label,
            )
        names = [f"{n}+" if n == MANY else str(n) for n in orders]
        axes.set_xticks(range(len(orders)), names)
        axes.set_title(f"{group}, by {name}", fontsize=10)
        axes.set(xlabel="order", ylabel="percent of frequencies")
        axes.legend(fontsize=8, frameon=False)
    laboratory.draw(figure, "fig4")


EXPERIMENT = Experiment(
    "fig4",
    "Orders over weight decay and width (Figure 4)",
    "Figure 4 shows histograms of the orders of frequencies, that is of how many nodes each has, "
    "for d = 23, 71, 127, over five weight decays at q = 512 and over four widths at weight decay "
    "5e-5. Nearly all frequencies are of order 4 or 6, and weight decay favours low orders.",
    make,
    lambda quick: plans(quick=quick)[0],
)
