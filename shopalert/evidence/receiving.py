"""Files on their way in: never in clear on the disk, and never larger than allowed.

Werkzeug lays larger parts of a form into temporary files. Those of this house are enciphered with a key
that lives as long as the request, so that a picture is encrypted from the first byte on.
"""

from __future__ import annotations

import io
import os
import tempfile
from typing import IO, Any

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CTR
from flask import Flask

from shopalert.config import Config

IN_MEMORY = 1024 * 1024
BLOCK = 16


class SealedSpool(io.RawIOBase):
    """A file of one request: in memory while small, then in an unnamed file, enciphered.

    What exceeds `most` bytes is counted, not kept: the other fields of the form can still be read, and
    the answer says which picture was too large.
    """

    def __init__(self, most: int, folder: str | None = None) -> None:
        super().__init__()
        self.most, self.too_large = most, False
        self._folder, self._at, self._size = folder, 0, 0
        self._key, self._start = os.urandom(32), int.from_bytes(os.urandom(8), "big") << 64
        self._file: IO[bytes] = io.BytesIO()
        self._on_disk = False

    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def write(self, data: Any, /) -> int:
        plain = bytes(data)
        if self._at + len(plain) > self.most:
            self.too_large = True
            return len(plain)
        if not self._on_disk and self._at + len(plain) > IN_MEMORY:
            self._file.seek(0)
            kept = self._file.read()
            self._file = tempfile.TemporaryFile(dir=self._folder)  # noqa: SIM115 - closed with the spool
            self._on_disk = True
            self._file.write(self._turn(kept, 0))
        self._file.seek(self._at)
        self._file.write(self._turn(plain, self._at) if self._on_disk else plain)
        self._at += len(plain)
        self._size = max(self._size, self._at)
        return len(plain)

    def readinto(self, into: Any, /) -> int:
        self._file.seek(self._at)
        data = self._file.read(min(len(into), self._size - self._at))
        plain = self._turn(data, self._at) if self._on_disk else data
        into[: len(plain)] = plain
        self._at += len(plain)
        return len(plain)

    def seek(self, offset: int, whence: int = 0, /) -> int:
        self._at = max(0, offset + (0, self._at, self._size)[whence])
        return self._at

    def tell(self) -> int:
        return self._at

    def close(self) -> None:
        if not self.closed:
            self._file.close()
        super().close()

    def _turn(self, data: bytes, at: int) -> bytes:
        """Encipher or decipher bytes that lie at this place."""
        counter = (self._start + at // BLOCK).to_bytes(16, "big")
        cipher = Cipher(AES(self._key), CTR(counter)).encryptor()
        cipher.update(bytes(at % BLOCK))
        return cipher.update(data)


def init_app(app: Flask) -> None:
    """Take the files of every form into sealed spools."""
    config: Config = app.config["SHOPALERT"]
    most, folder = config.max_upload_mb * 1024 * 1024, str(config.data_dir)
    base = app.request_class

    class SealingRequest(base):  # type: ignore[misc, valid-type]
        """A request whose files are never in clear on the disk."""

        def _get_file_stream(self, *_: Any, **__: Any) -> Any:
            return io.BufferedRandom(SealedSpool(most, folder))

    app.request_class = SealingRequest
