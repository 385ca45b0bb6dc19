"""The town's pictures as files: drawn once, encrypted, and put on the disk in one go."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from shopalert.config import config
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


def unhurried_store() -> Folder:
    """The house's own files, put on the disk once at the end instead of each by itself."""
    keys = Keyring(config().key_file("data", config().data_key_file))
    return Folder(config().data_dir / "files", keys, durable=False)


def made_copy(attachment_id: uuid.UUID, copy: Copy, stored: Stored) -> dict[str, Any]:
    return {
        "attachment_id": attachment_id,
        "variant": copy.variant,
        "state": "ready",
        "attempts": 1,
        "stored_as": stored.name,
        "width": copy.width,
        "height": copy.height,
        "size": stored.size,
    }
