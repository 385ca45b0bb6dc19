"""The photos that came with a request: taken, staged before, or refused."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from flask import request

from shopalert.evidence.forms import receive_many
from shopalert.evidence.models import Attachment
from shopalert.pages import problem, wants_json
from shopalert.schemes.models import Scheme


@dataclass(frozen=True)
class Photos:
    """What is kept for the form, and what could not be taken."""

    attachments: list[Attachment] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    status: int = 0
    code: str = ""

    @property
    def staged(self) -> list[Attachment]:
        return [photo for photo in self.attachments if photo.staged]

    def refuse_machine(self) -> None:
        """A machine is told the first photo's fault; a person gets the form back."""
        if self.errors and wants_json():
            problem(self.status, self.code, self.errors[0])


def photos_of_request(viewer: Any, scheme: Scheme) -> Photos:
    """Stage the files of this request and find those that its form names."""
    sent = request.files.getlist("photos") + request.files.getlist("clips")
    found = receive_many(viewer, scheme, sent, request.form.getlist("staged"))
    return Photos(found.attachments, found.errors, found.status, found.code)
