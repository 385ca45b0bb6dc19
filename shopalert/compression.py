"""Pages go gzipped, unless another site asked for them.

A page holds secrets and words that somebody typed, and who can make a browser ask again and again with words of their
own choosing learns the secrets by the answer's length (BREACH, 2013). Such requests come from another site: they are
answered uncompressed, and so are browsers that do not say where a request came from. Files that never change are
gzipped by `assets.py`.
"""

from __future__ import annotations

import gzip

from flask import Response, request

OURS = {
    "same-origin",
    "none",
}  # a link of ours, or an address that was typed; Sec-Fetch-Site as the browser sets it
SMALL = 1000  # bytes, below which it would not pay
LEVEL = 5


def compress(response: Response) -> Response:
    """The same page in a quarter of the bytes."""
    if response.mimetype != "text/html" or response.is_streamed or response.direct_passthrough:
        return response
    response.vary.add("Accept-Encoding")
    response.vary.add("Sec-Fetch-Site")
    asked_by_us = request.headers.get("Sec-Fetch-Site") in OURS
    if not asked_by_us or "gzip" not in request.accept_encodings or "Content-Encoding" in response.headers:
        return response
    body = response.get_data()
    if len(body) >= SMALL:
        response.set_data(gzip.compress(body, LEVEL, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    return response
