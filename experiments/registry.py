"""The list of experiments."""

from __future__ import annotations

from experiments import decoupling, fig3, fig4, fig5, groups, table2, weight_decay
from experiments.experiment import Experiment

EXPERIMENTS: dict[str, Experiment] = {
    experiment.name: experiment
    for experiment in (
        table2.EXPERIMENT,
        weight_decay.EXPERIMENT,
        decoupling.EXPERIMENT,
        fig3.EXPERIMENT,
        groups.EXPERIMENT,
        fig4.EXPERIMENT,
        fig5.EXPERIMENT,
    )
}
