"""The town's pictures as files: drawn once, encrypted, and put on the disk in one go."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

from shopalert.config import config
from shopalert.demo.canvas import HEIGHT, WIDTH
from shopalert.demo.drawing import draw
from shopalert.demo.stills import STILLS
from shopalert.evidence.images import Copy, decoders
from shopalert.evidence.storage import Folder, Keyring, Stored

Picture = tuple[bytes, list[Copy]]


def drawn_stills() -> dict[str, Picture]:
    """Each still once, with the copies that the guarded decoder makes of it."""

    def picture(number: int) -> Picture:
        data = draw(STILLS[number])
        return data, decoders().copies(data)

    with ThreadPoolExecutor(2) as pool:
        return dict(zip((still.name for still in STILLS), pool.map(picture, range(len(STILLS))), strict=True))


class Pinned(NamedTuple):
    """A still that hangs on a bulletin: of several schemes there is one row in each, and one file."""

    attachment: dict[str, Any]
    copies: list[dict[str, Any]]


def pin(store: Folder, name: str, picture: Picture) -> Pinned:
    data, made = picture
    return Pinned(made_of(name, store.put(data)), [made_copy(copy, store.put(copy.data)) for copy in made])


def unhurried_store() -> Folder:
    """The house's own files, put on the disk once at the end instead of each by itself."""
    keys = Keyring(config().key_file("data", config().data_key_file))
    return Folder(config().data_dir / "files", keys, durable=False)


def made_of(name: str, original: Stored) -> dict[str, Any]:
    """What the row of a still says of its file."""
    return {
        "stored_as": original.name,
        "sha256": original.sha256.hex(),
        "size": original.size,
        "media_type": "image/jpeg",
        "file_name": f"{name}.jpg",
        "width": WIDTH,
        "height": HEIGHT,
        "state": "ready",
    }


def made_copy(copy: Copy, stored: Stored) -> dict[str, Any]:
    return {
        "variant": copy.variant,
        "state": "ready",
        "attempts": 1,
        "stored_as": stored.name,
        "width": copy.width,
        "height": copy.height,
        "size": stored.size,
    }
