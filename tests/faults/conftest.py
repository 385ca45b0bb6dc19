"""What the tests of faults share: a house of each form, and one line of figures for each fault."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.faults.houses import LONG, House, a_house, many_files
from tests.push_service import PushService


@pytest.fixture(scope="session")
def push_service() -> Iterator[PushService]:
    """Five ports: five push services to a sender."""
    with PushService(origins=5) as service:
        yield service


@pytest.fixture(scope="session")
def standing_house(
    engine: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    """One for all tests that leave it standing: alone on SQLite, scaled on PostgreSQL and Redis."""
    many_files()
    with a_house(engine, tmp_path_factory.mktemp("house") / "data", request) as made:
        yield made


@pytest.fixture
def house(standing_house: House) -> Iterator[House]:
    """The same. Its next tests meet no device that misbehaves, and no service that is thought to be down."""
    yield standing_house
    standing_house.forget_devices()


@pytest.fixture
def tell(request: pytest.FixtureRequest, record_property: Callable[[str, Any], None]) -> Callable[..., None]:
    """Say what a fault did, keep it for the summary, and hold it to lost 0, twice 0."""

    def told(fault: str, tries: int, acknowledged: int, verdict: Any, more: str = "") -> None:
        chosen = getattr(request.node, "callspec", None)
        engine = chosen.params.get("engine", "") if chosen else ""
        where = {"sqlite": "SQLite", "postgres": "PostgreSQL and Redis"}.get(engine, "")
        parts = [fault, where, f"{tries:,} tries", f"{acknowledged:,} acknowledged"]
        line = " · ".join(
            part for part in [*parts, f"lost {verdict.lost}", f"twice {verdict.twice}", more] if part
        )
        print(f"\n{line}")
        record_property("fault", line)
        assert (verdict.lost, verdict.twice, getattr(verdict, "partial", 0)) == (0, 0, 0), verdict

    return told


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A fault of one form alone names it, ENGINE in its module, or is marked with what only that form has."""
    elsewhere = [each for each in items if not_here(each)]
    config.hook.pytest_deselected(items=elsewhere)
    items[:] = [each for each in items if each not in elsewhere]
    if LONG:
        for item in items:
            item.add_marker(pytest.mark.timeout(1800))


def not_here(item: Any) -> bool:
    if Path(__file__).parent not in item.path.parents or not hasattr(item, "callspec"):
        return False
    engine = item.callspec.params.get("engine")
    wanted = getattr(item.module, "ENGINE", None) or (
        "postgres" if item.get_closest_marker("redis") else engine
    )
    return bool(engine) and engine != wanted


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """All the lines together, so that nobody has to look for them."""
    lines = [
        (value, outcome)
        for outcome in ("passed", "failed")
        for report in terminalreporter.stats.get(outcome, [])
        for name, value in getattr(report, "user_properties", [])
        if name == "fault" and report.when == "call"
    ]
    if lines:
        terminalreporter.section("faults")
        for value, outcome in lines:
            terminalreporter.write_line(value if outcome == "passed" else f"{value} · FAILED")
