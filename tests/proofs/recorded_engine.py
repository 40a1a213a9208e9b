"""What Singular answered: an engine for machines that have none, and how the answers are recorded.

``python -m tests.proofs.recorded_engine`` asks the Singular that is installed, and writes the file
anew: after a change of what `proofs.widths.infeasible` asks, which the stand-in refuses to answer.
"""

from __future__ import annotations

import json
import os
import shutil
import stat
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
STAND_IN = """
import json, sys
asked = sys.stdin.read().splitlines()
for script, answer in json.load(open({path!r})):
    if script == asked:
        print("\\n".join(answer))
        sys.exit()
sys.exit("nothing is recorded for this; run python -m tests.proofs.recorded_engine")
"""


def write_engine(folder: Path, source: str) -> None:
    """Write a Python program that is called as Singular is."""
    path = folder / infeasible.ENGINE
    path.write_text(f"#!{sys.executable}\n{source}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


def write_stand_in(folder: Path) -> None:
    """Write an engine that gives the recorded answers, and none to anything else."""
    write_engine(folder, STAND_IN.format(path=str(ANSWERS)))


def is_installed() -> bool:
    return shutil.which(infeasible.ENGINE) is not None


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
