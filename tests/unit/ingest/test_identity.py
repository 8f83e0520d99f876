from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk_ingest.draft import Draft
from copydesk_ingest.identity import identify, url_source
from copydesk_shared.addresses import canonical_url
from copydesk_shared.contracts.submission import Warned

TEXT = "The harbour council voted on Tuesday."


def a_draft(**fields: object) -> Draft:
    return Draft.model_validate(
        {"source": "wire", "content_type": "text/plain", "content": TEXT} | fields
    )


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("HTTP://Example.ORG:80/a", "http://example.org/a"),
        ("https://example.org:443/", "https://example.org/"),
        ("https://example.org:8443/a", "https://example.org:8443/a"),
        ("https://example.org", "https://example.org/"),
        ("https://example.org/a/", "https://example.org/a"),
        ("https://example.org/a/?page=2", "https://example.org/a?page=2"),
        ("https://example.org/a#comments", "https://example.org/a"),
        ("https://example.org/a?utm_source=x&id=7&fbclid=y", "https://example.org/a?id=7"),
        ("https://example.org/a?UTM_Medium=x", "https://example.org/a"),
        ("https://example.org/a?", "https://example.org/a"),
        ("https://example.org/%7ejo/%e2%82%ac", "https://example.org/~jo/%E2%82%AC"),
        ("https://example.org/€", "https://example.org/%E2%82%AC"),
        ("https://example.org/a/../b/./c", "https://example.org/b/c"),
        ("https://jo:secret@example.org/a", "https://example.org/a"),
        ("https://münchen.example/a", "https://xn--mnchen-3ya.example/a"),
        ("https://example.org./a", "https://example.org/a"),
        ("http://[2001:DB8::1]:8080/a", "http://[2001:db8::1]:8080/a"),
        ("https://example.org/100%", "https://example.org/100%25"),
    ],
)
def test_variants_of_an_address_have_one_spelling(url: str, canonical: str) -> None:
    assert canonical_url(url) == canonical


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/a",
        "javascript:alert(1)",
        "https://",
        "https:///a",
        "example.org/a",
        "https://exa mple.org/",
        "https://example.org/a\nb",
        "https://example.org:99999/",
        "https://example.org:port/",
        "http://[::1/",
        "https://" + "a" * 5000,
        "",
    ],
)
def test_what_is_no_web_address_is_refused(url: str) -> None:
    with pytest.raises(ValueError):
        canonical_url(url)


_PARTS = st.text(alphabet="aZ0./?&=#%;:@~ +é€-_\\[]{}|^`'\"<>25eEfF", max_size=40)


@given(
    st.sampled_from(["http://", "https://"]),
    st.sampled_from(["example.org", "EXAMPLE.org:8080", "bücher.example", "jo@example.org"]),
    _PARTS,
)
def test_canonical_url_is_idempotent(scheme: str, host: str, rest: str) -> None:
    try:
        once = canonical_url(f"{scheme}{host}/{rest}")
    except ValueError:
        return
    assert canonical_url(once) == once
    assert once.isascii()


@given(st.text(max_size=60))
def test_any_text_is_an_address_or_a_value_error(text: str) -> None:
    for url in (text, f"https://{text}"):
        try:
            once = canonical_url(url)
        except ValueError:
            continue
        assert canonical_url(once) == once


def test_the_source_of_an_address_is_its_host() -> None:
    assert url_source("https://News.Example:8443/a") == "news.example"
    assert url_source("http://[::1]/a") == "default"


def test_an_external_id_comes_before_an_address_and_both_before_the_content() -> None:
    url = "https://example.org/a?utm_source=x"
    kinds = [kind for kind, _ in identify(a_draft(external_id="7", url=url)).identifiers]
    assert kinds == ["external_id", "url"]
    assert identify(a_draft(url=url)).identifiers == (("url", "https://example.org/a"),)
    assert [kind for kind, _ in identify(a_draft()).identifiers] == ["content"]


def test_an_article_id_is_the_same_for_ever() -> None:
    assert identify(a_draft(external_id="7")).article_id == "52ea6220-17d8-5529-8a3c-dc840469a4ad"
    assert UUID(identify(a_draft()).article_id).version == 5


def test_sources_never_share_an_article() -> None:
    ids = {identify(a_draft(source=s, external_id="7")).article_id for s in ("a", "b")}
    assert len(ids) == 2


def test_the_title_does_not_decide_who_an_article_without_identifiers_is() -> None:
    assert identify(a_draft(title="A")).article_id == identify(a_draft(title="B")).article_id


@pytest.mark.parametrize(
    "change",
    [
        {"content": TEXT + " "},
        {"content_type": "text/html"},
        {"title": "Harbour"},
        {"byline": "Jo"},
        {"section": "Local"},
        {"language": "en"},
        {"keywords": ("harbour",)},
        {"published": "2026-05-01T00:00:00Z"},
        {"modified": "2026-05-01T00:00:00Z"},
        {"expires": "2026-05-01T00:00:00Z"},
        {"embargoed_until": "2026-05-01T00:00:00Z"},
        {"external_id": "8"},
        {"url": "https://example.org/b"},
    ],
)
def test_a_change_in_any_given_field_is_a_change(change: dict[str, object]) -> None:
    assert identify(a_draft(**change)).content_hash != identify(a_draft()).content_hash


def test_another_spelling_of_the_address_and_a_warning_are_no_change() -> None:
    first = a_draft(url="https://example.org/a")
    second = a_draft(
        url="https://EXAMPLE.org/a/?utm_source=x", warnings=(Warned(code="c", message="m"),)
    )
    assert identify(first).content_hash == identify(second).content_hash
