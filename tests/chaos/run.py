"""Chaos by hand: `python tests/chaos/run.py --seed 1 --minutes 2 --engine embedded`."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))

from chaos_command import main

if __name__ == "__main__":
    sys.exit(main())
