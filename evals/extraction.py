"""Article body from HTML: ours against plain trafilatura on the scrapinghub benchmark's pages.

The score is the benchmark's own: 4-token shingles as multisets, per page; F1 is the harmonic mean
of mean precision and mean recall; the spread is the deviation over 1,000 resamples of the pages.
Under about .01 F1 a difference is noise. The pages are third-party texts and stay outside the
project; without them this says so and ends.
"""

import gzip
import json
import random
import re
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import trafilatura

from copydesk_enrich.extraction.html import extract_html
from copydesk_enrich.extraction.rules import rule_book

DATA = Path(__file__).parents[1] / "../shared/data/extraction"
RESAMPLES = 1_000
SHINGLE = 4

Extractor = Callable[[str], str]


@dataclass(frozen=True)
class Score:
    """One page: precision and recall are None where there is no prediction or no truth."""

    precision: float | None
    recall: float | None
    equal: bool


def shingles(text: str) -> tuple[list[str], Counter[tuple[str, ...]]]:
    tokens = re.findall(r"\w+", text)
    count = max(1, len(tokens) - SHINGLE + 1) if tokens else 0
    return tokens, Counter(tuple(tokens[i : i + SHINGLE]) for i in range(count))


def score(truth: str, predicted: str) -> Score:
    true_tokens, true = shingles(truth)
    predicted_tokens, found = shingles(predicted)
    both = (true & found).total()
    return Score(
        precision=both / found.total() if found else None,
        recall=both / true.total() if true else None,
        equal=true_tokens == predicted_tokens,
    )


def mean_f1(scores: Sequence[Score]) -> tuple[float, float, float]:
    """F1, precision, recall."""
    precision = statistics.fmean(s.precision for s in scores if s.precision is not None)
    recall = statistics.fmean(s.recall for s in scores if s.recall is not None)
    return 2 * precision * recall / (precision + recall), precision, recall


def spread(scores: Sequence[Score]) -> float:
    chance = random.Random(7)  # noqa: S311  # a fixed resample, not a secret
    return statistics.stdev(
        mean_f1(chance.choices(scores, k=len(scores)))[0] for _ in range(RESAMPLES)
    )


def plain(html: str) -> str:
    return trafilatura.extract(html, fast=True, include_comments=False) or ""


def ours(html: str) -> str:
    found = extract_html(html, url=None, title=None, rules=rule_book())
    return "\n".join(found.paragraphs)


def main() -> int:
    if not DATA.is_dir():
        print("skipped: the benchmark pages are not in ../shared/data/extraction")
        return 0
    truth = json.loads((DATA / "ground-truth.json").read_text())
    pages = {
        page: gzip.decompress((DATA / "html" / f"{page}.html.gz").read_bytes()).decode()
        for page in truth
    }
    print(f"{'extractor':<18}{'F1':>8}{'+/-':>7}{'prec.':>8}{'recall':>8}{'equal':>7}"
          f"{'ms':>8}{'p99':>7}")  # fmt: skip
    extractors: dict[str, Extractor] = {"trafilatura fast": plain, "copydesk": ours}
    for name, extract in extractors.items():
        scores, times = [], []
        for page, html in pages.items():
            begun = time.perf_counter()
            text = extract(html)
            times.append((time.perf_counter() - begun) * 1_000)
            scores.append(score(truth[page]["articleBody"], text))
        f1, precision, recall = mean_f1(scores)
        equal = sum(s.equal for s in scores) / len(scores)
        slow = statistics.quantiles(times, n=100)[98]
        print(f"{name:<18}{f1:>8.3f}{spread(scores):>7.3f}{precision:>8.3f}{recall:>8.3f}"
              f"{equal:>7.2f}{statistics.fmean(times):>8.1f}{slow:>7.0f}")  # fmt: skip
    return 0


if __name__ == "__main__":
    sys.exit(main())
