"""What the parts of one stage share."""

from dataclasses import dataclass
from datetime import timedelta

from redis.asyncio import Redis

from copydesk_shared.delivery.brake import Brake
from copydesk_shared.delivery.turns import Turns
from copydesk_shared.metrics import DeliveryMetrics


@dataclass(frozen=True)
class StageContext:
    """`consumer_name` is unique for every process that ever runs; `turns` have `places`."""

    stage: str
    consumer_name: str
    redis: "Redis"
    turns: Turns
    places: int
    brake: Brake
    reclaim_after: timedelta
    max_deliveries: int
    metrics: DeliveryMetrics
