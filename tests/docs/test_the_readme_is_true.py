"""What the README says of least widths is what is proved, and for the task for which it is."""

import json
import re
from pathlib import Path

from algebra import AbelianGroup
from algebra.optimizers.width_bounds import onehot_bound, projected_bound
from benchmarks.catalogue_page import groups
from proofs.widths.known import KnownWidths

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PROSE = " ".join(README.split())


def test_that_no_seven_nodes_add_modulo_5_is_said_for_the_one_hot_task_alone():
    five = AbelianGroup("Z5")
    assert (onehot_bound(five), projected_bound(five)) == (8, 7)
    said = re.findall(r"[^,;.]*\bno seven do\b", PROSE)
    assert said == [" and for the one-hot task no seven do"]


def test_the_groups_of_known_least_width_are_as_many_as_the_catalogue_has_for_one_hot():
    [(known, all_of_them)] = re.findall(
        r"one-hot task no seven do; the least width for it is proved for (\d+) of the (\d+)", PROSE
    )
    widths = [KnownWidths(G, "onehot") for G in groups()]
    assert len(widths) == int(all_of_them)
    assert sum(x.narrowest[1] == x.least for x in widths) == int(known)


def not_stored(page: str) -> list[str]:
    """Return the figures of the table of what training finds that the stored result has not."""
    stored = json.loads((ROOT / "docs/catalogue/results/table2.json").read_text(encoding="utf-8"))
    rows = {row["quantity"]: row for row in stored["rows"]}
    text = page.partition("## What training finds")[2].partition("\n## ")[0]
    names = ["nu(i)*xi", "nu(i)*syn(al,be)", "nu*syn", "others", "non-factorable order 4", "match"]
    lines = [x for x in text.splitlines() if x.startswith("| ")][1:]
    wrong = []
    for name, line in zip(names, lines, strict=True):
        said = [x.strip() for x in line.split("|")[2:8]]
        for group, paper, here in zip(("Z23", "Z71", "Z127"), said[::2], said[1::2], strict=True):
            row = rows[f"{group}: {name}, recognised"]
            wrong += [paper] * (abs(float(paper) - row["paper"]) > 0.0501)
            wrong += [here] * (here != f"{row['ours']:.1f} ± {row['standard error']:.1f}")
    return wrong


def test_the_figures_of_what_training_finds_are_those_of_the_stored_result():
    assert not_stored(README) == []
    wrong = README.replace("41.3 ± 3.0", "41.3 ± 3.1").replace("| 72.6 |", "| 72.8 |")
    assert not_stored(wrong) == ["41.3 ± 3.1", "72.8"]
