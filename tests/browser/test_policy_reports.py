"""A real browser over TLS reports what the policy stopped, and the log names the rule alone.

(Chromium sends no such reports to http://localhost.)
"""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Playwright

from tests import services
from tests.browser.conftest import launch
from tests.deploy.sample import make_certificate, nginx_sample

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(not services.nginx_program(), reason="no nginx on this machine"),
]


def test_what_the_policy_stopped_is_reported_by_its_rule_alone(
    playwright: Playwright, tmp_path: Path
) -> None:
    tls, plain = services.free_port(), services.free_port()
    make_certificate(tmp_path)
    settings = {"BASE_URL": f"https://localhost:{tls}", "TRUSTED_PROXIES": "127.0.0.1"}
    server = services.Server(tmp_path / "data", **settings)
    server.migrate()
    server.start()
    try:
        with services.nginx(nginx_sample(server.port, tls, plain, tmp_path), tls):
            browser = launch(playwright, "--ignore-certificate-errors", "--short-reporting-delay")
            page = browser.new_page(ignore_https_errors=True)
            page.goto(f"https://localhost:{tls}/privacy?said=secret-words")
            page.evaluate(
                "document.body.append(Object.assign(new Image(), {src: 'https://other.example/x.png'}))"
            )
            services.eventually(lambda: '"policy violated: img-src"' in server.log, 30)
            browser.close()
        assert "secret-words" not in server.log
        assert "other.example" not in server.log
    finally:
        server.kill()
