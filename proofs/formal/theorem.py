"""What a theorem of Coq states, read from the file that proves it; Coq itself is not run."""

from __future__ import annotations

import re
from pathlib import Path

_FILE = re.compile(r"\w+\.v:[\w']+")


def statement(theorem: str, *, folder: Path = Path(__file__).parent) -> str:
    """Return what ``"file.v:name"`` states, as it stands in the file, without comments.

    Args:
        theorem: a file of the folder, and the name of a theorem, lemma or corollary in it.
        folder: where the files are.

    Raises:
        ValueError: if there is no such file, or no such theorem with a proof in it.
    """
    name, path = theorem.partition(":")[2], folder / theorem.partition(":")[0]
    if not _FILE.fullmatch(theorem) or not path.is_file():
        raise ValueError(f"theorem={theorem!r}: no such file; pass FILE.v:NAME of proofs/formal")
    text = re.sub(r"(?s)\(\*.*?\*\)", "", path.read_text("utf-8"))
    stated = rf"\b(?:Theorem|Lemma|Corollary|Proposition|Fact)\s+{re.escape(name)}(?![\w'])"
    found = re.search(
        rf"(?s){stated}(?:(?!\bProof\b).)*?\."
        r"(?=\s+Proof\b(?:(?!\b(?:Admitted|Abort)\b).)*?\b(?:Qed|Defined)\.)",
        text,
    )
    if found is None:
        raise ValueError(f"theorem={theorem!r}: {path.name} proves nothing of this name")
    return found[0]
