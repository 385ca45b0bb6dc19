"""Sealing: the RFC's own example to the byte; what pywebpush and http_ece read; never the same twice."""

from __future__ import annotations

import os

import http_ece
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st
from pywebpush import WebPusher

from shopalert.alerts.push import from_base64url, to_base64url
from shopalert.alerts.sealing import LARGEST, Keys, seal

# RFC 8291, section 5 and appendix A.
TEXT = b"When I grow up, I want to be a watermelon"
POINT = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
AUTH = "BTBZMqHH6r4Tts7J_aSIgg"
OURS = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
SALT = "DGv6ra1nlYgDCS1FRnbzlw"
SEALED = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6Tlz"
    "AC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)


@pytest.fixture(scope="module")
def device():
    """A device's pair, its point, and its secret."""
    pair = ec.generate_private_key(ec.SECP256R1())
    point = pair.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return pair, point, os.urandom(16)


def read(device, sealed):
    return http_ece.decrypt(sealed, private_key=device[0], auth_secret=device[2], version="aes128gcm")


def test_the_example_of_the_rfc_to_the_byte():
    pair = ec.derive_private_key(int.from_bytes(from_base64url(OURS), "big"), ec.SECP256R1())
    sealed = seal(TEXT, Keys.of(from_base64url(POINT), from_base64url(AUTH)), pair, from_base64url(SALT))
    assert to_base64url(sealed) == SEALED


@settings(deadline=None, max_examples=50)
@given(text=st.binary(min_size=1, max_size=LARGEST))
def test_what_is_sealed_is_read_by_another_implementation(device, text):
    assert read(device, seal(text, Keys.of(device[1], device[2]))) == text


def test_it_is_what_pywebpush_makes_of_the_same_key_and_salt(device, monkeypatch):
    """Not like it: the same bytes."""
    pair, salt = ec.generate_private_key(ec.SECP256R1()), os.urandom(16)
    keys = {"p256dh": to_base64url(device[1]), "auth": to_base64url(device[2])}
    monkeypatch.setattr("pywebpush.ec.generate_private_key", lambda *_: pair)
    monkeypatch.setattr("http_ece.os.urandom", lambda _: salt)
    theirs = WebPusher({"endpoint": "https://push.example/1", "keys": keys}).encode(TEXT, "aes128gcm")["body"]
    assert seal(TEXT, Keys.of(device[1], device[2]), pair, salt) == theirs


def test_no_two_messages_share_a_key_or_a_salt(device):
    sealed = [seal(TEXT, Keys.of(device[1], device[2])) for _ in range(50)]
    assert len({each[:16] for each in sealed}) == 50
    assert len({each[21:86] for each in sealed}) == 50


def test_what_fits_no_record_or_no_curve_is_refused(device):
    assert len(seal(b"x" * LARGEST, Keys.of(device[1], device[2]))) == 86 + 4096
    with pytest.raises(ValueError):
        seal(b"x" * (LARGEST + 1), Keys.of(device[1], device[2]))
    with pytest.raises(ValueError):
        Keys.of(device[1][:-1] + bytes([device[1][-1] ^ 1]), device[2])
