"""The panels Play and Compose show what the library says, and Doubt what the checker does."""

import io
import re
from functools import reduce
from pathlib import Path

import numpy as np
import pytest

from algebra.criterion.verdict import check
from algebra.groups.group import AbelianGroup
from algebra.optimizers.table import build
from algebra.semiring.made import element
from cogo.page.compose import composed, listed
from cogo.page.doubt import checked, lines as counted, source, tampered
from cogo.page.play import download, structure, values
from numeric.recognition.recognise import recognise
from proofs.certificates import certificate, checker


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
    def turned(steps):
        turn = {"node": 0, "row": "a", "steps": steps}
        return {"group": "Z7", "family": "six-per-frequency", "turned": [turn]}

    assert not structure(turned(30))["accepted"]
    shown = values({**turned(30), "frequency": 1})
    assert shown["loss"] > 0
    assert not next(x for x in shown["lamps"] if x["name"] == "abc")["met"]
    assert abs(shown["tensor"]["diagonal"] - 1) > 0.01
    assert structure(turned(360))["accepted"]


def test_the_weights_that_are_downloaded_are_those_shown_and_name_their_group():
    def read(request):
        name, data = download(request, "weights")
        return name, recognise(dict(np.load(io.BytesIO(data))))

    _, found = read({"group": "Z2xZ4"})
    assert (str(found.group), found.learned) == ("Z2xZ4", True)
    phases = {"xi_2": 45, "nu_1": 90}
    name, found = read({"group": "Z7", "family": "four-plus-six", "phases": phases})
    assert name == "z7-four-plus-six.npz"
    assert found.measured.loss < 1e-25
    assert dict(found.compositions) == {"nu(i)*xi": 2, "nu*syn": 1}


def lit(found):
    """Return the potentials that are not killed."""
    return {lamp["name"] for lamp in found["lamps"] if lamp["state"] == "lit"}


def product(*parts):
    return composed({"expression": {"op": "*", "parts": [*parts]}})


@pytest.mark.parametrize("left", ["syn", "nu", "xi", "3c", "u"])
@pytest.mark.parametrize("right", ["syn_ab", "nu(i)", "nu(1)", "1"])
def test_a_product_kills_what_one_factor_kills(left, right):
    found = product({"block": left}, {"block": right})
    first, second = found["parts"]
    assert lit(found) == lit(first) & lit(second)
    assert found["order"] == first["order"] * second["order"]


def test_the_composition_of_order_six_is_an_optimizer_and_syn_is_not():
    assert product({"block": "syn"}, {"block": "nu"})["accepted"]
    alone = product({"block": "syn"})
    assert not alone["accepted"]
    assert alone["lossLatex"] == r"\frac{3}{7}"


def test_a_block_of_one_s_own_is_taken_as_rows():
    mine = product({"rows": ["1, zeta(3), zeta(3)^2"] * 3})
    syn = next(x for x in listed() if x["label"] == "syn")
    assert [x["text"] for x in mine["lamps"]] == [x["text"] for x in syn["lamps"]]


NESTED = reduce(lambda x, _: {"op": "+", "parts": [x]}, range(50), {"block": "1"})


@pytest.mark.parametrize(
    ("expression", "says"),
    [
        ({"block": "sin"}, "block='sin'"),
        ({"op": "-", "parts": []}, "op='-'"),
        ({"op": "*", "parts": []}, "drop a block"),
        ({"op": "*", "parts": [{"block": "syn"}] * 6}, "729 nodes"),
        ({"rows": ["1", "1", "1, 1"]}, "one entry a node"),
        ({"rows": ["__import__('os')", "1", "1"]}, "your block"),
        ({"rows": ["1"]}, "three texts"),
        (None, "expected an object"),
        (NESTED, "at most 12 levels"),
    ],
)
def test_what_cannot_be_composed_is_said(expression, says):
    with pytest.raises(ValueError, match=re.escape(says)):
        composed({"expression": expression})


@pytest.mark.parametrize("group", ["Z4", "Z7", "Z2xZ4"])
def test_a_certificate_is_accepted_and_a_tampered_one_refuted(group):
    data = certificate.to_text(build(group)).encode()
    assert checked(data)["code"] == 0
    changed, where = tampered(data)
    assert changed != data
    assert len(changed) - len(data) == len(where["is"]) - len(where["was"])
    assert checked(changed)["code"] in (1, 2)


@pytest.mark.parametrize("data", [b"", b"\x00\xff", b"[" * 10_000, b'{"nodes": 1}'])
def test_what_is_no_certificate_is_a_sentence_and_names_no_folder(data):
    found = checked(data)
    assert found["code"] == 2
    assert "Traceback" not in found["message"]
    assert "/tmp" not in found["message"]


def test_a_file_without_numbers_cannot_be_tampered_with():
    changed, where = tampered(b'{"nodes": [[1, 2]]}')
    assert (changed, where["was"], where["is"]) == (b'{"nodes": [[2, 2]]}', "1", "2")
    for data in (b"{}", b'{"nodes": []}'):
        with pytest.raises(ValueError, match="no number among its nodes"):
            tampered(data)


def test_lines_are_counted_and_a_refusal_is_where_it_is_raised():
    lines = Path(checker.__file__).read_text().splitlines()
    data = certificate.to_text(build("Z5")).encode()
    found = counted(data)
    assert found["raised"] == []
    assert sum(found["counts"].values()) > 1000
    for content, kind in ((tampered(data)[0], "Refuted"), (b"{}", "Malformed")):
        (at,) = counted(content)["raised"]
        assert f"raise {kind}" in lines[at - 1]


def test_the_source_shown_is_the_checker_s():
    assert source()["text"] == Path(checker.__file__).read_text()
