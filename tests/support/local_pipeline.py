"""The whole pipeline as processes, started by `copydesk up` like a user would."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
from redis.asyncio import Redis

from copydesk_shared.contracts.receipt import Outcome, Receipt
from copydesk_shared.receipts import read_many
from copydesk_shared.testing.patience import eventually

START_S = 90
WINDOW = 50
"""Receipts end roughly in order, so that looking at the first open ones is enough."""


@dataclass(frozen=True)
class Pipeline:
    """A running stack; `process` is `copydesk up` itself."""

    data_dir: Path
    process: "subprocess.Popen[bytes]"

    @property
    def run(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = json.loads((self.data_dir / "run.json").read_text())
        return found

    def url(self, part: str) -> str:
        return str(self.run["urls"][part])

    def kill(self, part: str) -> None:
        """kill -9, as an operator at 3 a.m. or the kernel out of memory."""
        os.kill(self.run["pids"][part], signal.SIGKILL)

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=40)

    async def get(self, part: str, path: str, **params: str) -> Any:
        async with httpx2.AsyncClient(base_url=self.url(part), timeout=20) as client:
            response = await client.get(path, params=params)
            response.raise_for_status()
            return response.json()

    async def post(self, path: str, content: bytes, content_type: str) -> httpx2.Response:
        async with httpx2.AsyncClient(base_url=self.url("ingest"), timeout=60) as client:
            return await client.post(path, content=content, headers={"Content-Type": content_type})

    async def receipts(self, submission_ids: Sequence[str]) -> list[Receipt]:
        redis = Redis.from_url(self.url("redis"))
        try:
            found = await read_many(redis, submission_ids)
        finally:
            await redis.aclose()
        return [receipt for receipt in found if receipt is not None]

    async def outcomes(self, submission_ids: Sequence[str], *, within: float) -> list[Outcome]:
        """The outcome of each submission, once all have ended; asks only for the open ones."""
        outcomes: dict[str, Outcome] = {}

        async def all_ended() -> bool:
            waiting = [i for i in submission_ids if i not in outcomes]
            for receipt in await self.receipts(waiting[:WINDOW]):
                if receipt.outcome.final:
                    outcomes[receipt.submission_id] = receipt.outcome
            return len(outcomes) == len(submission_ids)

        await eventually(all_ended, within=within)
        return [outcomes[submission_id] for submission_id in submission_ids]


@contextmanager
def running_pipeline(data_dir: Path, *options: str, **environment: str) -> Iterator[Pipeline]:
    """`copydesk up --ports auto` on a data directory, until the block ends."""
    data_dir.mkdir(parents=True, exist_ok=True)
    command = [str(Path(sys.executable).with_name("copydesk")), "up", "--ports", "auto"]
    with (data_dir / "up.log").open("wb") as log:
        process = subprocess.Popen(
            [*command, "--data-dir", str(data_dir), *options],
            env={**os.environ, **environment},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        running = Pipeline(data_dir, process)
        try:
            _await_start(running)
            yield running
        finally:
            if process.poll() is None:
                running.stop()


def _await_start(running: Pipeline) -> None:
    deadline = time.monotonic() + START_S
    while not (running.data_dir / "run.json").exists():
        if running.process.poll() is not None or time.monotonic() > deadline:
            raise AssertionError((running.data_dir / "up.log").read_text())
        time.sleep(0.05)
