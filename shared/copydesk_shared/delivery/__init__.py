"""At-least-once delivery over Redis Streams, behind one call: `Stage.read`.

FastStream is the shell; its defaults lose messages (a group starts at the stream's end, a failed
entry stays pending for ever, nothing counts deliveries). This package closes those holes: groups
at 0, bounded reads, manual acknowledgement, validation of each item on its own, hand-off by script,
reclaiming, a delivery limit, dead letters, unique consumer names and the reaping of dead ones.
"""

from copydesk_shared.delivery.consumer import Consumer, Handle
from copydesk_shared.delivery.entry import Entry
from copydesk_shared.delivery.stage import Stage

__all__ = ["Consumer", "Entry", "Handle", "Stage"]
