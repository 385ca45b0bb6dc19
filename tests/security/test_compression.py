"""Pages are small for their readers, and say nothing by their length to another site."""

from __future__ import annotations

import gzip

import brotli
import pytest

from shopalert.assets import asset
from tests.people import ASHA

HTML = {"Accept": "text/html", "Accept-Encoding": "gzip, deflate, br"}


def ask(world, path="/s/wickford/", **headers):
    return world.client(ASHA).get(path, headers={**HTML, **headers})


@pytest.mark.parametrize(
    ("offered", "encoding", "unpacked"),
    [("gzip, deflate, br", "br", brotli.decompress), ("gzip, deflate", "gzip", gzip.decompress)],
    ids=["brotli", "gzip"],
)
@pytest.mark.parametrize("site", ["same-origin", "none"])
def test_a_page_goes_in_a_fraction_of_its_bytes(world, site, offered, encoding, unpacked):
    for _ in range(12):
        world.report(ASHA)
    small = ask(world, **{"Sec-Fetch-Site": site, "Accept-Encoding": offered})
    assert small.headers["Content-Encoding"] == encoding
    assert {"Accept-Encoding", "Sec-Fetch-Site"} <= set(small.vary)
    page = unpacked(small.data)
    assert b"Two people took coats." in page and page.endswith(b"</html>")
    assert int(small.headers["Content-Length"]) == len(small.data) < len(page) / 3


@pytest.mark.parametrize("site", ["cross-site", "same-site", ""])
def test_what_another_site_asks_for_keeps_its_length(world, site):
    answer = ask(world, "/search?q=guess", **({"Sec-Fetch-Site": site} if site else {}))
    assert answer.status_code == 200 and "Content-Encoding" not in answer.headers


def test_who_cannot_unpack_gets_it_plain(world):
    answer = world.client(ASHA).get("/s/wickford/", headers={"Accept": "text/html", "Sec-Fetch-Site": "none"})
    assert "Content-Encoding" not in answer.headers and answer.text.endswith("</html>")


def test_an_error_page_is_whole_too(world):
    answer = ask(world, "/nowhere", **{"Sec-Fetch-Site": "same-origin"})
    assert answer.status_code == 404 and brotli.decompress(answer.data).endswith(b"</html>")


@pytest.mark.parametrize("name", ["css/app.css", "css/rooms.css", "js/app.js"])
def test_a_file_is_the_same_however_it_is_packed(world, name):
    client, address = world.client(None), asset(name)
    plain = client.get(address, headers={"Accept-Encoding": "identity"})
    assert len(plain.data) > 8_000 and "Content-Encoding" not in plain.headers
    for offered, unpacked in (("br", brotli.decompress), ("gzip", gzip.decompress)):
        small = client.get(address, headers={"Accept-Encoding": offered})
        assert small.headers["Content-Encoding"] == offered and unpacked(small.data) == plain.data
        assert len(small.data) < len(plain.data) / 3 and "Accept-Encoding" in small.vary
