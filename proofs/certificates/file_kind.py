"""What kind of file it is: a certificate, or something else, and what to do with that."""

from __future__ import annotations

import re
from pathlib import Path

from numeric.weights.arrays.containers import SUFFIXES

#: What else a file may be, by its format: what it is, and what to do with it.
OTHERS = {
    "weights": (
        "holds weights, which are floats",
        "cogo recognise FILE says what is in them, cogo certify FILE finds the nearest optimizer",
    ),
    "other": (
        "neither JSON nor weights",
        "cogo build GROUP -o FILE.cert.json writes a certificate, -o FILE.json an element",
    ),
    "cogo-element": (
        "an element, which claims nothing",
        "cogo show FILE proves it, cogo build GROUP -o FILE.cert.json writes a certificate",
    ),
    "cogo-table": ("a network over the table of an operation", "cogo check FILE, cogo show FILE"),
    "cogo-existence": ("a proof that networks exist", "cogo check FILE"),
    "cogo-infeasible": ("a proof that there is no network", "cogo check FILE"),
    "cogo-verified": ("a statement about a network in another file", "cogo check FILE"),
    "cogo-catalogue": ("a catalogue of cogo compose", "it is JSON to be read"),
    "cogo-narrow": ("the state of cogo narrow", "the command that wrote it goes on from it"),
    "cogo-report": ("a report of cogo prove", "it is JSON to be read"),
}


def kind_of(file: Path, data: bytes) -> str:
    """Return the format that a file of JSON names, ``"weights"``, ``"other"``, or "" for JSON."""
    if file.suffix.lower() in SUFFIXES or data.startswith((b"PK", b"\x93NUMPY")):
        return "weights"
    if not data.lstrip().startswith((b"{", b"[")):
        return "other"
    named = re.search(rb'"format": *"(cogo-[a-z-]+)"', data)
    return named[1].decode() if named else ""
