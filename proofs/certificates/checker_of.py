"""Which stand-alone checker a certificate is for, its ``format`` says; and what other files are."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, final

from algebra.machine.read_file import ReadError, printable, read_bytes
from numeric.weights.arrays.containers import SUFFIXES
from proofs.certificates import (
    checker,
    existence_checker,
    infeasible_checker,
    network_checker,
    table_checker,
)

#: The stand-alone checker of each format.
CHECKERS: dict[str, Any] = {
    "cogo-certificate": checker,
    "cogo-existence": existence_checker,
    "cogo-infeasible": infeasible_checker,
    "cogo-verified": network_checker,
    "cogo-table": table_checker,
}
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


@final
@dataclass(frozen=True, slots=True)
class Checked:
    """What a stand-alone checker says of a file.

    Attributes:
        code: 0 accepted, 1 refuted, 2 malformed, or no certificate.
        message: the checker's line.
    """

    code: int
    message: str

    @property
    def accepted(self) -> bool:
        """Whether the statement of the certificate was checked and holds."""
        return self.code == 0

    def __str__(self) -> str:
        return self.message


def check_certificate(path: str | Path) -> Checked:
    """Replay a certificate with the stand-alone checker of the format that it names.

    A wrong guess costs nothing: each checker refuses what does not name its own format.

    >>> import cogo
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     cogo.write_certificate(f"{folder}/z5.cert.json", cogo.build("Z5"))
    ...     cogo.check_certificate(f"{folder}/z5.cert.json").accepted
    True
    """
    path = Path(path)
    try:
        data = read_bytes(path, limit=checker.MAX_FILE)
        kind = kind_of(path, data)
        if kind == "cogo-verified":  # it is about the weights beside it
            return Checked(*network_checker.check(str(path)))
        if kind in CHECKERS or kind not in OTHERS:
            return Checked(*CHECKERS.get(kind, checker).check(data))
        what, then = OTHERS[kind]
        return Checked(2, f"no certificate: {what}; {then}")
    except ReadError as error:
        return Checked(2, f"not checked: {str(error).removeprefix(f'{printable(path)} ')}")
    except MemoryError:
        return Checked(2, "not checked: out of memory")
