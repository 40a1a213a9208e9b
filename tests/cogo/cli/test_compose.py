"""``cogo compose``: what it prints and writes, that it resumes, and how it refuses."""

import json
import re
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from algebra.compose.entry import NAMED, NINE
from algebra.machine.install import install
from proofs.compose import search as engine
from tests.command import read_json

QUERY = engine.Query(NAMED["order4"], 8, 4)


def searched(path: Path | None = None, query: engine.Query = QUERY, **options):
    """What the search finds with a journal."""
    return engine.search(query, journal=engine.Journal(path, query), **options)


def test_the_order_4_blocks_are_found_from_generators_alone(cogo):
    ran = cogo("compose --kill order4 --max-order 4").says(
        "10 solutions, each proved exactly", "order 4 = 2 x 2"
    )
    assert re.search(r"nu\(zeta\(4\)\) \* xi\(|xi\(\S+\)'? \* nu\(", ran.out)


def test_json_holds_every_entry_and_what_was_searched(cogo):
    words = "compose --kill order4 --roots 8 --max-order 4 --json"
    document, direct = cogo(words).json, cogo(words, "--search direct").json
    assert document["kill"] == list(NAMED["order4"])
    assert document["complete"] == [
        "all polynomials in one generator over 8-th roots of unity, up to 4 nodes",
        "all irredundant products of such polynomials whose orders multiply to at most 4",
    ]
    assert {x["order"] for x in document["entries"]} == {4}
    assert {x["free"] for x in document["entries"]} == {4}
    assert [x["norm"] for x in document["entries"] if x["known"]] == ["6*4^(1/3)"] * 2
    nodes = {json.dumps(x["nodes"]) for x in document["entries"]}
    assert nodes <= {json.dumps(x["nodes"]) for x in direct["entries"]}


def test_nothing_found_exits_1(cogo):
    cogo("compose --roots 6 --max-order 5", code=1).says("0 solutions", "order 8 = 2 x 2 x 2")


@pytest.mark.parametrize("search", ["generators", "direct"])
def test_what_the_swap_of_a_and_b_does_not_keep_is_found_as_asked_for(cogo, search):
    """The swap takes what kills a-bc to what kills ab-c: it is no symmetry of this search."""
    words = "compose --kill a-bc,aac --roots 6 --max-order 3 --json --search"
    kills = [set(x["kills"]) for x in cogo(words, search).json["entries"]]
    assert kills
    assert set.intersection(*kills) >= {"a-bc", "aac"}


def test_a_real_character_needs_two_nodes(cogo):
    (entry,) = cogo("compose --frequency real --roots 2 --max-order 3 --json").json["entries"]
    assert (entry["order"], entry["family"], entry["known"]) == (2, "real", False)
    assert entry["kills"] == ["aac", "bbc"]


def test_a_search_that_was_interrupted_goes_on_where_it_was(tmp_path):
    path = tmp_path / "c.json.journal"
    whole = searched()

    def stop(stage, done, total):
        if stage.startswith("generators: ") and done == 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        searched(path, report=stop)
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
    searched(path)
    lines = path.read_text().splitlines()
    position = next(i for i, x in enumerate(lines) if '"cover' in x and '"nodes"' in x)
    line = json.loads(lines[position])

    def refused(message: str) -> None:
        lines[position] = json.dumps(line)
        path.write_text("\n".join(lines))
        with pytest.raises(ValueError, match=message):
            searched(path)

    line["result"][0]["nodes"][0][2] = "1/3"
    refused("cannot be proved; remove the journal")
    del line["result"][0]["nodes"]
    refused("an entry of the journal cannot be read: KeyError")


def test_an_executor_finds_the_same():
    with ThreadPoolExecutor(2) as executor:
        assert searched(executor=executor) == searched()


def test_a_catalogue_is_written_once_and_its_journal_removed(cogo):
    words = "compose --kill order4 --roots 4 --max-order 4 -o c.json"
    cogo(words)
    assert not Path("c.json.journal").exists()
    document = read_json("c.json")
    assert document["format"] == "cogo-catalogue"
    assert len(document["entries"]) == 1
    cogo(words, code=2).says("c.json exists")
    cogo(words, "--force")


def test_build_takes_the_numbers_of_order_4_and_the_family_of_training(cogo):
    numbers = "--param 'epsilon=zeta(3)' --param rho=3/2 --param sigma@2=-2"
    cogo("build Z7 --family four-plus-constant -o a.cert.json", numbers).says(
        "loss = 0 exactly for all values of 3 parameters"
    )
    cogo("build Z7 --family four-two-plus-constant --param phi=zeta(12) -o b.cert.json").says(
        "four-two-plus-constant, 19 nodes"
    )
    cogo("check a.cert.json b.cert.json")


def test_dask_is_only_needed_for_clusters(cogo, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    cogo("compose --roots 4 --cluster tcp://127.0.0.1:1", code=2).says(
        f"--cluster=tcp://127.0.0.1:1 needs Dask: {install('cluster')}"
    )


def test_which_pieces_are_done_first_changes_nothing():
    query = engine.Query(NAMED["order4"], 8, 4, searches=("generators", "cover"))
    whole = engine.Journal(None, query)
    inorder = engine.search(query, journal=whole)
    rows = [unit for unit in whole.units if unit.startswith("generators")]
    assert len(rows) > 3
    for first in (rows[-1], rows[1]):
        journal = engine.Journal(None, query)
        journal.record(first, whole.units[first])
        assert engine.search(query, journal=journal) == inorder
