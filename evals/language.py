"""Language: what is detected in the benchmark's article bodies, against what their pages declare.

Publishers mistype `<html lang>` now and then, so the ceiling is a little under 1.
"""

import gzip
import json
import re
import sys
import time
from pathlib import Path

from baseline import Measure, report

from copydesk_enrich.language import LanguageDetector

DATA = Path(__file__).parents[1] / "../shared/data/extraction"
_DECLARED = re.compile(r"<html[^>]{0,500}\slang=[\"']?([A-Za-z]{2})\b", re.IGNORECASE)


def main() -> int:
    if not DATA.is_dir():
        print("language: skipped, the benchmark pages are not in ../shared/data/extraction")
        return 0
    detector = LanguageDetector()
    right = told = 0
    spent = 0.0
    languages = set()
    for page, row in sorted(json.loads((DATA / "ground-truth.json").read_text()).items()):
        html = gzip.decompress((DATA / "html" / f"{page}.html.gz").read_bytes()).decode()
        if (declared := _DECLARED.search(html)) is None:
            continue
        begun = time.process_time()
        found = detector.detect(row["articleBody"])
        spent += time.process_time() - begun
        told += 1
        right += found.code == declared[1].lower()
        languages.add(found.code)
    measures = [
        Measure("accuracy", right / told, "higher", 0.01),
        Measure("articles", told),
        Measure("languages", len(languages)),
        Measure("ms", 1_000 * spent / told),
    ]
    return report("language", measures)


if __name__ == "__main__":
    sys.exit(main())
