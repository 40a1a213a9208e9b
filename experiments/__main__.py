"""``python -m experiments WHAT``: the paper's experiments, each beside our measurement."""

import argparse
import json
import sys
from collections.abc import Iterable
from pathlib import Path

from algebra.groups.group import AbelianGroup
from algebra.machine.read_file import read_bytes, strict_json
from algebra.machine.write_file import make_folder, require_writable
from cogo.cli.main import INTERRUPTED, in_one_line
from cogo.cli.terminal import progress_bar, say, table, wrote
from experiments import decoupling, fig3, fig4, fig5, groups, table2, weight_decay
from experiments.experiment import Experiment, reproduce as run
from experiments.laboratory import Laboratory
from experiments.like_paper import compare
from experiments.page import time_in_words, write
from experiments.result import QUICK, UNFINISHED, Result, cells
from numeric.sweeps.plan import axis_values
from numeric.training.settings import InterruptedTrainingError, require_torch
from numeric.work.executor import executor_of
from numeric.work.signals import interrupts

#: Bytes of a result.
MAX_RESULT = 1 << 26
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


def parser() -> argparse.ArgumentParser:
    """Return the reader of the command's words."""
    command = argparse.ArgumentParser(
        prog="python -m experiments",
        description="""Repeat an experiment of the paper, from training to picture. Prints the
        paper's figure beside ours, with its standard error over seeds and a verdict in words;
        writes WHAT.json, WHAT.md, pictures as PNG and PDF, certificates, and the trained networks.
        Interrupted, it reports on what is trained by then; the same command goes on.""",
        epilog="""Example: python -m experiments fig4 --groups Z23,Z71 --seeds 0-1.
        Of files of weights: python -m experiments like-paper --help""",
    )
    add = command.add_argument
    add("what", metavar="WHAT", help=f"{', '.join(EXPERIMENTS)}, or all")
    add("-o", "--output", metavar="DIR", type=Path, default=Path("reproduced"))
    add("--quick", action="store_true", help="fewer seeds and epochs, under two minutes each")
    add("--groups", help="a part: only these of the experiment's groups, such as Z23,Z71")
    add("--seeds", help="a part: only these of its seeds, such as 0-1 or 0,3")
    add("--runs", metavar="DIR", type=Path, help="for trained networks, if not with the rest")
    add("--so-far", action="store_true", help="train nothing; report on what is trained")
    add("--workers", type=int, help="processes at a time; as many as there are processors")
    add("--cluster", metavar="ADDRESS", help="a Dask scheduler, such as tcp://host:8786")
    add("--force", action="store_true", help="overwrite files that are there")
    add("--json", action="store_true", help="print JSON for machines")
    add("-q", "--quiet", action="store_true", help="print only errors")
    return command


def reproduce(asked: argparse.Namespace) -> int:
    """Run what was asked for; return the exit code."""
    names = tuple(EXPERIMENTS) if asked.what == "all" else (asked.what,)
    if asked.what not in (*EXPERIMENTS, "all"):
        raise ValueError(
            f"what={asked.what!r} is no experiment; pass {', '.join(EXPERIMENTS)}, or all"
        )
    require_torch()
    experiments = [EXPERIMENTS[name] for name in names]
    bench = Laboratory(
        asked.output,
        asked.quick,
        runs=asked.runs,
        groups=_groups(asked.groups),
        seeds=() if asked.seeds is None else axis_values("seeds", asked.seeds),
        trains=not asked.so_far,
    )
    for experiment in experiments:
        experiment.require(bench)
    if asked.so_far and asked.runs is not None and not asked.runs.is_dir():
        raise ValueError(
            f"runs={asked.runs} is no folder, so nothing is trained there; give another"
        )
    for folder in (asked.output, asked.runs):
        if folder is not None:
            make_folder(folder, parents=True)
    require_writable(*_finished(asked.output, names), force=asked.force)
    silent = asked.json or asked.quiet
    results: list[Result] = []

    def report(result: Result) -> None:
        files = write(result, asked.output)
        results.append(result)
        if not silent:
            _print(result, files)

    stopped = None
    with interrupts(), executor_of(asked.cluster, asked.workers) as (executor, count):
        for experiment in experiments:
            with progress_bar(silent=silent) as show:
                laboratory = bench.opened(executor=executor, workers=count, progress=show)
                try:
                    result = run(experiment, laboratory)
                except InterruptedTrainingError as error:
                    stopped = str(error)
            if stopped is not None:
                print(stopped, file=sys.stderr)
                result = run(experiment, bench.opened(trains=False))
            report(result)
            if stopped is not None:
                break
    if asked.json:
        print(json.dumps([result.as_json() for result in results], indent=1))
    return 0 if stopped is None else INTERRUPTED


def _groups(text: str | None) -> tuple[str, ...]:
    return () if text is None else tuple(str(AbelianGroup(x.strip())) for x in text.split(","))


def _finished(folder: Path, names: Iterable[str]) -> list[Path]:
    """Return the results that are there and whole; an unfinished one may be overwritten."""
    found = []
    for path in (folder / f"{name}.json" for name in names):
        try:
            missing = strict_json(read_bytes(path, limit=MAX_RESULT))["missing"]
        except (ValueError, KeyError, TypeError):
            missing = []
        if not missing:
            found.append(path)
    return found


def _print(result: Result, files: list[Path]) -> None:
    columns = ("quantity", "the paper", "here", "verdict")
    say(table(result.title, *columns, rows=cells(result)))
    lines = [QUICK] * result.quick + [result.part] * bool(result.part)
    lines += [UNFINISHED] * bool(result.missing) + [f"missing: {x}" for x in result.missing]
    lines += [*result.notes, *wrote(*files, *result.pictures, *result.certificates)]
    say(*lines, *time_in_words(result.time))


def main(words: list[str] | None = None) -> None:
    """Run the command; every error of the user's becomes one line and exit code 2."""
    words = sys.argv[1:] if words is None else words

    def run_what_is_asked() -> int:
        if words[:1] == ["like-paper"]:
            return compare(words[1:])
        return reproduce(parser().parse_args(words))

    in_one_line(lambda: sys.exit(run_what_is_asked()))


if __name__ == "__main__":
    main()
