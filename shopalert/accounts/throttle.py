"""Guessing is slowed, never locked out for good. Rows, so that neither a restart nor the loss of Redis forgets.

An account is counted by the address that was typed, known or not, so that the answer tells nothing. A
network is counted by the number of accounts it failed at: a shopping centre shares one address.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import math
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from shopalert.accounts.models import SignInFailure
from shopalert.config import config
from shopalert.db import now

WINDOW = timedelta(minutes=15)
PER_ACCOUNT = 10  # failures
PER_NETWORK = 30  # accounts failed at
FREE = 4  # failures that cost no delay
LONGEST_DELAY = 2.0  # seconds


class TooMany(Exception):
    """Not now: wait so many seconds."""

    def __init__(self, wait: int) -> None:
        super().__init__(f"{wait} s")
        self.wait = wait


def account_key(email: str) -> bytes:
    """What stands for an account: a keyed hash, as the table may outlive the mistyped address."""
    key = hashlib.sha256(b"throttle" + config().secret_key.encode()).digest()
    return hmac.digest(key, email.encode("utf-8", "replace"), "sha256")


def network_of(address: str | None) -> str:
    """An IPv4 address, or the /64 that one IPv6 household or shop has."""
    try:
        ip = ipaddress.ip_address((address or "").split("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(ip, ipaddress.IPv6Address):
        ip = ip.ipv4_mapped or ip
    return str(ip) if ip.version == 4 else str(ipaddress.ip_network((ip, 64), strict=False))


def is_exempt(network: str) -> bool:
    """Whether an operator said that many people sit behind this network."""
    if network == "unknown":
        return False
    inside = ipaddress.ip_network(network)
    for exempt in config().sign_in_exempt_networks:
        outer = ipaddress.ip_network(exempt, strict=False)
        if inside.version == outer.version and inside.subnet_of(outer):  # type: ignore[arg-type]
            return True
    return False


def check(session: Session, account: bytes, network: str) -> float:
    """The seconds this try has to wait first; raises TooMany where it may not be made at all."""
    failed = failures(session, account)
    if len(failed) >= PER_ACCOUNT:
        raise TooMany(until(failed[PER_ACCOUNT - 1]))
    if not is_exempt(network):
        accounts = accounts_failed_at(session, network)
        if len(accounts) >= PER_NETWORK:
            raise TooMany(until(accounts[PER_NETWORK - 1]))
    return 0.0 if len(failed) <= FREE else min(0.1 * 2 ** (len(failed) - FREE - 1), LONGEST_DELAY)


def failures(session: Session, account: bytes) -> list[datetime]:
    """When sign-in to the account failed of late, newest first."""
    statement = (
        sa.select(SignInFailure.at)
        .where(SignInFailure.account == account, SignInFailure.at > now() - WINDOW)
        .order_by(SignInFailure.at.desc())
        .limit(PER_ACCOUNT)
    )
    return list(session.scalars(statement))


def accounts_failed_at(session: Session, network: str) -> list[datetime]:
    """For each account that the network failed at of late the last time, newest first."""
    last = sa.func.max(SignInFailure.at)
    statement = (
        sa.select(last)
        .where(SignInFailure.network == network, SignInFailure.at > now() - WINDOW)
        .group_by(SignInFailure.account)
        .order_by(last.desc())
        .limit(PER_NETWORK)
    )
    return list(session.scalars(statement))


def until(at: datetime) -> int:
    """Whole seconds until a failure of that time no longer counts."""
    return max(1, math.ceil((at + WINDOW - now()).total_seconds()))


def record(session: Session, account: bytes, network: str) -> None:
    """One more failure; those that no longer count go."""
    session.execute(sa.delete(SignInFailure).where(SignInFailure.at < now() - WINDOW))
    session.add(SignInFailure(account=account, network=network))


def clear(session: Session, account: bytes) -> None:
    """The account's owner came in."""
    session.execute(sa.delete(SignInFailure).where(SignInFailure.account == account))
