"""``cogo compose``: what it prints and writes, that it resumes, and how it refuses."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from algebra.compose.entry import NAMED, NINE
from algebra.machine.install import install
from proofs.compose import search as engine
from tests.command import cogo

pytestmark = pytest.mark.usefixtures("in_an_empty_folder")


def test_the_order_4_blocks_are_found_from_generators_alone(capsys):
    code, out, _ = cogo(capsys, "compose", "--kill", "order4", "--max-order", "4")
    assert code == 0
    assert "10 solutions, each proved exactly" in out
    assert re.search(r"nu\(zeta\(4\)\) \* xi\(|xi\(\S+\)'? \* nu\(", out)
    assert "order 4 = 2 x 2" in out


def test_json_holds_every_entry_and_what_was_searched(capsys):
    options = ("compose", "--kill", "order4", "--roots", "8", "--max-order", "4", "--json")
    code, out, _ = cogo(capsys, *options)
    assert code == 0
    document = json.loads(out)
    assert document["kill"] == list(NAMED["order4"])
    assert document["complete"] == [
        "all polynomials in one generator over 8-th roots of unity, up to 4 nodes",
        "all irredundant products of such polynomials whose orders multiply to at most 4",
    ]
    assert {x["order"] for x in document["entries"]} == {4}
    assert {x["free"] for x in document["entries"]} == {4}
    assert [x["norm"] for x in document["entries"] if x["known"]] == ["6*4^(1/3)"] * 2
    code, out, _ = cogo(capsys, *options, "--search", "direct")
    direct = json.loads(out)
    nodes = {json.dumps(x["nodes"]) for x in document["entries"]}
    assert nodes <= {json.dumps(x["nodes"]) for x in direct["entries"]}


def test_nothing_found_exits_1(capsys):
    code, out, _ = cogo(capsys, "compose", "--roots", "6", "--max-order", "5")
    assert code == 1
    assert "0 solutions" in out
    assert "order 8 = 2 x 2 x 2" in out


@pytest.mark.parametrize("search", ["generators", "direct"])
def test_what_the_swap_of_a_and_b_does_not_keep_is_found_as_asked_for(capsys, search):
    """The swap takes what kills a-bc to what kills ab-c: it is no symmetry of this search."""
    options = ("compose", "--kill", "a-bc,aac", "--roots", "6", "--max-order", "3", "--json")
    code, out, _ = cogo(capsys, *options, "--search", search)
    assert code == 0
    entries = json.loads(out)["entries"]
    assert entries
    assert all({"a-bc", "aac"} <= set(x["kills"]) for x in entries)


def test_a_real_character_needs_two_nodes(capsys):
    code, out, _ = cogo(capsys, "compose --frequency real --roots 2 --max-order 3 --json")
    assert code == 0
    (entry,) = json.loads(out)["entries"]
    assert (entry["order"], entry["family"], entry["known"]) == (2, "real", False)
    assert entry["kills"] == ["aac", "bbc"]


QUERY = engine.Query(NAMED["order4"], 8, 4)


def test_a_search_that_was_interrupted_goes_on_where_it_was(tmp_path):
    path = tmp_path / "c.json.journal"
    whole = engine.search(QUERY, journal=engine.Journal(None, QUERY))

    def stop(stage, done, total):
        if stage.startswith("generators: ") and done == 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        engine.search(QUERY, journal=engine.Journal(path, QUERY), report=stop)
    with path.open("a") as stream:
        stream.write('{"query": "' + QUERY.key() + '", "unit": "generators 7", "resu')  # cut off
    journal = engine.Journal(path, QUERY)
    assert journal.resumed == 5
    assert engine.search(QUERY, journal=journal) == whole
    again = engine.Journal(path, QUERY)
    assert again.resumed == len(journal.units)
    assert engine.search(QUERY, journal=again) == whole
    assert engine.Journal(path, engine.Query(NINE, 8, 4)).resumed == 0


def test_a_journal_that_was_tampered_with_is_refused(tmp_path):
    path = tmp_path / "c.json.journal"
    engine.search(QUERY, journal=engine.Journal(path, QUERY))
    lines = path.read_text().splitlines()
    position = next(i for i, x in enumerate(lines) if '"cover' in x and '"nodes"' in x)
    line = json.loads(lines[position])
    line["result"][0]["nodes"][0][2] = "1/3"
    lines[position] = json.dumps(line)
    path.write_text("\n".join(lines))
    with pytest.raises(ValueError, match="cannot be proved; remove the journal"):
        engine.search(QUERY, journal=engine.Journal(path, QUERY))
    del line["result"][0]["nodes"]
    lines[position] = json.dumps(line)
    path.write_text("\n".join(lines))
    with pytest.raises(ValueError, match="an entry of the journal cannot be read: KeyError"):
        engine.search(QUERY, journal=engine.Journal(path, QUERY))


def test_an_executor_finds_the_same():
    whole = engine.search(QUERY, journal=engine.Journal(None, QUERY))
    with ThreadPoolExecutor(2) as executor:
        assert engine.search(QUERY, journal=engine.Journal(None, QUERY), executor=executor) == whole


def test_a_catalogue_is_written_once_and_its_journal_removed(capsys):
    options = ("compose", "--kill", "order4", "--roots", "4", "--max-order", "4", "-o", "c.json")
    assert cogo(capsys, *options)[0] == 0
    assert not Path("c.json.journal").exists()
    document = json.loads(Path("c.json").read_text())
    assert document["format"] == "cogo-catalogue"
    assert len(document["entries"]) == 1
    code, _, err = cogo(capsys, *options)
    assert code == 2
    assert "c.json exists" in err
    assert cogo(capsys, *options, "--force")[0] == 0


def test_build_takes_the_numbers_of_order_4_and_the_family_of_training(capsys):
    options = ("--param", "epsilon=zeta(3)", "--param", "rho=3/2", "--param", "sigma@2=-2")
    code, out, _ = cogo(
        capsys, "build", "Z7", "--family", "four-plus-constant", *options, "-o", "a.cert.json"
    )
    assert code == 0
    assert "loss = 0 exactly for all values of 3 parameters" in out
    code, out, _ = cogo(
        capsys, "build Z7 --family four-two-plus-constant --param phi=zeta(12) -o b.cert.json"
    )
    assert code == 0
    assert "four-two-plus-constant, 19 nodes" in out
    assert cogo(capsys, "check", "a.cert.json", "b.cert.json")[0] == 0


def test_dask_is_only_needed_for_clusters(capsys, monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "distributed", None)
    code, _, err = cogo(capsys, "compose", "--roots", "4", "--cluster", "tcp://127.0.0.1:1")
    assert code == 2
    assert f"--cluster=tcp://127.0.0.1:1 needs Dask: {install('cluster')}" in " ".join(err.split())


def test_which_pieces_are_done_first_changes_nothing():
    query = engine.Query(NAMED["order4"], 8, 4, searches=("generators", "cover"))
    whole = engine.Journal(None, query)
    inorder = engine.search(query, journal=whole)
    rows = [unit for unit in whole.units if unit.startswith("generators")]
    assert len(rows) > 3
    for first in (rows[-1], rows[1]):
        journal = engine.Journal(None, query)
        journal.record(first, whole.units[first])
        again = engine.search(query, journal=journal)
        assert [x.as_dict() for x in again] == [x.as_dict() for x in inorder]
