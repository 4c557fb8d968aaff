"""How often one address may call, and which address that is."""

import ipaddress

import pytest

from broker.rates import LOOPBACK_FACTOR, MOST_BUCKETS, Rates, TooOften, address_of


class Seconds:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Seconds:
    return Seconds()


@pytest.fixture
def rates(clock: Seconds) -> Rates:
    return Rates({"calls": 60, "passwords": 6}, clock)


def taken(rates: Rates, kind: str, address: str, times: int) -> int:
    done = 0
    for _ in range(times):
        try:
            rates.take(kind, address)
        except TooOften:
            continue
        done += 1
    return done


def test_a_minutes_worth_may_come_at_once_and_then_as_time_goes_by(
    rates: Rates, clock: Seconds
) -> None:
    assert taken(rates, "calls", "203.0.113.7", 100) == 60
    clock.now += 10
    assert taken(rates, "calls", "203.0.113.7", 100) == 10
    clock.now += 3600
    assert taken(rates, "calls", "203.0.113.7", 100) == 60


def test_who_must_wait_is_told_for_how_long(rates: Rates, clock: Seconds) -> None:
    taken(rates, "passwords", "203.0.113.7", 6)
    with pytest.raises(TooOften) as refused:
        rates.take("passwords", "203.0.113.7")
    assert refused.value.seconds == 10
    clock.now += refused.value.seconds
    rates.take("passwords", "203.0.113.7")


def test_kinds_and_addresses_are_counted_apart(rates: Rates) -> None:
    taken(rates, "passwords", "203.0.113.7", 10)
    assert taken(rates, "calls", "203.0.113.7", 10) == 10
    assert taken(rates, "passwords", "203.0.113.8", 10) == 6


def test_one_customer_of_a_provider_is_one_however_many_addresses_they_have(rates: Rates) -> None:
    tries = (f"2001:db8:1:2::{number:x}" for number in range(1, 21))
    assert sum(taken(rates, "passwords", address, 1) for address in tries) == 6
    assert taken(rates, "passwords", "2001:db8:1:3::1", 1) == 1


def test_this_machine_may_call_more_often(rates: Rates) -> None:
    assert taken(rates, "passwords", "127.0.0.1", 1000) == 6 * LOOPBACK_FACTOR


def test_a_crowd_of_addresses_is_forgotten_from_the_longest_unused_on(
    rates: Rates, clock: Seconds
) -> None:
    taken(rates, "passwords", "203.0.113.7", 6)
    for number in range(MOST_BUCKETS + 10):
        rates.take("calls", str(ipaddress.ip_address(number + 2**31)))
        if number == 10:
            assert taken(rates, "passwords", "203.0.113.7", 1) == 0
    assert len(rates._full_at) == MOST_BUCKETS
    clock.now += 1


PROXIES = [ipaddress.ip_network("10.0.0.0/8"), ipaddress.ip_network("::1/128")]


@pytest.mark.parametrize(
    ("peer", "forwarded_for", "address"),
    [
        ("203.0.113.7", [], "203.0.113.7"),
        ("203.0.113.7", ["198.51.100.1"], "203.0.113.7"),
        ("10.0.0.1", [], "10.0.0.1"),
        ("10.0.0.1", ["198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", ["6.6.6.6, 198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", ["6.6.6.6", "198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", ["198.51.100.1, 10.0.0.2"], "198.51.100.1"),
        ("10.0.0.1", ["10.0.0.3, 10.0.0.2"], "10.0.0.3"),
        ("::1", ["2001:db8::1"], "2001:db8::1"),
        ("10.0.0.1", ["unknown"], "unknown"),
        ("", ["198.51.100.1"], ""),
    ],
)
def test_only_a_known_proxys_word_about_an_address_is_believed(
    peer: str, forwarded_for: list[str], address: str
) -> None:
    assert address_of(peer, forwarded_for, PROXIES) == address
