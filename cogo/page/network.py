"""The panel Your network: what a dropped file computes, what it is, and what is proved of it.

Every request brings the file; what was found in the last ones is kept.
"""

from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from algebra.numbers.arrays import Reals
from cogo.page.exchange import fields
from numeric.exact.certify import Certified, certify
from numeric.exact.projection import NoneNearError, floats
from numeric.recognition.recognise import NotLearnedError, recognise
from numeric.recognition.report import Recognition
from numeric.verification.verify import verified
from numeric.weights.arrays.containers import SUFFIXES
from numeric.weights.given import Reading, reading
from numeric.weights.plain_network import Weights
from proofs.certificates import certificate

MAX_ORDER, MAX_WIDTH = 256, 8192
#: A search for the nearest optimizer ends after so many seconds.
SECONDS = 30.0
#: More nodes than these are shown a frequency each.
MAX_ROWS = 80
#: So many files and certificates are kept.
KEPT = 4
#: How a file is read, if nothing else is asked; of its name the suffix alone is used.
HOW = {"name": "", "group": "", "activation": "square", "normalised": "false"}


@lru_cache(maxsize=KEPT)
def _opened(
    data: bytes, name: str, group: str, activation: str, normalised: str
) -> tuple[Reading, Recognition]:
    """Return what was read, and what is in it; a ValueError says why it cannot be read."""
    suffix = Path(name).suffix.lower()
    if suffix not in SUFFIXES:
        raise ValueError(f"weights are files ending in {', '.join(SUFFIXES)}")
    as_said: Any = {"group": group or None, "activation": activation}
    with TemporaryDirectory(prefix="cogo-page-") as folder:
        path = Path(folder) / f"dropped{suffix}"
        path.write_bytes(data)
        try:
            given = reading(path, **as_said, normalised=normalised == "true")
        except (ValueError, OSError) as error:
            said = str(error).replace(f"{path}: ", "").replace(str(path), "the file")
            raise ValueError(said) from None
    d, q = given.weights.group.order, given.weights.width
    if d > MAX_ORDER or q > MAX_WIDTH:
        raise ValueError(f"d = {d}, q = {q}; the page shows up to {MAX_ORDER} and {MAX_WIDTH}")
    return given, recognise(given.weights)


@lru_cache(maxsize=KEPT)
def _certified(data: bytes, kind: str, *how: str) -> tuple[Certified, bytes, int, str]:
    """Return an optimizer next to a network, its certificate, and what the checker says of it."""
    try:
        read, _ = _opened(data, *how)
        given = read if read.over_a_table else read.weights
        found = certify(given, named=kind == "named", seconds=SECONDS)
    except (NoneNearError, NotLearnedError) as error:
        raise ValueError(f"no certificate: {error}") from None
    return found, *certificate.judged(found.element, notes={"made by": "cogo page"})


def read(data: bytes, asked: Any) -> dict[str, Any]:
    """Return what is in a file."""
    given, found = _opened(data, *fields(asked, **HOW))
    said, frequencies, seen = list(given.notes), found.frequencies, found
    if given.over_a_table:
        said += ["cogo recognise says what its nodes hold"]
        frequencies, seen = (), recognise(given)
    return {
        **seen.as_json(),
        "proved": verified(given).lines(),
        "order": given.weights.group.order,
        "notes": said,
        "reason": seen.not_learned() or "",
        "frequencies": [
            {
                **x.as_json(),
                "label": x.label,
                "nodes": list(x.place.nodes),
                "entries": _points(x.entries),
                "model": _points(x.match.model),
            }
            for x in frequencies
        ],
    }


def pair(data: bytes, asked: Any) -> dict[str, Any]:
    """Return what each node adds to each output for one pair of inputs, trained, and exact where a
    ``kind`` of optimizer is named.
    """
    how = fields(asked, **HOW)
    given, found = _opened(data, *how)
    group, weights, home = found.group, given.weights, found.table.home
    over = given.operation if given.over_a_table else None
    *inputs, kind = fields(asked, x="0", y="0", kind="")
    x, y = map(int, inputs)
    if not (0 <= x < group.order and 0 <= y < group.order):
        raise ValueError(f"x={x}, y={y}: pass 0 to {group.order - 1}")
    trained = _contributions(weights, x, y)
    rows = [f"node {j}" for j in range(len(trained))]
    exact = None
    if kind:
        near, *_ = _certified(data, kind, *how)
        columns = list(near.columns)
        exact = np.zeros((max(len(trained), *columns) + 1, group.order))
        exact[columns] = _contributions(floats(near.element, weights), x, y)
        rows += [f"new node {j}" for j in range(len(rows), len(exact))]
    if len(rows) > MAX_ROWS:
        ks = [0, *(f.frequency for f in found.frequencies)]
        rows = [f"k = {group.label(k)}" if k else "constant" for k in ks]
        if exact is not None:
            more = exact[len(home) :].sum(axis=0)
            exact = np.stack([exact[: len(home)][home == k].sum(axis=0) for k in ks])
            exact[0] += more
        trained = np.stack([trained[home == k].sum(axis=0) for k in ks])
    return {
        "rows": rows,
        "labels": [group.label(g) for g in range(group.order)],
        "answer": int(over.table()[x, y] if over else group.add(x, y)),
        "trained": trained.tolist(),
        "exact": None if exact is None else exact.tolist(),
    }


def certified(data: bytes, asked: Any) -> dict[str, Any]:
    """Look for the optimizer of a kind, nearest or named, and have the checker judge it."""
    found, _, code, message = _certified(data, *fields(asked, kind="nearest", **HOW))
    lines = [repr(found)[1:-1], *found.lines]
    return {"accepted": code == 0, "message": message, "lines": lines}


def download(data: bytes, asked: Any) -> tuple[str, bytes]:
    """Return its certificate."""
    kind, *how = fields(asked, kind="nearest", **HOW)
    _, made, code, message = _certified(data, kind, *how)
    if code:
        raise ValueError(f"there is no certificate: {message}")
    group = _opened(data, *how)[1].group
    return f"{group}-{kind}.cert.json".lower(), made


def _points(z: Any) -> list[list[list[float]]]:
    """Return rows a, b, c of complex entries as pairs of real numbers."""
    return [[[float(v.real), float(v.imag)] for v in row] for row in z]


def _contributions(w: Weights, x: int, y: int) -> Reals:
    """Return ``w_c[g, j] (w_a[x, j] + w_b[y, j])^2 / 2d``, a row a node."""
    inputs = w.w_a[x].astype(np.float64) + w.w_b[y]
    return np.asarray(((w.w_c * inputs**2) / (2 * w.group.order)).T, dtype=np.float64)
