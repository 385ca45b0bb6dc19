"""What browsers and workers send about devices and receipts: JSON, read strictly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import request
from flask_babel import gettext as _

from shopalert.alerts.endpoints import LONGEST, Endpoint, Endpoints, Refused
from shopalert.alerts.push import BadKeys, check_keys
from shopalert.config import config
from shopalert.pages import problem

LARGEST = 16 * 1024  # bytes of a body


@dataclass(frozen=True)
class NewDevice:
    """A browser's PushSubscription, vetted; `expired` is the endpoint that it gave up for this one."""

    endpoint: str
    origin: str
    p256dh: str
    auth: str
    expired: str | None


@dataclass(frozen=True)
class Receipt:
    """A worker's word on one delivery."""

    token: str
    opened: bool


def new_device() -> NewDevice:
    """The subscription in the body; 422 for an endpoint or keys that are none."""
    body = _body()
    endpoint, keys = body.get("endpoint"), body.get("keys")
    try:
        vetted: Endpoint = policy().vet(endpoint)
    except Refused:
        problem(422, "endpoint_refused", _("This browser’s push service is not one that can be used here."))
    try:
        if not isinstance(keys, dict):
            raise BadKeys("none")
        check_keys(keys.get("p256dh"), keys.get("auth"))
    except BadKeys:
        problem(422, "keys_refused", _("This browser’s keys for alerts could not be read."))
    return NewDevice(str(endpoint), vetted.origin, keys["p256dh"], keys["auth"], _expired(body))


def given_up() -> str:
    """The endpoint that is to be alerted no more."""
    body = _body()
    endpoint = body.get("endpoint") or body.get("expired")
    if not isinstance(endpoint, str) or not endpoint or len(endpoint) > LONGEST or not endpoint.isascii():
        problem(422, "endpoint_refused", _("Say which endpoint."))
    return endpoint


def receipt() -> Receipt:
    """`{"token": …, "shown": true}` or `{"token": …, "opened": true}`."""
    body = _body()
    token, shown, opened = body.get("token"), body.get("shown"), body.get("opened")
    right = isinstance(token, str) and token.isascii() and 0 < len(token) <= 64
    if not right or not (shown or opened):
        problem(422, "receipt_refused", _("This receipt could not be read."))
    return Receipt(str(token), bool(opened))


def policy() -> Endpoints:
    """The operator's rules for endpoints."""
    return Endpoints.of(config().push_allowed_hosts, config().push_allow_private_ips)


def _body() -> dict[str, Any]:
    if (request.content_length or 0) > LARGEST:
        problem(413, "too_large", _("That is too large to send."))
    body = request.get_json(force=True, silent=True)
    if not isinstance(body, dict):
        problem(400, "bad_request", _("This request could not be read."))
    return body


def _expired(body: dict[str, Any]) -> str | None:
    expired = body.get("expired")
    usable = isinstance(expired, str) and 0 < len(expired) <= LONGEST and expired.isascii()
    return str(expired) if usable else None
