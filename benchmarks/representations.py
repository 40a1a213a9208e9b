"""Which representations does training learn on groups that are not Abelian, and when?

    python -m benchmarks.representations S3 D4 [--width 512] [--epochs 10000] [--seeds 5]
        [--train-fraction 0.9] [--every 100] [--device cuda] [--json FILE]
    python -m benchmarks.representations --json docs/catalogue/finite-groups.json --picture FILE.png
    python -m benchmarks.representations --json docs/catalogue/finite-groups.json --table

The protocol is that of the paper's sweep. The gain of a representation is
``sum f(x, y)[g] t(x, y)[g] / sum t^2`` over all pairs, t its part of the target: 0 at the start and
1 in an exact network; it counts as learned from 1/2 on, looked at every 100 epochs, or ``--every``
(0: never).
A representation has the nodes that hold most of their inputs in it; "closed form" is what the exact
network takes, and the distance to it that of the nodes from nodes as a closed form has them.
"""

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np

from algebra.groups.finite_group import FiniteGroup
from algebra.groups.group_names import named_group
from algebra.representations.irreducibles import irreducibles, trivial
from numeric.recognition.recognise import recognise
from numeric.training.settings import Settings
from numeric.training.train import train

LEARNED = 0.5


def studied(name: str, args: argparse.Namespace) -> dict[str, Any]:
    """Train on one group, and return what was learned."""
    group = named_group(name)
    assert isinstance(group, FiniteGroup), f"{name} is Abelian: see table2"
    rhos = [rho for rho in irreducibles(group) if not trivial(rho)]
    settings = Settings(
        group=name,
        width=args.width,
        epochs=args.epochs,
        seeds=tuple(range(args.seeds)),
        train_fraction=args.train_fraction,
        weight_decay=args.weight_decay,
        log_every=args.every,
    )
    trained = train(settings, device=args.device)
    epochs = np.array([x["epoch"] for x in trained[0].history])
    path = np.array(  # [seed, record, rho]
        [[[x[f"gain.{rho.name}"] for rho in irreducibles(group)] for x in one.history]
         for one in trained]
    )  # fmt: skip
    path = path[..., [not trivial(rho) for rho in irreducibles(group)]]
    learned = path >= LEARNED
    first = np.where(learned.any(axis=1), epochs[learned.argmax(axis=1)], 0)
    rows, live, distances = [], [], []
    for one in trained:
        held = recognise(one.network)
        live.append(int(held.live.sum()))
        distances.append(held.distance())
        names = {rho.name for rho in rhos}
        rows.append(
            [(x["nodes"], x["single"]) for x in held.rows() if x["representation"] in names]
        )
    nodes = np.array(rows)  # [seed, rho, (nodes, single)]
    last = [one.history[-1] for one in trained]
    held_out = [x.get("test_accuracy", x["train_accuracy"]) for x in last]
    result = {
        "group": name,
        "order": group.order,
        "settings": json.loads(settings.to_text()),
        "test accuracy": held_out,
        "train loss": [x["train_loss"] for x in last],
        "live nodes": live,
        "distance to closed form": distances,
        "representations": [
            {
                "name": rho.name,
                "dimension": rho.dimension,
                "closed form": rho.dimension * rho.functions,
                "learned at epoch": first[:, i].tolist(),
                "gain": path[:, -1, i].tolist(),
                "nodes": nodes[:, i, 0].tolist(),
                "single": nodes[:, i, 1].tolist(),
            }
            for i, rho in enumerate(rhos)
        ],
    }
    report(result)
    return result


def report(found: dict[str, Any]) -> None:
    """Print one group."""
    accuracy = ", ".join(f"{x:.1%}" for x in found["test accuracy"])
    print(f"{found['group']} (order {found['order']}): test accuracy {accuracy}; ", end="")
    print(f"live nodes {found['live nodes']}", flush=True)
    for row in found["representations"]:
        gain = " ".join(f"{x:.2f}" for x in row["gain"])
        print(
            f"  {row['name']:12} N={row['dimension']} closed form {row['closed form']:3}; learned "
            f"at {row['learned at epoch']}; gain {gain}; nodes {row['nodes']}, "
            f"single {row['single']}",
            flush=True,
        )


def table(found: list[dict[str, Any]]) -> str:
    """Return a row for each representation, ranges over the seeds, in Markdown."""

    def spread(values: list[Any], form: str = "{}") -> str:
        low, high = form.format(min(values)), form.format(max(values))
        return low if low == high else f"{low} to {high}"

    lines = ["| group | representation | $N$ | learned at epoch | gain | nodes | single | closed |"]
    lines.append("|" + "---|" * 8)
    for one in found:
        for row in one["representations"]:
            figures = [spread(row["learned at epoch"]), spread(row["gain"], "{:.2f}")]
            figures += [spread(row["nodes"]), spread(row["single"]), str(row["closed form"])]
            cells = [one["group"], row["name"], str(row["dimension"]), *figures]
            lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def draw(found: list[dict[str, Any]], path: Path) -> None:
    """Draw how many nodes each representation has after training, and in the closed form."""
    import matplotlib

    matplotlib.use("agg")
    from matplotlib import pyplot

    chosen = [x for x in found if x["group"] in ("S4", "S5")]
    figure, axes = pyplot.subplots(1, len(chosen), figsize=(9, 2.8), layout="constrained")
    for axis, one in zip(axes, chosen, strict=True):
        rows = one["representations"]
        for i, row in enumerate(rows):
            axis.bar(i, row["closed form"], color="0.85", label="closed form" if i == 0 else None)
            xs = np.linspace(i - 0.2, i + 0.2, len(row["nodes"]))
            axis.plot(xs, row["nodes"], "o", ms=4, color="C0", label="trained" if i == 0 else None)
        axis.set_xticks(range(len(rows)), [row["name"] for row in rows], fontsize=7)
        axis.set_title(f"{one['group']}: nodes by representation", fontsize=9)
        axis.legend(frameon=False, fontsize=8)
    figure.savefig(path, dpi=130, metadata={"Software": None})


def main() -> None:
    """Study each group that is asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("groups", nargs="*")
    parser.add_argument("--picture", type=Path)
    parser.add_argument("--table", action="store_true")
    parser.add_argument("--width", type=int, default=512)
    parser.add_argument("--epochs", type=int, default=10_000)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--train-fraction", type=float, default=0.9)
    parser.add_argument("--weight-decay", type=float, default=5e-5)
    parser.add_argument("--every", type=int, default=100)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    if args.picture:
        draw(json.loads(args.json.read_text()), args.picture)
        return
    if args.table:
        print(table(json.loads(args.json.read_text())))
        return
    found = []
    for name in args.groups:
        found.append(studied(name, args))
        if args.json:
            args.json.write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
