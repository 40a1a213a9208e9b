"""The page as a folder for any web server: what the library answers, asked beforehand.

Optimizers of some groups, one phase moved or one part or node left out at a time, products of up to
three blocks, one network, the claims for the first group; where it is asked for more, it says so.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import combinations_with_replacement
from pathlib import Path
from typing import Any

import numpy as np

from algebra.groups.group import AbelianGroup
from algebra.machine.read_file import read_bytes
from algebra.machine.write_file import make_folder, write_bytes
from algebra.optimizers.table import build
from cogo.page import compose, doubt, network, play, prover
from cogo.page.server import STATIC
from proofs.certificates import certificate

#: Groups above this order have too many positions to ask for them all.
MAX_ORDER, MAX_BUNDLE = 16, 1 << 24
#: Degrees between positions of a slider, parameters that have one, and nodes that can be left out.
STEP, MAX_PARAMETERS, MAX_NODES = 30, 3, 12
EXAMPLE = "example.npz"
MARK = '<meta name="cogo" content="static">'


def export(folder: Path, groups: list[AbelianGroup], *, force: bool = False) -> Iterator[Path]:
    """Write the page and its answers, and yield each file when it is written."""
    for group in groups:
        if not 1 < group.order <= MAX_ORDER:
            raise ValueError(f"{group} has order {group.order}; pass groups of order 2 to 16")
    make_folder(folder, parents=True)
    answers: dict[str, Any] = {
        "groups": [str(group) for group in groups],
        "compose": dict(_composed()),
        "others": dict(_others(groups)),
        "network": dict(_network()),
        **{str(group): dict(_played(group)) for group in groups},
    }
    files = {x.name: read_bytes(x, limit=MAX_BUNDLE) for x in sorted(STATIC.iterdir())}
    files["index.html"] = files["index.html"].replace(b"<title>", f"{MARK}\n<title>".encode())
    files |= {f"{name}.json": json.dumps(found).encode() for name, found in answers.items()}
    for name, data in files.items():
        write_bytes(folder / name, data, force=force)
        yield folder / name


def key(path: str, data: Any) -> str:
    """Return what an answer is filed under: the request as JSON, sorted, what is empty left out."""
    phases = {name: step for name, step in data.get("phases", {}).items() if step}
    kept = {k: v for k, v in {**data, "phases": phases}.items() if v not in ([], {}, None)}
    return f"{path} {json.dumps(kept, separators=(',', ':'), sort_keys=True)}"


def _played(group: AbelianGroup) -> Iterator[tuple[str, Any]]:
    for target in ("projected", "onehot"):
        start = {"group": str(group), "target": target}
        first = play.structure(start)
        yield key("play", {**start, "family": "auto"}), first
        for family in [x["name"] for x in first["families"] if x["name"] != "memorization"]:
            whole = {**start, "family": family}
            made = play.structure(whole)
            name, data = play.download(whole, kind="certificate")
            yield key("download/certificate", whole), [name, data.decode()]
            parts = [list(range(p["first"], p["first"] + p["nodes"])) for p in made["parts"]]
            nodes = [[j] for j in range(min(made["width"], MAX_NODES))]
            for deleted in [[], *{tuple(x): x for x in parts + nodes}.values()]:
                broken = {**whole, "deleted": deleted}
                yield key("play", broken), play.structure(broken)
                moves: list[dict[str, Any]] = [{}]
                if not deleted:
                    moves += [{"node": j} for j in range(1, min(made["width"], MAX_NODES))]
                    moves += [
                        {"phases": {name: step}}
                        for name in made["parameters"][:MAX_PARAMETERS]
                        for step in range(STEP, 360, STEP)
                    ]
                for move in moves:
                    for x in made["frequencies"]:
                        asked = {**broken, "frequency": x["k"], "node": 0, **move}
                        yield key("values", asked), play.values(asked)


def _composed() -> Iterator[tuple[str, Any]]:
    yield "tiles {}", compose.listed()
    for op in "*+":
        for size in (1, 2, 3):
            for names in combinations_with_replacement(sorted(compose.tiles()), size):
                asked = {"expression": {"op": op, "parts": [{"block": name} for name in names]}}
                yield key("compose", asked), compose.composed(asked)


def _network() -> Iterator[tuple[str, Any]]:
    """Open the example, certify it, and ask for each pair and the certificates."""
    example, named = read_bytes(STATIC / EXAMPLE, limit=MAX_BUNDLE), {"name": EXAMPLE}
    opened = network.read(example, named)
    yield "network/open {}", opened
    pairs = list(np.ndindex(opened["order"], opened["order"]))
    for kind in ("", "nearest", "named"):
        for x, y in pairs:
            asked = {"kind": kind, "x": str(x), "y": str(y)}
            found = network.pair(example, {**named, **asked})
            shown = {k: np.round(found[k], 4).tolist() for k in ("trained", "exact") if found[k]}
            yield key("network/pair", asked), {**found, **shown}
        if kind:
            asked = {"kind": kind}
            yield key("network/certify", asked), network.certified(example, {**named, **asked})
            name, data = network.download(example, {**named, **asked})
            yield key("network/certificate", asked), [name, data.decode()]


def _others(groups: list[AbelianGroup]) -> Iterator[tuple[str, Any]]:
    outcomes: list[Any] = []
    prover.proved(outcomes.append, str(groups[0]))
    found = {"group": str(groups[0]), "outcomes": outcomes[1:]}
    yield "report {}", {**found, "date": datetime.now(UTC).date().isoformat()}
    yield "source {}", doubt.source()
    yield "widths {}", prover.catalogue()
    sample = certificate.to_text(build("Z7")).encode()
    checked = {**doubt.checked(sample), **doubt.lines(sample)}
    tampered = doubt.tampered_and_checked(sample)
    yield "sample {}", {"text": sample.decode(), "checked": checked, "tampered": tampered}
