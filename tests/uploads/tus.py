"""A device that sends a file in pieces, as the protocol has it."""

from __future__ import annotations

import base64
import io
from typing import Any

from tests.browse import HEADERS, Browser

PIECES = "application/offset+octet-stream"


class Tus:
    """One person's browser, sending files."""

    def __init__(self, world: Any, person: Any) -> None:
        self.client = world.client(person)
        self.token = Browser(self.client).get("/more").token

    def ask(self, method: str, path: str, data: Any = b"", **headers: str) -> Any:
        sent = {
            **HEADERS, "Accept": "application/json", "X-CSRFToken": self.token, "Tus-Resumable": "1.0.0",
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }  # fmt: skip
        return self.client.open(path, method=method, data=data, headers=sent)

    def announce(self, length: int, scheme: str = "wickford", **said: str) -> Any:
        pairs = {"scheme": scheme, "filename": "till 2.mp4", **said}
        text = ",".join(f"{k} {base64.b64encode(v.encode()).decode()}" for k, v in pairs.items())
        return self.ask("POST", "/uploads", Upload_Length=str(length), Upload_Metadata=text)

    def begin(self, length: int, **said: str) -> str:
        answer = self.announce(length, **said)
        assert answer.status_code == 201, answer.text
        return str(answer.headers["Location"])

    def patch(self, url: str, offset: int, data: bytes, **headers: str) -> Any:
        return self.ask("PATCH", url, data, Content_Type=PIECES, Upload_Offset=str(offset), **headers)

    def cut(self, url: str, offset: int, data: bytes, announced: int) -> Any:
        """A piece of which the connection lets only the beginning through."""
        return self.ask(
            "PATCH",
            url,
            io.BytesIO(data),
            Content_Type=PIECES,
            Upload_Offset=str(offset),
            Content_Length=str(announced),
        )

    def offset(self, url: str) -> int:
        answer = self.ask("HEAD", url)
        assert answer.status_code == 200, answer.status_code
        return int(answer.headers["Upload-Offset"])
