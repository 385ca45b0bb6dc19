"""A phone on which alerts arrive: its browser's worker, and a device at the push service that stands for it.

`subscribe()` reaches no push service here, so the service's own device is registered for the phone; what
arrives there, encrypted for it and decrypted, is handed to the worker as the browser would.
"""

from __future__ import annotations

import json
from typing import Any

from playwright.sync_api import CDPSession

from tests.browser.conftest import Town
from tests.people import Person
from tests.push_service import PushService

REGISTER = """async device => {
  await navigator.serviceWorker.ready
  const headers = { 'Content-Type': 'application/json', 'X-Requested-With': 'shopalert' }
  return (await fetch('/push/subscription', { method: 'POST', headers, body: JSON.stringify(device) })).status
}"""
SHOWN = """async () => (await self.registration.getNotifications()).map(
  each => ({ title: each.title, body: each.body, tag: each.tag, silent: each.silent }))"""


class Phone:
    """Somebody's phone in a pocket: no page of ours is visible."""

    def __init__(self, town: Town, person: Person, service: PushService, answers: str = "201") -> None:
        self.town, self.service = town, service
        self.device = service.device(answers)
        self.context = town.browser_of(person)
        self.context.grant_permissions(["notifications"], origin=town.url)
        self.page = town.open(self.context, "/alerts")
        assert self.page.evaluate(REGISTER, self.device) in (200, 201)
        self.cdp: CDPSession = self.context.new_cdp_session(self.page)
        self.registrations: list[str] = []
        self.cdp.on("ServiceWorker.workerRegistrationUpdated", self.note)
        self.cdp.send("ServiceWorker.enable")
        self.page.wait_for_timeout(300)
        self.page.goto("about:blank")

    def note(self, event: dict[str, Any]) -> None:
        for found in event["registrations"]:
            if found["scopeURL"].startswith(self.town.url) and not found["isDeleted"]:
                self.registrations.append(found["registrationId"])

    def alerts(self, count: int, seconds: float = 10) -> list[dict[str, Any]]:
        """What arrived at this phone's device, as soon as it is so many."""
        return self.service.wait_for(count, self.device, seconds)

    def deliver(self, message: dict[str, Any]) -> list[dict[str, Any]]:
        """Hand an arrived message to the worker; what the lock screen shows then."""
        asked = {
            "origin": self.town.url,
            "registrationId": self.registrations[-1],
            "data": json.dumps(message["payload"])
            if not isinstance(message["payload"], str)
            else message["payload"],
        }
        self.cdp.send("ServiceWorker.deliverPushMessage", asked)
        self.page.wait_for_timeout(700)
        return self.lock_screen()

    def lock_screen(self) -> list[dict[str, Any]]:
        """The notifications that are shown now."""
        found: list[dict[str, Any]] = self.context.service_workers[-1].evaluate(SHOWN)
        return found
