"""What the panel Play shows is what the library says."""

from __future__ import annotations

import io

import numpy as np
import pytest

from algebra.criterion.verdict import check
from algebra.groups.group import AbelianGroup
from algebra.optimizers.table import build
from algebra.semiring.made import element
from cogo.page.play import download, structure, values
from numeric.recognition.recognise import recognise


@pytest.mark.parametrize("group", ["Z5", "Z8", "Z2xZ4", "Z3xZ3"])
@pytest.mark.parametrize("target", ["projected", "onehot"])
def test_every_family_is_accepted_and_stays_so_at_any_phase(group, target):
    families = structure({"group": group, "target": target})["families"]
    for family in families:
        request = {"group": group, "target": target, "family": family["name"]}
        found = structure(request)
        assert (found["accepted"], found["width"]) == (True, family["width"])
        phases = {name: 17 * (i + 1) for i, name in enumerate(found["parameters"])}
        shown = values({**request, "phases": phases, "frequency": 1})
        assert shown["loss"] == 0
        assert all(lamp["met"] for lamp in shown["lamps"])
        assert shown["tensor"]["wrong"] == []


def test_what_is_shown_is_as_long_as_the_optimizer():
    request = {"group": "Z5", "family": "four-plus-constant"}
    found = structure(request)
    assert (found["loss"], found["parameters"]) == ("0", ["xi_1", "xi_2"])
    shown = values({**request, "frequency": 1, "node": 1})
    assert (len(found["nodes"]), len(shown["entries"]), len(shown["curves"]["a"])) == (9, 9, 5)


@pytest.mark.parametrize("deleted", [[0], [3], [1, 2]])
def test_without_some_nodes_the_loss_is_the_library_s(deleted):
    G = AbelianGroup("Z7")
    nodes = build(G, "four-plus-six").node_list()
    left = element(G, [node for j, node in enumerate(nodes) if j not in deleted])
    found = structure({"group": "Z7", "family": "four-plus-six", "deleted": deleted})
    assert not found["accepted"]
    assert found["loss"] == repr(check(left).loss)


def test_a_turned_entry_lights_up_what_it_breaks():
    request = {
        "group": "Z7",
        "family": "six-per-frequency",
        "turned": [{"node": 0, "row": "a", "steps": 30}],
    }
    found = structure(request)
    assert not found["accepted"]
    shown = values({**request, "frequency": 1})
    assert shown["loss"] > 0
    assert not next(x for x in shown["lamps"] if x["name"] == "abc")["met"]
    assert abs(shown["tensor"]["diagonal"] - 1) > 0.01
    whole = {**request, "turned": [{"node": 0, "row": "a", "steps": 360}]}
    assert structure(whole)["accepted"]


def test_the_weights_that_are_downloaded_name_their_group():
    _, data = download({"group": "Z2xZ4"}, "weights")
    found = recognise(dict(np.load(io.BytesIO(data))))
    assert (str(found.group), found.learned) == ("Z2xZ4", True)


def test_the_weights_that_are_downloaded_are_those_shown():
    request = {"group": "Z7", "family": "four-plus-six", "phases": {"xi_2": 45, "nu_1": 90}}
    name, data = download(request, "weights")
    assert name == "z7-four-plus-six.npz"
    state = dict(np.load(io.BytesIO(data)))
    found = recognise(state)
    assert found.measured.loss < 1e-25
    assert dict(found.compositions) == {"nu(i)*xi": 2, "nu*syn": 1}
