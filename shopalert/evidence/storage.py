"""Where files lie: one put / get / delete / exists, encrypted from the first byte.

A file is `header ‖ chunk ‖ chunk …`. The header names the data key and holds a salt; the file's own key
is derived from both, so that no two files share one and a chunk's number can be its nonce. Each chunk is
AES-GCM, bound to header, name and place, and the last one says that it is the last: a chunk that was
changed, moved, left out or taken from another file does not open.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import io
import os
import re
import secrets
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app

from shopalert.config import config

MAGIC = b"SAF1"
KEY_ID, SALT, TAG = 8, 16, 16
HEADER = len(MAGIC) + KEY_ID + SALT
CHUNK = 256 * 1024
NAME = re.compile(r"[0-9a-f]{32,64}\Z")
NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}

T = TypeVar("T")


class Damaged(Exception):
    """The bytes on the disk are not those that were put there, or their key is gone."""


class NoRoom(Exception):
    """The disk is full: 507, and text alone still goes."""


@dataclass(frozen=True)
class Stored:
    """A file as it was put: where it lies, and what its plain bytes were."""

    name: str
    sha256: bytes
    size: int


class Keyring:
    """The data keys by their id. New files take the first; old ones are still read with theirs."""

    def __init__(self, *keys: bytes) -> None:
        if not keys or any(len(key) < 32 for key in keys):
            raise ValueError("a data key has 32 bytes")
        self._keys = {hashlib.sha256(b"shopalert key id" + key).digest()[:KEY_ID]: key for key in keys}
        self.current = next(iter(self._keys))

    def file_key(self, key_id: bytes, salt: bytes) -> AESGCM:
        """The key of one file."""
        if key_id not in self._keys:
            raise Damaged("no such data key")
        derive = HKDF(algorithm=hashes.SHA256(), length=32, salt=salt, info=b"shopalert file v1")
        return AESGCM(derive.derive(self._keys[key_id]))


class Folder:
    """Encrypted files in a folder outside the web's reach. The same interface fits an object store."""

    def __init__(self, root: Path, keys: Keyring, durable: bool = True) -> None:
        self.root, self.keys, self.durable = root, keys, durable  # what can be made again need not be durable
        self.make(root)

    def put(self, source: bytes | BinaryIO, name: str | None = None) -> Stored:
        """Encrypt and keep. When this returns, file and folder are on the disk (UP4)."""
        return off_the_loop(lambda: self._put(source, name or secrets.token_hex(16)))

    def get(self, name: str) -> Iterator[bytes]:
        """The plain bytes in chunks, each one authentic. Raises Damaged, FileNotFoundError."""
        with open(self.path(name), "rb") as file:
            header = file.read(HEADER)
            cipher = self.cipher_of(header)
            number, sealed = 0, file.read(CHUNK + TAG)
            while True:
                following = file.read(CHUNK + TAG)
                try:
                    yield cipher.decrypt(nonce(number, last=not following), sealed, header + name.encode())
                except (InvalidTag, ValueError) as wrong:
                    raise Damaged(name) from wrong
                if not following:
                    return
                number, sealed = number + 1, following

    def part(self, name: str, start: int, stop: int) -> Iterator[bytes]:
        """The plain bytes from `start` to before `stop`: each chunk opens by itself, so a film can be wound on."""
        with open(self.path(name), "rb") as file:
            header = file.read(HEADER)
            cipher, chunks = self.cipher_of(header), chunks_of(os.fstat(file.fileno()).st_size)
            for number in range(start // CHUNK, -(-stop // CHUNK)):
                file.seek(HEADER + number * (CHUNK + TAG))
                sealed = file.read(CHUNK + TAG)
                try:
                    plain = cipher.decrypt(
                        nonce(number, number == chunks - 1), sealed, header + name.encode()
                    )
                except (InvalidTag, ValueError) as wrong:
                    raise Damaged(name) from wrong
                yield plain[max(0, start - number * CHUNK) : stop - number * CHUNK]

    def read(self, name: str) -> bytes:
        """All plain bytes at once, for what is known to be small enough."""
        return off_the_loop(lambda: b"".join(self.get(name)))

    def delete(self, name: str) -> bool:
        """Take it away. True if it was there."""
        try:
            self.path(name).unlink()
        except FileNotFoundError:
            return False
        return True

    def exists(self, name: str) -> bool:
        return self.path(name).is_file()

    def names(self, older_than: float = 0.0) -> Iterator[str]:
        """All that is kept here and lies untouched for so many seconds."""
        for path in self._all_files(older_than):
            if NAME.match(path.name):
                yield path.name

    def sweep_drafts(self, older_than: float) -> int:
        """Remove what a crash left half written."""
        swept = 0
        for path in self._all_files(older_than):
            if not NAME.match(path.name):
                path.unlink(missing_ok=True)
                swept += 1
        return swept

    def _put(self, source: bytes | BinaryIO, name: str) -> Stored:
        final, stream = self.path(name), io.BytesIO(source) if isinstance(source, bytes) else source
        draft = final.with_name(f".{name}.{secrets.token_hex(4)}")
        try:
            self.make(final.parent)
            descriptor = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                stored = self._encrypt(stream, file, name)
                file.flush()
                if self.durable:
                    os.fsync(file.fileno())
            os.rename(draft, final)
            if self.durable:
                sync_folder(final.parent)
        except OSError as failed:
            draft.unlink(missing_ok=True)
            if failed.errno in NO_ROOM:
                raise NoRoom from failed
            raise
        except BaseException:
            draft.unlink(missing_ok=True)
            raise
        return stored

    def _encrypt(self, source: BinaryIO, file: BinaryIO, name: str) -> Stored:
        salt = secrets.token_bytes(SALT)
        header = MAGIC + self.keys.current + salt
        cipher, digest, size = self.keys.file_key(self.keys.current, salt), hashlib.sha256(), 0
        file.write(header)
        number, plain = 0, read_fully(source, CHUNK)
        while True:
            following = read_fully(source, CHUNK) if len(plain) == CHUNK else b""
            digest.update(plain)
            size += len(plain)
            file.write(cipher.encrypt(nonce(number, last=not following), plain, header + name.encode()))
            if not following:
                return Stored(name, digest.digest(), size)
            number, plain = number + 1, following

    def cipher_of(self, header: bytes) -> AESGCM:
        """What opens the chunks of a file with this header."""
        if len(header) != HEADER or not header.startswith(MAGIC):
            raise Damaged("not a file of this house")
        return self.keys.file_key(header[len(MAGIC) :][:KEY_ID], header[-SALT:])

    def path(self, name: str) -> Path:
        """Where a file of this name lies."""
        if not NAME.match(name):
            raise ValueError("not a stored name")
        return self.root / name[:2] / name

    def make(self, folder: Path) -> None:
        """A folder, on the disk when this returns."""
        if not folder.is_dir():
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            if self.durable:
                sync_folder(folder.parent)

    def _all_files(self, older_than: float) -> Iterator[Path]:
        before = time.time() - older_than
        for path in self.root.glob("??/*"):
            with contextlib.suppress(FileNotFoundError):
                if path.is_file() and path.stat().st_mtime <= before:
                    yield path


def files() -> Folder:
    """The running application's files: originals and the copies made of them."""
    return _folder("files", durable=True)


def arriving() -> Folder:
    """What comes in pieces and is not whole yet, sealed like the files that it becomes."""
    return _folder("uploads", durable=True)


def cache() -> Folder:
    """Copies made for one viewer and day. They can be made again."""
    return _folder("cache", durable=False)


def _folder(name: str, durable: bool) -> Folder:
    kept: dict[str, Folder] = current_app.extensions.setdefault("shopalert.files", {})
    if name not in kept:
        keys = Keyring(config().key_file("data", config().data_key_file))
        kept[name] = Folder(config().data_dir / name, keys, durable)
    return kept[name]


def chunks_of(size: int) -> int:
    """How many chunks lie in a file of this size on the disk."""
    return -(-(size - HEADER) // (CHUNK + TAG))


def nonce(number: int, last: bool) -> bytes:
    """Twelve bytes, never the same twice under one file's key."""
    return b"\0" * 3 + number.to_bytes(8, "big") + (b"\1" if last else b"\0")


def read_fully(source: BinaryIO, size: int) -> bytes:
    """So many bytes, or all that are left: a stream may give fewer at a time."""
    parts, missing = [], size
    while missing and (part := source.read(missing)):
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)


def sync_folder(folder: Path) -> None:
    """A rename is on the disk only when its folder is."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def off_the_loop(work: Callable[[], T]) -> T:
    """Do disk and cipher work in a native thread where greenlets would wait for it."""
    monkey: Any = sys.modules.get("gevent.monkey")
    if monkey is None or not monkey.is_module_patched("socket"):
        return work()
    import gevent

    raised: list[BaseException] = []

    def caught() -> T | None:
        try:
            return work()
        except BaseException as error:  # the pool would print it, though somebody waits for it
            raised.append(error)
            return None

    result: Any = gevent.get_hub().threadpool.apply(caught)
    if raised:
        raise raised[0]
    return result
