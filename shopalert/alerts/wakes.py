"""flask-sse as a wake-up only: the event log is the truth, and losing Redis loses nothing.

Through Redis goes `publish({"seq": n}, type="wake")`, or `{"user": id}` of type `revoke`; each process
holds one subscription. Without Redis the same object wakes its own process. Readers also look by
themselves every second: the wake only makes it quick.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from typing import Any

import gevent
from flask import Flask
from flask_sse import Message, ServerSentEventsBlueprint
from gevent.event import Event
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

LOOK = 1.0  # seconds after which a reader looks although nobody woke it


class Wakes(ServerSentEventsBlueprint):
    """Its view is never routed: as shipped, ?channel= lets any client read any channel."""

    def __init__(self) -> None:
        super().__init__("wakes", __name__)
        self.client: Any = None
        self.ear: Any = None
        self.app: Flask | None = None
        self.bells: list[Event] = []
        self.on_revoke: list[Callable[[str], None]] = []
        self.listening = False  # whether this process serves, and goes on after what it does now
        self.lost = 0  # wake-ups that Redis did not take

    def init_app(self, app: Flask) -> None:
        url = app.config["SHOPALERT"].redis_url
        app.config["SSE_REDIS_URL"] = url
        self.app, self.client, self.ear, self.listening = app, None, None, False
        if url:
            once: dict[str, Any] = {"socket_connect_timeout": 0.3, "retry": Retry(NoBackoff(), 0)}
            self.client = Redis.from_url(url, socket_timeout=0.3, max_connections=4, **once)
            self.ear = Redis.from_url(url, socket_timeout=30, health_check_interval=10, **once)

    @property
    def redis(self) -> Any:
        """flask-sse's publish asks for it: one pool, not a connection each."""
        return self.client

    def bell(self) -> Event:
        """An event that is set whenever something may be new; who waits for it clears it."""
        bell = Event()
        self.bells.append(bell)
        return bell

    def ring(self) -> None:
        """Wake all who wait in this process."""
        for bell in self.bells:
            bell.set()

    def wake(self, seq: int) -> None:
        """After a commit. It may fail; it may not raise."""
        self.ring()
        self.tell({"seq": seq}, "wake")

    def revoke(self, user_id: str) -> None:
        """What this person may see has changed: each process asks the database which streams must end."""
        self.heard_revoke(user_id)
        self.tell({"user": user_id}, "revoke")

    def tell(self, what: dict[str, Any], kind: str) -> None:
        """To the other processes, where there are any.

        Beside whoever wrote: a Redis that is frozen answers nobody, and their report has been kept already.
        A command tells it by itself, as it may end at once.
        """
        if self.client is None:
            return
        if self.listening:
            gevent.spawn(self.say, what, kind)
        else:
            self.say(what, kind)

    def say(self, what: dict[str, Any], kind: str) -> None:
        """To Redis, which may be away."""
        try:
            self.publish(what, type=kind)
        except RedisError:
            self.lost += 1

    def heard_revoke(self, user_id: str) -> None:
        for end in self.on_revoke:
            end(user_id)

    def run(self, app: Flask, stop: threading.Event) -> None:
        """Listen for other processes; look at the log at each new subscription, as something may have passed."""
        if self.ear is None:
            return
        self.listening = True
        while not stop.is_set():
            ear = self.ear.pubsub()
            try:
                ear.subscribe("sse")
                while not stop.is_set():
                    self.hear(ear.get_message(timeout=5))  # not listen(): it dies when idle
            except RedisError:
                gevent.sleep(0.2)
            finally:
                ear.close()

    def hear(self, heard: dict[str, Any] | None) -> None:
        """One message of Redis."""
        if heard is None:
            return
        if heard["type"] == "subscribe":
            self.ring()
        elif heard["type"] == "message":
            said = Message(**json.loads(heard["data"]))
            if said.type == "revoke":
                self.heard_revoke(said.data["user"])
            else:
                self.ring()


wakes = Wakes()
