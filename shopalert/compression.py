"""Pages go compressed, unless another site asked for them.

A page holds secrets and words that somebody typed, and who can make a browser ask again and again with words of their
own choosing learns the secrets by the answer's length (BREACH, 2013). Such requests come from another site: they are
answered uncompressed, and so are browsers that do not say where a request came from. Files that never change are
compressed by `assets.py`, once.
"""

from __future__ import annotations

import gzip

import brotli
from flask import Response, request

OURS = {
    "same-origin",
    "none",
}  # a link of ours, or an address that was typed; Sec-Fetch-Site as the browser sets it
SMALL = 1000  # bytes, below which it would not pay
GZIP, BROTLI = 5, 6  # levels that cost a page about a millisecond
HARDEST_GZIP, HARDEST_BROTLI = 9, 11  # for what is compressed once


def compress(response: Response) -> Response:
    """The same page in a quarter of the bytes."""
    if response.mimetype != "text/html" or response.is_streamed or response.direct_passthrough:
        return response
    response.vary.add("Accept-Encoding")
    response.vary.add("Sec-Fetch-Site")
    asked_by_us = request.headers.get("Sec-Fetch-Site") in OURS
    encoding = encoding_taken()
    if not asked_by_us or not encoding or "Content-Encoding" in response.headers:
        return response
    body = response.get_data()
    if len(body) >= SMALL:
        response.set_data(squeezed(body, encoding))
        response.headers["Content-Encoding"] = encoding
    return response


def encoding_taken() -> str:
    """The best that the browser says it reads. Browsers offer Brotli over HTTPS and on localhost alone."""
    return next((name for name in ("br", "gzip") if name in request.accept_encodings), "")


def squeezed(body: bytes, encoding: str, hard: bool = False) -> bytes:
    """A body in an encoding; `hard` takes the time that a file which never changes is worth."""
    if encoding == "br":
        quality = HARDEST_BROTLI if hard else BROTLI
        smaller: bytes = brotli.compress(body, mode=brotli.MODE_TEXT, quality=quality)
        return smaller
    return gzip.compress(body, HARDEST_GZIP if hard else GZIP, mtime=0)
