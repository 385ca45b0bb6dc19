"""A file that comes in pieces, over hours and restarts: sealed from the first byte, and never more than what is safe.

It lies as the file that it becomes: header and whole chunks. What does not fill a chunk yet, the tail, is a small file
of its own, sealed anew each time with a key of its own, which also says up to where everything was on the disk. After
a crash the chunks behind that place are looked at, and what does not open is left out: it comes again.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import secrets
import struct
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from cryptography.exceptions import InvalidTag

from shopalert.evidence.storage import (
    CHUNK,
    HEADER,
    MAGIC,
    NO_ROOM,
    SALT,
    TAG,
    Damaged,
    Folder,
    NoRoom,
    Stored,
    nonce,
    sync_folder,
)

START = struct.Struct(">Q")  # before the tail: how many bytes lie in whole chunks


class Held(Exception):
    """Somebody else writes to it now."""


class Partial:
    """One such file. Used as a context: inside, nobody else writes to it."""

    def __init__(self, arriving: Folder, name: str, length: int) -> None:
        self.arriving, self.name, self.length = arriving, name, length
        self.chunks = max(1, -(-length // CHUNK))  # that it will have
        self.whole = 0  # chunks that are written
        self.tail = bytearray()
        self._descriptor = -1

    @property
    def path(self) -> Path:
        return self.arriving.path(self.name).with_name(f".{self.name}.part")

    @property
    def offset(self) -> int:
        """How many bytes have come."""
        return min(self.whole * CHUNK, self.length) + len(self.tail)

    def begin(self) -> None:
        """Make the empty file; when this returns it is on the disk."""
        self.arriving.make(self.path.parent)
        with room_or_none():
            descriptor = os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(MAGIC + self.arriving.keys.current + secrets.token_bytes(SALT))
                file.flush()
                os.fsync(file.fileno())
            sync_folder(self.path.parent)

    def exists(self) -> bool:
        return self.path.is_file()

    def touched(self) -> float:
        """When bytes last came."""
        return self.path.stat().st_mtime

    def __enter__(self) -> Self:
        self._descriptor = os.open(self.path, os.O_RDWR | os.O_NOFOLLOW)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._recover()
        except BlockingIOError as held:
            self._close()
            raise Held from held
        except BaseException:
            self._close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def take(self, data: bytes) -> bool:
        """Have these bytes too. True when there is enough to seal."""
        self.tail += data
        return len(self.tail) >= self._room_of(self.whole)

    def seal(self) -> None:
        """Write what makes whole chunks. Raises NoRoom; what was safe before is safe then, too."""
        while self.whole < self.chunks and len(self.tail) >= (size := self._room_of(self.whole)):
            sealed = self._cipher.encrypt(self._nonce(self.whole), bytes(self.tail[:size]), self._bound)
            try:
                with room_or_none():
                    self._write(sealed, self._place(self.whole))
            except NoRoom:
                os.ftruncate(self._descriptor, self._place(self.whole))
                raise
            del self.tail[:size]
            self.whole += 1

    def save(self) -> int:
        """Everything that has come is on the disk when this returns; how much that is."""
        with room_or_none():
            os.fsync(self._descriptor)
        if self.offset < self.length:
            self.arriving.put(START.pack(self.whole * CHUNK) + bytes(self.tail), name=self.name)
        return self.offset

    def become(self, final: Path) -> None:
        """The whole file takes its place among the others."""
        os.rename(self.path, final)
        sync_folder(final.parent)
        self.arriving.delete(self.name)

    def drop(self) -> None:
        """Leave nothing of it."""
        self.path.unlink(missing_ok=True)
        self.arriving.delete(self.name)

    # ---- how

    def _recover(self) -> None:
        header = os.pread(self._descriptor, HEADER, 0)
        self._cipher, self._bound = self.arriving.cipher_of(header), header + self.name.encode()
        size = os.fstat(self._descriptor).st_size
        there = sum(size >= self._place(number + 1) for number in range(self.chunks))
        safe, tail = self._saved()
        self.whole = min(safe, there)
        while self.whole < there and self._opens(self.whole):
            self.whole += 1
        self.tail = bytearray(tail if self.whole == safe else b"")
        os.ftruncate(self._descriptor, self._place(self.whole))

    def _saved(self) -> tuple[int, bytes]:
        """Chunks that were on the disk when a piece was last acknowledged, and the tail behind them."""
        try:
            kept = b"".join(self.arriving.get(self.name))
        except (FileNotFoundError, Damaged):
            return 0, b""
        return START.unpack_from(kept)[0] // CHUNK, kept[START.size :]

    def _opens(self, number: int) -> bool:
        start = self._place(number)
        sealed = os.pread(self._descriptor, self._place(number + 1) - start, start)
        try:
            self._cipher.decrypt(self._nonce(number), sealed, self._bound)
        except (InvalidTag, ValueError):
            return False
        return True

    def _write(self, sealed: bytes, at: int) -> None:
        done = 0
        while done < len(sealed):
            done += os.pwrite(self._descriptor, sealed[done:], at + done)

    def _room_of(self, number: int) -> int:
        """Plain bytes of a chunk: the last has what is left."""
        return CHUNK if number < self.chunks - 1 else self.length - (self.chunks - 1) * CHUNK

    def _place(self, number: int) -> int:
        """Where a chunk begins on the disk; behind the last one, where the file ends."""
        return HEADER + min(number * CHUNK, self.length) + number * TAG

    def _nonce(self, number: int) -> bytes:
        return nonce(number, number == self.chunks - 1)

    def _close(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


def stored(folder: Folder, name: str) -> Stored:
    """A file that is there, read once from end to end: that all of it opens, and what it is. Raises Damaged."""
    digest, size = hashlib.sha256(), 0
    for chunk in folder.get(name):
        digest.update(chunk)
        size += len(chunk)
    return Stored(name, digest.digest(), size)


@contextlib.contextmanager
def room_or_none() -> Iterator[None]:
    """A full disk by its own name."""
    try:
        yield
    except OSError as failed:
        if failed.errno in NO_ROOM:
            raise NoRoom from failed
        raise
