"""The panel Your network: what a dropped file computes, what it is, and what is proved of it."""

from __future__ import annotations

import tempfile
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any, final

import numpy as np

from algebra.numbers.arrays import Reals
from cogo.page.asked import fields
from numeric.exact.certify import Certified, certify
from numeric.exact.projection import NoneNearError, floats
from numeric.recognition.recognise import NotLearnedError, recognise
from numeric.recognition.report import Recognition
from numeric.verification.verify import verified
from numeric.weights.arrays.containers import SUFFIXES
from numeric.weights.given import Reading, reading
from numeric.weights.plain_network import Weights
from proofs.certificates import certificate, checker

MAX_ORDER, MAX_WIDTH, KEPT = 256, 8192, 4
#: A search for the nearest optimizer ends after so many seconds.
SECONDS = 30.0
#: More nodes than these are shown a frequency each.
MAX_ROWS = 80


@final
@dataclass(slots=True)
class _Opened:
    name: str
    read: Reading
    found: Recognition
    exact: Certified | None = None
    certificate: bytes = b""


class Networks:
    """The last files that were dropped, by number."""

    def __init__(self) -> None:
        self._opened: OrderedDict[int, _Opened] = OrderedDict()
        self._count, self._lock = 0, Lock()

    def open(self, data: bytes, asked: Any) -> dict[str, Any]:
        """Read a file that was dropped, and return what is in it; a ValueError says why it cannot.

        Of its ``name`` the suffix alone is used; the rest is as on the command line.
        """
        name, group, activation, normalised = fields(
            asked, name="", group="", activation="square", normalised="false"
        )
        suffix = Path(name).suffix.lower()
        if suffix not in SUFFIXES:
            raise ValueError(f"weights are files ending in {', '.join(SUFFIXES)}")
        with tempfile.TemporaryDirectory(prefix="cogo-page-") as folder:
            path = Path(folder) / f"dropped{suffix}"
            path.write_bytes(data)
            try:
                read = reading(
                    path,
                    group=group or None,
                    activation=activation,
                    normalised=normalised == "true",
                )
            except (ValueError, OSError) as error:
                raise ValueError(
                    str(error).replace(f"{path}: ", "").replace(str(path), "the file")
                ) from None
        d, q = read.weights.group.order, read.weights.width
        if d > MAX_ORDER or q > MAX_WIDTH:
            raise ValueError(f"d = {d}, q = {q}; the page shows up to {MAX_ORDER} and {MAX_WIDTH}")
        found = recognise(read.weights)
        with self._lock:
            self._count += 1
            number = self._count
            self._opened[number] = _Opened(name, read, found)
            while len(self._opened) > KEPT:
                self._opened.popitem(last=False)
        return {"number": number, "proved": verified(read).lines(), **_described(read, found)}

    def pair(self, asked: Any) -> dict[str, Any]:
        """Return what each node adds to each output for one pair of inputs, trained and exact."""
        opened = self._at(asked)
        group = opened.found.group
        x, y = fields(asked, x=0, y=0)
        if not (0 <= x < group.order and 0 <= y < group.order):
            raise ValueError(f"x={x}, y={y}: pass 0 to {group.order - 1}")
        trained = _contributions(opened.read.weights, x, y)
        home = opened.found.table.home
        rows = [f"node {j}" for j in range(len(trained))]
        exact = None
        if opened.exact is not None:
            w = floats(opened.exact.element, opened.read.weights)
            exact = np.zeros((max(len(trained), *opened.exact.columns) + 1, group.order))
            exact[list(opened.exact.columns)] = _contributions(w, x, y)
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

    def certify(self, asked: Any) -> dict[str, Any]:
        """Look for the nearest optimizer, or the named one, and have the checker judge it."""
        opened, (named,) = self._at(asked), fields(asked, named=False)
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

    def download(self, asked: Any) -> tuple[str, bytes]:
        """Return the certificate that was made last."""
        opened = self._at(asked)
        if not opened.certificate:
            raise ValueError("there is no certificate yet; certify first")
        return f"{opened.found.group}-nearest.cert.json".lower(), opened.certificate

    def _at(self, asked: Any) -> _Opened:
        (number,) = fields(asked, number=0)
        if number not in self._opened:
            raise ValueError("that file is not open any more; drop it again")
        return self._opened[number]


def _described(read: Reading, found: Recognition) -> dict[str, Any]:
    reason = found.not_learned()
    return {
        "group": str(found.group),
        "order": found.group.order,
        "width": found.width,
        "notes": list(read.notes),
        "loss": found.measured.loss,
        "accuracy": found.measured.accuracy,
        "reason": reason or "",
        "frequencies": [
            {
                "label": x.label,
                "order": x.order,
                "composition": x.composition,
                "reason": x.match.reason,
                "residual": x.match.residual if np.isfinite(x.match.residual) else None,
                "parameters": dict(x.match.parameters),
                "nodes": list(x.place.nodes),
                "entries": _points(x.entries),
                "model": _points(x.match.model),
            }
            for x in found.frequencies
        ],
    }


def _points(z: Any) -> list[list[list[float]]]:
    """Return rows a, b, c of complex entries as pairs of real numbers."""
    return [[[float(v.real), float(v.imag)] for v in row] for row in z]


def _contributions(w: Weights, x: int, y: int) -> Reals:
    """Return ``w_c[g, j] (w_a[x, j] + w_b[y, j])^2 / 2d``, a row a node."""
    inputs = w.w_a[x].astype(np.float64) + w.w_b[y]
    return np.asarray(((w.w_c * inputs**2) / (2 * w.group.order)).T, dtype=np.float64)
