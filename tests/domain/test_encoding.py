import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.domain import heats

from paddock.domain.encoding import encode

values = st.recursive(
    st.integers(-(2**52), 2**52) | st.text(max_size=8) | st.binary(max_size=8),
    lambda inner: st.lists(inner, max_size=4).map(tuple),
    max_leaves=12,
)


def test_lengths_come_first() -> None:
    assert encode(("tiger", 42, -7, (), b"\0")) == b"l5:tigeri42ei-7ele1:\0e"


def test_text_is_measured_in_bytes() -> None:
    assert encode("말") == "3:말".encode()


def test_a_card_is_the_list_of_its_fields() -> None:
    assert encode(heats.card(1, lanes=2)) == (
        b"l16:race000000000001i500el5:tiger6:rabbitell10:player0000i0eel10:player0001i1eeel4:lastlei2ei2eei0ee"
    )


def decoded(text: bytes) -> object:
    """Read the encoding back: if that always works, two values never share an encoding."""

    def read(at: int) -> tuple[object, int]:
        if text[at : at + 1] == b"i":
            end = text.index(b"e", at)
            return int(text[at + 1 : end]), end + 1
        if text[at : at + 1] == b"l":
            items: list[object] = []
            at += 1
            while text[at : at + 1] != b"e":
                item, at = read(at)
                items.append(item)
            return tuple(items), at + 1
        colon = text.index(b":", at)
        end = colon + 1 + int(text[at:colon])
        return text[colon + 1 : end], end

    value, end = read(0)
    assert end == len(text)
    return value


def as_bytes(value: object) -> object:
    if isinstance(value, str):
        return value.encode()
    return tuple(as_bytes(item) for item in value) if isinstance(value, tuple) else value


@given(values)
def test_nothing_is_lost(value: object) -> None:
    assert decoded(encode(value)) == as_bytes(value)


@pytest.mark.parametrize("value", [1.5, None, True, (1, False), {"a": 1}])
def test_what_has_no_canonical_form_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        encode(value)
