"""Passwords: kept as Argon2id, and the weak ones named."""

import statistics
import time

import pytest
from argon2 import extract_parameters

from shopalert.accounts import passwords
from shopalert.accounts.passwords import Weak, check_new, hash_password, matches


@pytest.fixture(autouse=True)
def words(app):
    """Reasons are translated, so there is an application."""
    with app.test_request_context():
        yield


@pytest.fixture(scope="module")
def kept():
    return hash_password("a pair of ragged claws")


def test_argon2id_as_it_should_be(kept):
    assert kept.startswith("$argon2id$v=19$m=65536,t=4,p=2$")


def test_nobodys_hash_takes_as_much(kept):
    assert extract_parameters(passwords.NOBODY) == extract_parameters(kept)


def test_the_right_one_matches_and_no_other(kept):
    assert matches(kept, "a pair of ragged claws")
    assert not matches(kept, "a pair of ragged claw")
    assert not matches(None, "a pair of ragged claws")
    assert not matches("!", "!")


def test_nothing_is_cut_off():
    long = "é" * 127
    kept = hash_password(long + "x")
    assert matches(kept, long + "x")
    assert not matches(kept, long + "y")
    assert not matches(kept, long + "xx")  # longer than may be chosen


def test_one_letter_in_two_spellings_is_one_password():
    assert matches(hash_password("cafe\u0301 on the corner"), "caf\u00e9 on the corner")


def test_half_letters_and_nul_are_only_wrong(kept):
    assert not matches(kept, "\ud800\x00")


def test_unknown_takes_as_long_as_wrong(kept):
    """In processor time: a busy machine would tell another story each time."""

    def took(hashed):
        start = time.process_time()
        matches(hashed, "not the password, no")
        return time.process_time() - start

    pairs = [(took(kept), took(None)) for _ in range(7)]
    wrong, unknown = (statistics.median(each) for each in zip(*pairs, strict=True))
    assert abs(wrong - unknown) < max(0.010, wrong * 0.25)


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery staple",
        "Maple-Kettle-Orbit-Fjord",
        "tr0ub4dor&3 plus more",
        "日本語のとても長い合言葉です。はい",
        "four wet dogs in a lift",
    ],
)
def test_good_ones_may_be_chosen(password):
    check_new(password, ["Asha Kaur", "asha", "wickford"])


@pytest.mark.parametrize(
    "password",
    [
        "fourteen chars",  # 14
        "x" * 129,
        "passwordpassword",
        "Password12345678",
        "qwertyuiopasdfgh",
        "123456789012345",
        "aaaaaaaaaaaaaaaaaa",
        "abcabcabcabcabcabc",
        "1q2w3e4r5t6y7u8i9o0p",
        "dragonmonkey1234!!",
    ],
)
def test_weak_ones_may_not(password):
    with pytest.raises(Weak) as weak:
        check_new(password)
    assert str(weak.value)


@pytest.mark.parametrize("password", ["ShopAlert-Wickford-1", "ashakaur wickford 26", "wickford-pubwatch"])
def test_names_that_anybody_knows_may_not(password):
    with pytest.raises(Weak, match="guess"):
        check_new(password, ["Asha Kaur", "asha", "wickford"])


def test_with_a_second_factor_eight_do():
    with pytest.raises(Weak):
        check_new("mq7!tzrw")
    check_new("mq7!tzrw", second_factor=True)
    with pytest.raises(Weak):
        check_new("password", second_factor=True)


def test_generated_ones_may_be_chosen_and_differ():
    made = {passwords.generate() for _ in range(50)}
    assert len(made) == 50
    for password in made:
        check_new(password)
