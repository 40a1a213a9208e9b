"""Draw the pictures of the documentation anew.

    python benchmarks/pictures.py [NAME...] [--into docs]

with a NAME of those that --help lists; all by default. Those of experiments are drawn from the
stored results; what those do not hold is trained again (``fig3`` 20 s, ``weight-decay`` 40 s).
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from algebra import AbelianGroup, I, blocks, optimizers
from algebra.criterion.tensor import function_tensor, loss
from numeric import pictures, recognise

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "docs/catalogue/results"


def composing() -> Any:
    """The function tensor before and after composing."""
    group = AbelianGroup("Z5")
    return pictures.function_tensors(
        {
            title: (function_tensor(z), loss(z))
            for title, block in (
                ("syn, 3 nodes a pair", blocks.syn()),
                ("syn * nu, 6 nodes a pair", blocks.syn() * blocks.nu()),
            )
            for z in [blocks.normalised(block).at(group, *group.conjugate_pairs())]
        }
    )


def carrying() -> Any:
    """The function tensor without and with a carrier."""
    group = AbelianGroup("Z5")
    alone = blocks.normalised(blocks.nu(I) * blocks.xi()).at(group, *group.conjugate_pairs())
    carried = optimizers.build(group, "four-plus-constant")
    return pictures.function_tensors(
        {
            "nu(i) * xi": (function_tensor(alone), loss(alone)),
            "with one carrier node": (function_tensor(carried), loss(carried)),
        }
    )


def fig3() -> Any:
    """Trained again: the stored result has no course."""
    from experiments import fig3
    from experiments.watched import watched, weights_of

    run = watched(
        fig3.run_settings(quick=False), fig3.look,
        at=lambda epoch: epoch % (5 if epoch < 200 else 50) == 0,
    )  # fmt: skip
    moments = [fig3.Moment(int(epoch), *seen) for epoch, *seen in run.observed]
    return fig3.picture(moments, dict(recognise(weights_of(run)).orders))


def fig4() -> Any:
    from experiments import fig4

    return fig4.picture({name: row["values"] for name, row in stored("fig4").items()})


def decoupling() -> Any:
    from experiments import decoupling as this

    return this.picture({name: row["values"] for name, row in stored("decoupling").items()})


def groups() -> Any:
    from experiments import groups

    counts: dict[str, dict[str, float]] = {}
    for name, row in stored("groups").items():
        group, what = name.split(": ", 1)
        counts.setdefault(group, {})[what] = row["ours"]
    return groups.picture(counts)


def table2() -> Any:
    from experiments import table2 as this

    rows, shares = stored("table2"), {}
    for group in dict.fromkeys(name.split(": ")[0] for name in rows):
        ways = []
        for way in (this.RECOGNISED, this.AUTHOR):
            values = {name: rows[f"{group}: {name}, {way}"]["values"] for name in this.SHARES}
            ways.append(
                [dict(zip(values, run, strict=True)) for run in zip(*values.values(), strict=True)]
            )
        shares[group] = tuple(ways)
    return this.picture(shares)


def fig5() -> Any:
    from experiments import fig5 as this

    limits = {
        f"{name} of {of}": (largest, this.uniform(name, largest))
        for of, name, largest in this.PHASES
    }
    rows = {name.split(":")[0]: row["values"] for name, row in stored("fig5").items()}
    return this.picture({name: (rows[name], *limit) for name, limit in limits.items()})


def weight_decay() -> Any:
    """Trained again: the stored result has no course."""
    from experiments import weight_decay as this

    group, epochs = this.followed(quick=False)
    courses = [this.follow(start, group, epochs=epochs, seed=0) for start in this.STARTS]
    return this.picture([course for course in courses if course is not None], group)


def stored(name: str) -> dict[str, Any]:
    """Return the rows of a stored result by name."""
    return {x["quantity"]: x for x in json.loads((RESULTS / f"{name}.json").read_text())["rows"]}


def recognised() -> Any:
    return pictures.recognised(recognise(ROOT / "tests/data/trained_d23.npz"))


def claims() -> Any:
    from proofs.claims.registry import CLAIMS
    from proofs.proving.pictures import claims_figure

    return claims_figure([CLAIMS["optimizers.four-plus-six"]])


FIGURES = {
    "pictures/claims.png": claims,
    "pictures/composing.png": composing,
    "pictures/carrying.png": carrying,
    "pictures/four-plus-six-phases.png": lambda: pictures.phases(
        optimizers.build("Z7", "four-plus-six")
    ),
    "pictures/four-plus-six-tree.png": lambda: pictures.tree(
        optimizers.build("Z23", "four-plus-six")
    ),
    "pictures/recognised_phases.png": recognised,
    "catalogue/results/decoupling.png": decoupling,
    "catalogue/results/fig3.png": fig3,
    "catalogue/results/fig4.png": fig4,
    "catalogue/results/fig5.png": fig5,
    "catalogue/results/table2.png": table2,
    "catalogue/results/groups.png": groups,
    "catalogue/results/weight-decay.png": weight_decay,
}


def report(path: Path) -> None:
    """The page of a report, as a browser shows it."""
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as play:
        command = [
            sys.executable,
            "-m",
            "cogo",
            "prove",
            "Z5",
            "--report",
            f"{folder}/report",
            "-q",
        ]
        subprocess.run(command, check=True, cwd=ROOT)
        browser = play.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(viewport={"width": 1000, "height": 1100})
        page.goto(f"file://{folder}/report/index.html")
        page.screenshot(path=path)
        browser.close()


def main() -> None:
    names = {Path(name).stem: name for name in [*FIGURES, "pictures/report.png"]}
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(names))
    parser.add_argument("--into", type=Path, default=ROOT / "docs")
    asked = parser.parse_args()
    if unknown := set(asked.names) - set(names):
        parser.error(f"{sorted(unknown)[0]} is no picture; these are: {', '.join(names)}")
    for stem in asked.names or names:
        path = asked.into / names[stem]
        path.parent.mkdir(parents=True, exist_ok=True)
        if stem == "report":
            report(path)
        else:
            pictures.save_figure(FIGURES[names[stem]](), path, force=True)
        print(f"wrote {path}", flush=True)


if __name__ == "__main__":
    main()
