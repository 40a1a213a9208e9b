"""What the README says of least widths is what is proved, and for the task for which it is."""

from __future__ import annotations

import re
from pathlib import Path

from algebra import AbelianGroup
from algebra.optimizers.width_bounds import onehot_bound, projected_bound
from benchmarks.catalogue_page import groups
from proofs.widths.known import KnownWidths

ROOT = Path(__file__).parents[2]


def test_that_no_seven_nodes_add_modulo_5_is_said_for_the_one_hot_task_alone():
    five = AbelianGroup("Z5")
    assert (onehot_bound(five), projected_bound(five)) == (8, 7)
    text = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    said = re.findall(r"[^,;.]*\bno seven do\b", text)
    assert said == [" and for the one-hot task no seven do"]


def test_the_groups_of_known_least_width_are_as_many_as_the_catalogue_has_for_one_hot():
    text = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    [(known, all_of_them)] = re.findall(
        r"one-hot task no seven do; the least width for it is proved for (\d+) of the (\d+)", text
    )
    widths = [KnownWidths(G, "onehot") for G in groups()]
    assert len(widths) == int(all_of_them)
    assert sum(x.narrowest[1] == x.least for x in widths) == int(known)
