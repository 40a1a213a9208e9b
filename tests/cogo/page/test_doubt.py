"""The panel Doubt runs the checker as it is, and one changed digit is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from algebra.optimizers.table import build
from cogo.page.doubt import checked, lines as counted, source, tampered
from proofs.certificates import certificate, checker


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
