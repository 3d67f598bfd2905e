import itertools

from hypothesis import given
from hypothesis import strategies as st

from mainspring.runtime.execution.scrub import Scrubber
from mainspring.runtime.execution.scrub_stream import OutputScrubber, StreamScrubber

LETTERS = st.text("abc", min_size=0, max_size=40)
SECRETS = st.lists(st.text("abc", min_size=2, max_size=6), min_size=1, max_size=4)


@given(text=LETTERS, secrets=SECRETS, cuts=st.lists(st.integers(0, 40), max_size=8))
def test_however_it_is_cut_no_secret_is_left(text, secrets, cuts) -> None:
    data = text.encode()
    at = sorted({0, *(min(cut, len(data)) for cut in cuts), len(data)})
    forms = [secret.encode() for secret in secrets]
    stream = StreamScrubber(forms)
    clean = b"".join(stream.feed(data[a:b]) for a, b in itertools.pairwise(at)) + stream.finish()
    whole = StreamScrubber(forms)
    assert all(form not in part for form in forms for part in clean.split(b"[secret]"))
    assert clean == whole.feed(data) + whole.finish()


def test_only_what_may_be_a_secret_is_held_back() -> None:
    stream = StreamScrubber([b"hunter2"])
    assert stream.feed(b"I hunt") == b"I "
    assert stream.feed(b"ed") == b"hunted"
    assert stream.feed(b"hunter") == b""
    assert stream.feed(b"2\n") == b"[secret]\n"
    assert stream.feed(b"hun") == b""
    assert stream.finish() == b"hun"


def test_a_longer_secret_is_taken_whole() -> None:
    stream = StreamScrubber([b"abc", b"abcdef"])
    assert stream.feed(b"abc") == b""
    assert stream.feed(b"def") == b"[secret]"
    assert stream.feed(b"abc.") == b"[secret]."


def test_the_secrets_of_a_run_in_all_their_forms() -> None:
    output = OutputScrubber(Scrubber(['pass"word1']))
    stream = output.stream()
    assert (
        stream.feed(b'pass"word1 pass\\"word1 pass%22word1') + stream.finish()
        == b"[secret] [secret] [secret]"
    )
    assert output.text('pass"word1') == "[secret]"
