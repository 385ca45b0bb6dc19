"""Where a push may be sent: vetted by name when it is stored, by name and address when it is sent to."""

from __future__ import annotations

import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopalert.alerts.endpoints import SERVICES, Endpoints, Refused, Unresolved, is_public

PLAIN = Endpoints.of("")
GOOD = [
    "https://fcm.googleapis.com/fcm/send/abc:def-_",
    "https://updates.push.services.mozilla.com/wpush/v2/gAAA",
    "https://web.push.apple.com/QABC",
    "https://wns2-par02p.notify.windows.com/w/?token=BQYAAA%2b%2fx",
    "https://jmt17.google.com/fcm/send/x",
    "https://fcm.googleapis.com:443/x",
]
HOSTILE = [
    "",
    None,
    7,
    ["https://fcm.googleapis.com/x"],
    "http://fcm.googleapis.com/x",
    "gopher://fcm.googleapis.com/",
    "//fcm.googleapis.com/x",
    "https:fcm.googleapis.com/x",
    "https:///x",
    "https://[x/",
    "https://fcm.googleapis.com:8443/x",
    "https://fcm.googleapis.com:0/x",
    "https://fcm.googleapis.com:99999/x",
    "https://a@fcm.googleapis.com/x",
    "https://fcm.googleapis.com@127.0.0.1/x",
    "https://fcm.googleapis.com:443@evil.example/x",
    "https://fcm.googleapis.com.evil.example/x",
    "https://evilfcm.googleapis.com/x",
    "https://fcm.googleapis.com.:443/x",
    "https://.fcm.googleapis.com./x",
    "https://googleapis.com/x",
    "https://169.254.169.254/x.google.com/",
    "https://169.254.169.254/x",
    "https://10.0.0.8/fcm.googleapis.com",
    "https://2130706433/x",
    "https://0x7f.1/x",
    "https://[::1]/x",
    "https://[::ffff:127.0.0.1]/x",
    "https://localhost/x",
    "https://localhost:1/x",
    "https://fcm.googleapis.com\\@evil.example/",
    "https://evil.example\\.fcm.googleapis.com/",
    "https://evil.example#.fcm.googleapis.com/",
    "https://evil.example?.fcm.googleapis.com/",
    "https://evil.example/.fcm.googleapis.com/",
    "https://fcm.googleapis.com/x#y",
    "https://fcm.googleapis.com\n/x",
    "https://fcm.googleapis.com/x\r\nHost: evil.example",
    "https://fcm.googleapis.com/x y",
    "https://fcm.googleapis.com\x00.evil.example/",
    "https://ｆcm.googleapis.com/x",
    "https://fcm%2egoogleapis.com/x",
    "https://evil%00.fcm.googleapis.com/x",
    "https://fcm.googleapis.com/" + "x" * 2000,
]
PRIVATE = [
    "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
    "255.255.255.255", "192.0.2.1", "198.18.0.1", "240.0.0.1", "::", "::1", "fe80::1", "fe80::1%eth0", "fd00::1",
    "ff02::1", "::ffff:10.0.0.1", "::ffff:127.0.0.1", "64:ff9b::a00:1", "2002:7f00:1::", "2001::1", "2001:db8::1",
    "fec0::1", "3fff::1", "::7f00:1", "192.88.99.1",
]  # fmt: skip


@pytest.mark.parametrize("endpoint", GOOD)
def test_push_services_of_browsers_are_taken(endpoint):
    vetted = PLAIN.vet(endpoint)
    assert vetted.port == 443
    assert vetted.origin == f"https://{vetted.host}"


@pytest.mark.parametrize("endpoint", HOSTILE, ids=lambda endpoint: repr(endpoint)[:50])
def test_hostile_endpoints_are_refused(endpoint):
    with pytest.raises(Refused):
        PLAIN.vet(endpoint)


@given(st.text(max_size=60), st.sampled_from(GOOD), st.integers(0, 60))
def test_whatever_is_put_into_an_endpoint_its_host_stays_on_the_list(text, endpoint, place):
    try:
        vetted = PLAIN.vet(endpoint[:place] + text + endpoint[place:])
    except Refused:
        return
    assert any(vetted.host == service or vetted.host.endswith("." + service) for service in SERVICES)
    assert vetted.port == 443


def test_the_operator_adds_a_host_or_a_host_with_a_port():
    added = Endpoints.of("push.force.example, other.example:8443")
    assert added.vet("https://push.force.example/x").port == 443
    assert added.vet("https://other.example:8443/x").origin == "https://other.example:8443"
    for endpoint in (
        "https://push.force.example:8443/x",
        "https://other.example/x",
        "https://sub.push.force.example/x",
        "http://push.force.example/x",
    ):
        with pytest.raises(Refused):
            added.vet(endpoint)
    with pytest.raises(ValueError):
        Endpoints.of("https://push.force.example/")


def test_a_literal_private_address_needs_both_the_list_and_the_switch():
    with pytest.raises(Refused):
        Endpoints.of("127.0.0.1:8443").vet("https://127.0.0.1:8443/x")
    assert (
        Endpoints.of("127.0.0.1:8443", allow_private=True).vet("https://127.0.0.1:8443/x").host == "127.0.0.1"
    )
    with pytest.raises(Refused):
        Endpoints.of("", allow_private=True).vet("https://127.0.0.1/x")


@pytest.mark.parametrize("address", PRIVATE)
def test_addresses_that_are_not_of_the_open_internet(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["142.250.1.1", "::ffff:142.250.1.1", "2a00:1450:4009::200a"])
def test_addresses_of_the_open_internet(address):
    assert is_public(address)


def resolving(monkeypatch, *answers):
    """Make names lead where we say; counts how often it was asked."""
    asked = []

    def look_up(host, port, **_):
        asked.append(host)
        found = answers[min(len(asked), len(answers)) - 1]
        if not found:
            raise socket.gaierror("no such name")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in found]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return asked


@pytest.mark.parametrize("address", PRIVATE)
def test_a_name_with_one_private_address_among_public_ones_is_refused(monkeypatch, address):
    resolving(monkeypatch, ["142.250.1.1", address])
    policy = Endpoints.of("")
    with pytest.raises(Refused):
        policy.address_of(policy.vet(GOOD[0]))


def test_a_private_address_needs_the_host_added_and_the_switch(monkeypatch):
    resolving(monkeypatch, ["127.0.0.1"])
    on_the_list = Endpoints.of("", allow_private=True)
    with pytest.raises(Refused):  # the switch is for the operator's hosts, not for those of the browsers
        on_the_list.address_of(on_the_list.vet(GOOD[0]))
    without = Endpoints.of("push.force.example")
    with pytest.raises(Refused):
        without.address_of(without.vet("https://push.force.example/x"))
    both = Endpoints.of("push.force.example", allow_private=True)
    assert both.address_of(both.vet("https://push.force.example/x")) == "127.0.0.1"


def test_a_name_that_moves_leads_nowhere_else(monkeypatch):
    asked = resolving(monkeypatch, ["142.250.1.1"], ["127.0.0.1"])
    policy = Endpoints.of("")
    endpoint = policy.vet(GOOD[0])
    assert [policy.address_of(endpoint) for _ in range(3)] == ["142.250.1.1"] * 3
    assert len(asked) == 1
    policy._known.clear()  # as after half a minute
    with pytest.raises(Refused):
        policy.address_of(endpoint)


def test_an_address_that_does_not_answer_is_followed_by_the_next(monkeypatch):
    resolving(monkeypatch, ["2a00:1450:4009::200a", "142.250.1.1", "142.250.1.2"])
    policy = Endpoints.of("")
    endpoint = policy.vet(GOOD[0])
    assert policy.address_of(endpoint) == "142.250.1.1"
    policy.unreachable(endpoint)
    assert policy.address_of(endpoint) == "142.250.1.2"


def test_a_name_that_is_not_found_is_no_refusal(monkeypatch):
    resolving(monkeypatch, [])
    policy = Endpoints.of("")
    with pytest.raises(Unresolved):
        policy.address_of(policy.vet(GOOD[0]))
