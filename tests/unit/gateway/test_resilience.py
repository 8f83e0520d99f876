"""A server that fails is asked again a little, and left alone when it goes on failing."""

from copydesk_gateway.engines.resilience import CircuitBreaker, RetryBudget
from copydesk_shared.errors import DependencyDownError


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def admitted(breaker: CircuitBreaker) -> bool:
    try:
        breaker.admit()
    except DependencyDownError:
        return False
    return True


def test_repetitions_run_out_and_are_earned_again() -> None:
    budget = RetryBudget(share=0.25, reserve=2)
    assert [budget.spend() for _ in range(3)] == [True, True, False]
    for _ in range(4):
        budget.earn()
    assert [budget.spend() for _ in range(2)] == [True, False]


def test_a_breaker_opens_after_failures_in_a_row_and_lets_one_try() -> None:
    clock = Clock()
    breaker = CircuitBreaker(failures=2, open_for_s=10, clock=clock)
    breaker.failed()
    breaker.succeeded()
    breaker.failed()
    assert admitted(breaker)
    breaker.failed()
    assert not admitted(breaker)
    clock.now = 10.0
    assert [admitted(breaker) for _ in range(2)] == [True, False]
    breaker.failed()
    clock.now = 20.0
    assert admitted(breaker)
    breaker.succeeded()
    assert all(admitted(breaker) for _ in range(5))
