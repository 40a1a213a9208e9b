"""From `cogo build` to a checker and a network that share no code with the project."""

import re
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from algebra import AbelianGroup
from algebra.optimizers.table import families
from proofs.certificates import checker
from tests.proofs.stand_alone import copied

ROOT = Path(__file__).parents[2]
GROUPS = ["Z7", "Z8", "Z2^3", "Z3xZ3", "Z2xZ2xZ3"]


def network_of_the_docs() -> str:
    """The plain NumPy network of docs/reference/weights.md, reading the files it is given."""
    page = (ROOT / "docs" / "reference" / "weights.md").read_text(encoding="utf-8")
    [block] = [b for b in re.findall(r"```python\n(.*?)```", page, re.DOTALL) if "np.load(" in b]
    lines = [line[4:] for line in block.splitlines() if line[:3] in (">>>", "...")]
    assert len(lines) <= 15
    source = "\n".join(lines).replace('"z2xz4.npz"', "path")
    assert "np.load(path)" in source
    assert "algebra" not in source
    assert "numeric" not in source
    source = textwrap.indent(source, "    ")
    return f"import sys\nfor path in sys.argv[1:]:\n{source}\n    print('=', loss)\n"


@pytest.mark.parametrize("gauge", ["balanced", "rational"])
@pytest.mark.parametrize("name", GROUPS)
def test_built_files_are_accepted_elsewhere_and_have_no_loss(name, gauge, tmp_path, cogo):
    alone = tmp_path / "alone"
    alone.mkdir()
    names = families(AbelianGroup(name))
    for family in names:
        written = f"-o {family}.cert.json -o {family}.npz"
        cogo("build", name, "--family", family, "--gauge", gauge, "-q", written)
    weights, certificates = (
        [str(tmp_path / f"{family}.{suffix}") for family in names]
        for suffix in ("npz", "cert.json")
    )
    command = [sys.executable, "-c", network_of_the_docs(), *weights]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=300)
    losses = [float(x[2:]) for x in done.stdout.splitlines() if x.startswith("= ")]
    assert len(losses) == len(names)
    assert max(losses) < 1e-20, losses
    done = copied(Path(checker.__file__), alone)(*certificates, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count(": accepted: ") == len(certificates)
