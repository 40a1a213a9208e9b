"""What Singular answered, for machines that have none; and programs that are called as it is.

``python -m tests.proofs.recorded_engine`` asks the Singular that is installed, and writes the file
anew: after a change of what `proofs.widths.infeasible` asks, of which no answer is recorded.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

from algebra import AbelianGroup
from proofs.widths import infeasible

ANSWERS = Path(__file__).resolve().parents[1] / "data" / "singular.json"
#: What the tests have found: the group, the number of nodes, and options of `infeasible.find`.
ASKED = (
    ("Z3", 3, {}),
    ("Z3", 1, {"target": "projected", "constants": False}),
    ("Z2", 1, {"target": "projected"}),
    ("Z2", 2, {"target": "onehot"}),
)


def write_engine(folder: Path, source: str) -> None:
    """Write a Python program that is called as Singular is."""
    path = folder / infeasible.ENGINE
    path.write_text(f"#!{sys.executable}\n{source}\n")
    path.chmod(0o700)


def recorded(script: str, *limits: Any) -> str:
    """Return what Singular answered to a script."""
    answers = {tuple(asked): answer for asked, answer in json.loads(ANSWERS.read_text())}
    return "\n".join(answers[tuple(script.splitlines())])


def record() -> None:
    """Ask Singular what the tests ask, and keep scripts and answers."""
    talk: list[list[list[str]]] = []
    run = infeasible._run

    def heard(script: str, *limits: Any) -> str:
        answer = run(script, *limits)
        talk.append([script.splitlines(), answer.splitlines()])
        return answer

    infeasible._run = heard
    for name, width, options in ASKED:
        infeasible.find(AbelianGroup(name), width, **options)
    ANSWERS.write_text(json.dumps(talk, indent=0) + os.linesep)


if __name__ == "__main__":
    record()
