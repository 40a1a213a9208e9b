"""From `cogo build` to a checker and a network that share no code with the project."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from algebra import AbelianGroup
from algebra.optimizers import families
from proofs import checker
from proofs.cli import main

ROOT = Path(__file__).parents[2]
GROUPS = ["Z7", "Z8", "Z2^3", "Z3xZ3", "Z2xZ4xZ3"]


def network_of_the_docs() -> str:
    """The plain NumPy network printed in docs/weights.md, reading the file it is given."""
    page = (ROOT / "docs" / "weights.md").read_text(encoding="utf-8")
    [block] = [b for b in re.findall(r"```python\n(.*?)```", page, re.DOTALL) if "np.load(" in b]
    lines = [line[4:] for line in block.splitlines() if line[:3] in (">>>", "...")]
    assert len(lines) <= 15
    source = "\n".join(lines).replace('"z2xz4.npz"', "sys.argv[1]")
    assert "sys.argv[1]" in source
    assert "algebra" not in source
    assert "numeric" not in source
    return f"import sys\n{source}\nprint(loss)\n"


@pytest.mark.parametrize("gauge", ["balanced", "rational"])
@pytest.mark.parametrize("name", GROUPS)
def test_built_files_are_accepted_elsewhere_and_have_no_loss(name, gauge, tmp_path):
    group = AbelianGroup(name)
    alone = tmp_path / "alone"
    alone.mkdir()
    copied = Path(shutil.copy(checker.__file__, alone))
    network = tmp_path / "network.py"
    network.write_text(network_of_the_docs(), encoding="utf-8")
    certificates = []
    for family in families(group):
        stem = tmp_path / family
        with pytest.raises(SystemExit) as stop:
            main(
                [
                    "build",
                    name,
                    "--family",
                    family,
                    "--gauge",
                    gauge,
                    "-q",
                    "-o",
                    f"{stem}.cert.json",
                    "-o",
                    f"{stem}.npz",
                ]
            )
        assert not stop.value.code
        certificates.append(f"{stem}.cert.json")
        done = subprocess.run(
            [sys.executable, str(network), f"{stem}.npz"],
            capture_output=True,
            text=True,
            check=True,
            timeout=120,
        )
        assert float(done.stdout.split()[-1]) < 1e-20, (family, done.stdout)
    done = subprocess.run(
        [sys.executable, "-I", copied.name, *certificates],
        cwd=alone,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count(": accepted: ") == len(certificates)
