"""The panel Your network: what a dropped file computes, what it is, and what is proved of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, final

import numpy as np

from algebra.numbers.arrays import Reals
from cogo.page.asked import fields
from cogo.page.runs import Kept
from numeric.exact.certify import Certified, certify
from numeric.exact.projection import NoneNearError, floats
from numeric.recognition.recognise import NotLearnedError, recognise
from numeric.recognition.report import Recognition
from numeric.verification.verify import verified
from numeric.weights.arrays.containers import SUFFIXES
from numeric.weights.given import Reading, reading
from numeric.weights.plain_network import Weights
from proofs.certificates import certificate, checker

MAX_ORDER, MAX_WIDTH = 256, 8192
#: A search for the nearest optimizer ends after so many seconds.
SECONDS = 30.0
#: More nodes than these are shown a frequency each.
MAX_ROWS = 80


@final
@dataclass(slots=True)
class Opened:
    """A file that was dropped, what was found in it, and the exact network next to it."""

    read: Reading
    found: Recognition
    exact: Certified | None = None
    certificate: bytes = b""


def networks_kept() -> Kept[Opened]:
    """Return a place for the files that were dropped last."""
    return Kept("number", "that file is not open any more; drop it again")


def read(kept: Kept[Opened], data: bytes, asked: Any) -> dict[str, Any]:
    """Read a file that was dropped, and return what is in it; a ValueError says why it cannot.

    Of its ``name`` the suffix alone is used; the rest is as on the command line.
    """
    name, group, activation, normalised = fields(
        asked, name="", group="", activation="square", normalised="false"
    )
    suffix = Path(name).suffix.lower()
    if suffix not in SUFFIXES:
        raise ValueError(f"weights are files ending in {', '.join(SUFFIXES)}")
    how: Any = {"group": group or None, "activation": activation}
    with TemporaryDirectory(prefix="cogo-page-") as folder:
        path = Path(folder) / f"dropped{suffix}"
        path.write_bytes(data)
        try:
            given = reading(path, **how, normalised=normalised == "true")
        except (ValueError, OSError) as error:
            said = str(error).replace(f"{path}: ", "").replace(str(path), "the file")
            raise ValueError(said) from None
    d, q = given.weights.group.order, given.weights.width
    if d > MAX_ORDER or q > MAX_WIDTH:
        raise ValueError(f"d = {d}, q = {q}; the page shows up to {MAX_ORDER} and {MAX_WIDTH}")
    found = recognise(given.weights)
    return {
        **found.as_json(),
        "number": kept.add(Opened(given, found)),
        "proved": verified(given).lines(),
        "order": d,
        "notes": list(given.notes),
        "reason": found.not_learned() or "",
        "frequencies": [
            {
                **x.as_json(),
                "label": x.label,
                "nodes": list(x.place.nodes),
                "entries": _points(x.entries),
                "model": _points(x.match.model),
            }
            for x in found.frequencies
        ],
    }


def pair(kept: Kept[Opened], asked: Any) -> dict[str, Any]:
    """Return what each node adds to each output for one pair of inputs, trained and exact."""
    opened = kept.at(asked)
    group, weights, home = opened.found.group, opened.read.weights, opened.found.table.home
    x, y = fields(asked, x=0, y=0)
    if not (0 <= x < group.order and 0 <= y < group.order):
        raise ValueError(f"x={x}, y={y}: pass 0 to {group.order - 1}")
    trained = _contributions(weights, x, y)
    rows = [f"node {j}" for j in range(len(trained))]
    exact = None
    if opened.exact is not None:
        columns = list(opened.exact.columns)
        exact = np.zeros((max(len(trained), *columns) + 1, group.order))
        exact[columns] = _contributions(floats(opened.exact.element, weights), x, y)
        rows += [f"new node {j}" for j in range(len(rows), len(exact))]
    if len(rows) > MAX_ROWS:
        ks = [0, *(f.frequency for f in opened.found.frequencies)]
        rows = [f"k = {group.label(k)}" if k else "constant" for k in ks]
        if exact is not None:
            more = exact[len(home) :].sum(axis=0)
            exact = np.stack([exact[: len(home)][home == k].sum(axis=0) for k in ks])
            exact[0] += more
        trained = np.stack([trained[home == k].sum(axis=0) for k in ks])
    return {
        "rows": rows,
        "labels": [group.label(g) for g in range(group.order)],
        "answer": int(group.add(x, y)),
        "trained": trained.tolist(),
        "exact": None if exact is None else exact.tolist(),
    }


def certified(kept: Kept[Opened], asked: Any) -> dict[str, Any]:
    """Look for the nearest optimizer, or the named one, and have the checker judge it."""
    opened, (named,) = kept.at(asked), fields(asked, named=False)
    try:
        found = certify(opened.read.weights, named=named, seconds=SECONDS)
    except (NoneNearError, NotLearnedError) as error:
        raise ValueError(f"no certificate: {error}") from None
    data = certificate.to_text(found.element, notes={"made by": "cogo page"}).encode()
    code, message = checker.check(data)
    if code == 0:
        opened.exact, opened.certificate = found, data
    lines = [repr(found)[1:-1], *found.lines]
    return {"accepted": code == 0, "message": message, "lines": lines}


def download(kept: Kept[Opened], asked: Any) -> tuple[str, bytes]:
    """Return the certificate that was made last."""
    opened = kept.at(asked)
    if not opened.certificate:
        raise ValueError("there is no certificate yet; certify first")
    return f"{opened.found.group}-nearest.cert.json".lower(), opened.certificate


def _points(z: Any) -> list[list[list[float]]]:
    """Return rows a, b, c of complex entries as pairs of real numbers."""
    return [[[float(v.real), float(v.imag)] for v in row] for row in z]


def _contributions(w: Weights, x: int, y: int) -> Reals:
    """Return ``w_c[g, j] (w_a[x, j] + w_b[y, j])^2 / 2d``, a row a node."""
    inputs = w.w_a[x].astype(np.float64) + w.w_b[y]
    return np.asarray(((w.w_c * inputs**2) / (2 * w.group.order)).T, dtype=np.float64)
