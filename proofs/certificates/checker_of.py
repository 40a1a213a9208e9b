"""Which stand-alone checker a certificate is for: its ``format`` says."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import final

from algebra.machine.read_file import ReadError, printable, read_bytes
from proofs.certificates import (
    checker,
    existence_checker,
    infeasible_checker,
    network_checker,
    table_checker,
)
from proofs.certificates.file_kind import OTHERS, kind_of

#: The stand-alone checker of each format.
CHECKERS: dict[str, ModuleType] = {
    "cogo-certificate": checker,
    "cogo-existence": existence_checker,
    "cogo-infeasible": infeasible_checker,
    "cogo-verified": network_checker,
    "cogo-table": table_checker,
}


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
