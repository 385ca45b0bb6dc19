"""flask-sse as its documentation shows it, for `bench live`: a peer, not part of the house."""

from __future__ import annotations

import os

from flask import Flask, request
from flask_sse import sse

app = Flask(__name__)
app.config["REDIS_URL"] = os.environ.get("REDIS_URL", "redis://localhost")
app.register_blueprint(sse, url_prefix="/stream")


@app.post("/say")
def say() -> str:
    sse.publish(request.get_data(as_text=True), type="bench")
    return ""
