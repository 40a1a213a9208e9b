"""The server answers its own page, says what is wrong with a request, and reads no path from it."""

import http.client
import json

import pytest

from proofs.certificates import checker


def ask(address, path, body=b"{}", *, method="POST", **headers):
    """Return the status and what came back, sent with any headers."""
    host = address.removeprefix("http://")
    connection = http.client.HTTPConnection(host, timeout=30)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    body = body if isinstance(body, bytes) else json.dumps(body).encode()
    connection.request(method, path, body=body, headers=named)
    answer = connection.getresponse()
    return answer.status, answer.read(), answer.headers


def test_other_hosts_and_origins_are_not_answered_and_its_own_page_is(address):
    for headers in (
        {"Host": "example.com"},
        {"Host": "127.0.0.1:1"},
        {"Origin": "http://example.com"},
        {"Origin": "null"},
        {"Sec_Fetch_Site": "cross-site"},
    ):
        assert ask(address, "/api/play", **headers)[0] == 403, headers
    for headers in ({}, {"Origin": address}, {"Sec_Fetch_Site": "same-origin"}):
        assert ask(address, "/api/play", **headers)[0] == 200, headers


def test_a_page_may_load_nothing_from_elsewhere(address):
    for path in ("/", "/app.js", "/app.css"):
        status, _, headers = ask(address, path, method="GET")
        assert status == 200
        assert "default-src 'self'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "path", ["/../setup.cfg", "/%2e%2e/setup.cfg", "/static/app.js", "/app.js/../server.py", "/etc"]
)
def test_no_path_of_the_browser_is_read(address, path):
    assert ask(address, path, method="GET")[0] == 404


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"no JSON", "Expecting value"),
        ([], "request: expected an object"),
        ({"group": "Z0"}, "cyclic orders are integers >= 1"),
        ({"group": "Z1000"}, "order 1000; the page draws 2 to 127"),
        ({"group": "Z7", "family": "order7"}, "'order7' is unknown"),
        ({"group": "Z127", "family": "memorization"}, "16129 nodes"),
        ({"group": "Z7", "deleted": [99]}, "numbered from 0"),
        ({"group": "Z7", "deleted": "all"}, "deleted: expected a list"),
        ({"group": "Z7", "turned": [{"node": 0, "row": "d", "steps": 1}]}, "rows are a, b and c"),
        ({"group": "Z7", "target": "both"}, "target='both'"),
        ({"group": 7}, "group: expected a text"),
        (b"[" * 100_000, ""),
    ],
)
def test_a_wrong_request_is_answered_in_a_sentence(address, body, says):
    status, found, _ = ask(address, "/api/play", body)
    assert status == 422
    assert says in json.loads(found)["error"]


def test_a_downloaded_certificate_passes_the_checker(address):
    request = {"group": "Z7", "family": "four-plus-six"}
    status, data, headers = ask(address, "/api/download/certificate", request)
    assert status == 200
    assert headers["x-file-name"] == "z7-four-plus-six.cert.json"
    assert checker.check(data)[0] == 0


def test_of_what_is_broken_there_is_no_certificate(address):
    status, data, _ = ask(address, "/api/download/certificate", {"group": "Z7", "deleted": [0]})
    assert status == 422
    assert "its loss is 12/7" in json.loads(data)["error"]
