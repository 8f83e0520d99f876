from copydesk_gateway.rate_limit import Allowance, RateLimit


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_client_has_its_quota_at_once_and_then_as_it_refills() -> None:
    clock = Clock()
    limit = RateLimit(60, clock=clock)
    assert all(limit.take("reader").granted for _ in range(60))
    refused = limit.take("reader")
    assert (refused.granted, refused.remaining, refused.retry_after_s) == (False, 0, 1)
    clock.now += 2
    assert [limit.take("reader").granted for _ in range(3)] == [True, True, False]


def test_it_never_holds_more_than_the_quota() -> None:
    clock = Clock()
    limit = RateLimit(3, clock=clock)
    limit.take("reader")
    clock.now += 3600
    assert [limit.take("reader").granted for _ in range(4)] == [True, True, True, False]


def test_clients_do_not_pay_for_each_other() -> None:
    limit = RateLimit(1, clock=Clock())
    assert limit.take("one").granted
    assert not limit.take("one").granted
    assert limit.take("other").granted


def test_the_table_is_bounded_and_forgets_the_quietest() -> None:
    limit = RateLimit(1, max_clients=2, clock=Clock())
    for client in ("a", "b", "a", "c"):
        limit.take(client)
    assert not limit.take("a").granted  # was heard of last, after b
    assert limit.take("b").granted


def test_headers_are_those_of_the_draft() -> None:
    allowance = Allowance(granted=True, quota=120, remaining=7, full_after_s=57, retry_after_s=0)
    assert allowance.headers() == {
        "RateLimit-Policy": '"default";q=120;w=60',
        "RateLimit": '"default";r=7;t=57',
    }
