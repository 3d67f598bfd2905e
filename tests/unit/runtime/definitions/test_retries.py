import pytest
from hypothesis import given
from hypothesis import strategies as st

from mainspring.core.base.errors import InvalidDefinitionError
from mainspring.core.base.randomness import seeded_random
from mainspring.core.values.metadata import MetadataValue
from mainspring.runtime.definitions.retries import Backoff, Failure, Jitter, RetryPolicy, RetryRequested

ATTEMPTS = range(1, 5)


@pytest.mark.parametrize(
    "policy,delays",
    [
        (RetryPolicy(), [0, 0, 0, 0]),
        (RetryPolicy(delay=2), [2, 2, 2, 2]),
        (RetryPolicy(delay=2, backoff=Backoff.LINEAR), [2, 4, 6, 8]),
        (RetryPolicy(delay=2, backoff=Backoff.EXPONENTIAL), [2, 6, 14, 30]),
        (RetryPolicy(delay=0, backoff=Backoff.EXPONENTIAL, jitter=Jitter.FULL), [0, 0, 0, 0]),
    ],
    ids=str,
)
def test_delays(policy, delays):
    assert [policy.calculate_delay(attempt) for attempt in ATTEMPTS] == delays


def test_jitter_is_what_the_seed_says():
    chances = [seeded_random(7).random() for _ in "a"] * 4
    full = RetryPolicy(delay=2, backoff=Backoff.LINEAR, jitter=Jitter.FULL)
    near = RetryPolicy(delay=2, backoff=Backoff.LINEAR, jitter=Jitter.PLUS_MINUS)
    assert [full.calculate_delay(n, seeded_random(7)) for n in ATTEMPTS] == [
        2 * n * chance for n, chance in zip(ATTEMPTS, chances, strict=True)
    ]
    assert [near.calculate_delay(n, seeded_random(7)) for n in ATTEMPTS] == [
        2 * n + (2 * chance - 1) * 2 for n, chance in zip(ATTEMPTS, chances, strict=True)
    ]


@given(
    st.integers(0, 2**32), st.floats(0, 1e6), st.sampled_from([None, *Backoff]), st.sampled_from(list(Jitter))
)
def test_jitter_keeps_its_bounds(seed, delay, backoff, jitter):
    for attempt in ATTEMPTS:
        plain = RetryPolicy(delay=delay, backoff=backoff).calculate_delay(attempt)
        found = RetryPolicy(delay=delay, backoff=backoff, jitter=jitter).calculate_delay(
            attempt, seeded_random(seed)
        )
        least, most = (0, plain) if jitter is Jitter.FULL else (plain - delay, plain + delay)
        assert least - 1e-6 <= found <= most + 1e-6


@pytest.mark.parametrize(
    "said,words",
    [
        ({"max_retries": -1}, "max_retries=-1): it cannot be negative"),
        ({"max_retries": "3"}, "max_retries='3'): it must be a whole number"),
        ({"max_retries": True}, "whole number"),
        ({"delay": -2}, "delay=-2): it cannot be negative"),
        ({"delay": "2"}, "delay='2'): it must be a number of seconds"),
        ({"backoff": Backoff.LINEAR}, "backoff=Backoff.LINEAR): it changes a delay"),
        ({"jitter": Jitter.FULL}, "it changes a delay"),
        ({"backoff": "LINEAR", "delay": 1}, "it must be one of Backoff.LINEAR, Backoff.EXPONENTIAL"),
    ],
    ids=str,
)
def test_policies_that_cannot_be(said, words):
    with pytest.raises(InvalidDefinitionError) as caught:
        RetryPolicy(**said)
    assert words in str(caught.value)
    assert caught.value.where.file == __file__


def test_what_user_code_raises():
    asked = RetryRequested(max_retries=None, seconds_to_wait=2)
    assert (asked.max_retries, asked.seconds_to_wait) == (1, 2)
    failure = Failure("No rows.", metadata={"rows": 0}, allow_retries=False)
    assert (str(failure), failure.allow_retries) == ("No rows.", False)
    assert failure.metadata == {"rows": MetadataValue.int(0)}
    assert (str(Failure()), Failure().description, Failure().allow_retries) == ("", None, True)
