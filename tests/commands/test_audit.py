"""flask shopalert audit verify."""

import sqlalchemy as sa

from shopalert.db import writing
from shopalert.protection.models import AuditRow
from shopalert.wall import crossing


def test_verify_names_what_was_changed(world):
    runner = world.app.test_cli_runner()
    for email in ("one@example.org", "two@example.org"):
        done = runner.invoke(args=["shopalert", "user", "add", email, "--name", "N", "--scheme", "wickford"])
        assert done.exit_code == 0, done.output
    done = runner.invoke(args=["shopalert", "audit", "verify"])
    assert (done.exit_code, done.output) == (
        0,
        "The audit is whole: 2 rows, none changed, removed or reordered.\n",
    )
    with world.app.app_context(), crossing("seal") as session, writing(session):
        session.execute(sa.update(AuditRow).where(AuditRow.seq == 2).values(verb="user.remove"))
    done = runner.invoke(args=["shopalert", "audit", "verify"])
    assert done.exit_code == 1
    assert "row 2: changed" in done.output
