"""``python -m bench.peer FILE``: pabutools reads and counts a file; prints the seconds of both."""

from __future__ import annotations

import json
import sys
import time

from pabutools.election import Cost_Sat, parse_pabulib
from pabutools.rules import greedy_utilitarian_welfare


def main(path: str) -> None:
    """Count as our greedy rule does: by votes, equal ballots taken together."""
    start = time.perf_counter()
    instance, profile = parse_pabulib(path)
    read = time.perf_counter()
    chosen = greedy_utilitarian_welfare(instance, profile.as_multiprofile(), sat_class=Cost_Sat)
    took = {"read": read - start, "count": time.perf_counter() - read, "selected": len(chosen)}
    print(json.dumps(took))


if __name__ == "__main__":
    main(sys.argv[1])
