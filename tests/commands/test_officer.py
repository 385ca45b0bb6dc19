"""flask shopalert officer, and the lists: the same as on screen, by command."""

import pytest

from tests.browse import HEADERS
from tests.commands.test_user import run  # noqa: F401
from tests.people import ASHA, BEN, DEV, GUS, OLU


def test_a_move_ends_the_old_access_at_once(world, run):  # noqa: F811
    incident = world.report(ASHA)
    client = world.client(DEV)
    assert client.get(f"/incidents/{incident}", headers=HEADERS).status_code == 200
    assert "no longer basildon" in run("officer", "move", DEV.email, "--from", "basildon", "--to", "southend")
    assert client.get(f"/incidents/{incident}", headers=HEADERS).status_code == 303
    assert world.client(DEV).get(f"/incidents/{incident}", headers=HEADERS).status_code == 404
    assert world.viewer(DEV).police_schemes == (world.schemes["southend"],)


def test_a_move_from_where_one_is_not_is_refused(world, run):  # noqa: F811
    said = run("officer", "move", OLU.email, "--from", "basildon", "--to", "southend", exit_code=1)
    assert "no role in basildon" in said
    run("officer", "move", OLU.email, "--from", "southend", "--to", "atlantis", exit_code=1)
    assert world.viewer(OLU).police_schemes == (world.schemes["southend"],)


def test_an_officer_is_placed_in_several_districts_and_in_none(world, run):  # noqa: F811
    run("officer", "place", DEV.email, "--district", "basildon", "--district", "southend")
    assert set(world.viewer(DEV).police_schemes) == set(world.schemes.values())
    assert "no district" in run("officer", "place", DEV.email)
    assert not world.viewer(DEV).schemes


def test_a_suspension_ends(world, run):  # noqa: F811
    run("user", "suspend", BEN.email)
    assert "SUSPENDED" in run("user", "list", "--group", "suspended")
    run("user", "restore", BEN.email)
    assert BEN.email not in run("user", "list", "--group", "suspended")


@pytest.mark.parametrize(
    ("words", "found", "hidden"),
    [
        (("user", "list"), GUS.email, "nobody@example.org"),
        (("user", "list", "--group", "coordinators"), BEN.email, ASHA.email),
        (("officer", "list"), "officer Basildon", ASHA.email),
        (("scheme", "list"), "1 coordinators", "basildon "),
        (("district", "list"), "billericay, wickford", "WIC"),
    ],
)
def test_lists(world, run, words, found, hidden):  # noqa: F811
    said = run(*words)
    assert found in said and hidden not in said


def test_one_instance_is_one_force(world, run):  # noqa: F811
    said = run("district", "add", "norwich", "--name", "N", "--force", "Norfolk Constabulary", exit_code=1)
    assert "this one is Essex Police" in said
