"""Pages are small for their readers, and say nothing by their length to another site."""

from __future__ import annotations

import gzip

import pytest

from tests.people import ASHA

HTML = {"Accept": "text/html", "Accept-Encoding": "gzip, deflate, br"}


def ask(world, path="/s/wickford/", **headers):
    return world.client(ASHA).get(path, headers={**HTML, **headers})


@pytest.mark.parametrize("site", ["same-origin", "none"])
def test_a_page_goes_in_a_fraction_of_its_bytes(world, site):
    for _ in range(12):
        world.report(ASHA)
    small = ask(world, **{"Sec-Fetch-Site": site})
    assert small.headers["Content-Encoding"] == "gzip"
    assert {"Accept-Encoding", "Sec-Fetch-Site"} <= set(small.vary)
    page = gzip.decompress(small.data)
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
    assert answer.status_code == 404 and gzip.decompress(answer.data).endswith(b"</html>")
