import base64
import hashlib

import pytest

from copydesk_gateway.reader_keys import ReaderKeys, presented

DIGEST = hashlib.sha256(b"the-second-key").hexdigest()


def test_a_key_is_known_as_itself_or_by_its_digest() -> None:
    keys = ReaderKeys(["the-first-key", f"sha256:{DIGEST.upper()}"])
    assert keys.name("the-first-key") != keys.name("the-second-key")
    assert keys.name("the-second-key") == DIGEST[:12]
    assert keys.name("") is None
    assert keys.name(DIGEST) is None  # the digest opens nothing
    assert not ReaderKeys([])


@pytest.mark.parametrize(
    ("authorization", "api_key", "expected"),
    [
        ("Bearer abc", "", "abc"),
        ("bearer  abc ", "", "abc"),
        (f"Basic {base64.b64encode(b'me:a:b').decode()}", "", "a:b"),
        ("Basic !!!", "", None),
        (f"Basic {base64.b64encode(bytes([255])).decode()}", "", None),
        ("", "abc", "abc"),
        ("Digest abc", "xyz", "xyz"),
        ("", "", None),
    ],
)
def test_where_a_key_is_looked_for(authorization: str, api_key: str, expected: str | None) -> None:
    assert presented(authorization, api_key) == expected
