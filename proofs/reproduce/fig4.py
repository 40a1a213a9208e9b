"""Figure 4 of [Tian24]: the orders of frequencies over weight decay and over width."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from numeric.pictures import new_figure
from numeric.recognise import recognise
from numeric.recognition import Recognition
from numeric.sweep_plan import SweepPlan
from proofs.reproduce.experiment import Experiment, Findings, in_words
from proofs.reproduce.laboratory import Laboratory, TrainedRun
from proofs.reproduce.result import Row

#: The paper's grid.
DECAYS, WIDTHS = (1e-5, 5e-5, 1e-4, 2e-4, 5e-4), (256, 512, 1024, 2048)
#: Orders from this on are counted together.
MANY = 9


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
    """Train both grids and count orders."""
    over_decay, over_width = plans(quick=laboratory.quick)
    rows: list[Row] = []
    panels: list[tuple[str, dict[str, Counter[int]]]] = []
    for name, chosen in (("weight decay", over_decay), ("q", over_width)):
        runs = laboratory.trained(chosen, "fig4-decay" if name == "weight decay" else "fig4-width")
        for group in chosen.groups:
            values = chosen.weight_decays if name == "weight decay" else chosen.widths
            counted: dict[str, Counter[int]] = {}
            for value in values:
                mine = [
                    recognise(run.weights)
                    for run in runs
                    if run.settings.group == group and _value(run, name) == value
                ]
                counted[f"{value:g}"] = sum((_orders(x) for x in mine), Counter())
                rows += _rows(f"{group}, {name} {value:g}", mine)
            panels.append((f"{group}, by {name}", counted))
    laboratory.notes.append(
        "orders are counted in all runs, learned or not; order 0 is a frequency without nodes"
    )
    _draw(laboratory, panels)
    decays = in_words(over_decay)
    return Findings(tuple(rows), {**decays, "and, for widths, q": in_words(over_width)["q"]})


def _value(run: TrainedRun, name: str) -> float:
    return run.settings.weight_decay if name == "weight decay" else run.settings.width


def _orders(found: Recognition) -> Counter[int]:
    return Counter(min(x.order, MANY) for x in found.frequencies)


def _rows(where: str, found: list[Recognition]) -> list[Row]:
    rows = [
        Row(
            quantity=f"{where}: frequencies of {name}",
            values=tuple(100 * sum(x.order in orders for x in one.frequencies)
                         / len(one.frequencies) for one in found),
            unit="%",
        )
        for name, orders in (("order 4", (4,)), ("order 6", (6,)))
    ]  # fmt: skip
    learned = float(sum(x.learned for x in found))
    return [
        *rows,
        Row(
            quantity=f"{where}: runs that have learned", values=(learned,), said=f"of {len(found)}"
        ),
    ]


def _draw(laboratory: Laboratory, panels: list[tuple[str, dict[str, Counter[int]]]]) -> None:
    half = len(panels) // 2
    figure = new_figure(4.6 * half + 1.0, 6.6)
    grid = figure.subplots(2, half, squeeze=False).ravel()
    shades = ("#0072B2", "#56B4E9", "#009E73", "#E69F00", "#D55E00")
    for axes, (title, counted) in zip(grid, panels, strict=True):
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
        axes.set_title(title, fontsize=10)
        axes.set_xlabel("order")
        axes.set_ylabel("percent of frequencies")
        axes.legend(fontsize=8, frameon=False)
        axes.spines[["top", "right"]].set_visible(False)
    laboratory.draw(figure, "fig4")


EXPERIMENT = Experiment("fig4", "Orders over weight decay and width (Figure 4)", make)
