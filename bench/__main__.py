"""``python -m bench [SECTION …]``: measure everything, or what is named; rewrite the docs."""

from __future__ import annotations

import sys

from bench import elections, flags, ledger, log, market, ocds, pages, payments, rules

SECTIONS = {
    "elections": elections.run,
    "flags": flags.run,
    "ledger": ledger.run,
    "log": log.run,
    "market": market.run,
    "ocds": ocds.run,
    "pages": pages.run,
    "payments": payments.run,
    "tally": rules.run,
}


def main(names: list[str]) -> int:
    """Measure the named sections (default: all); 1 when one failed, 2 for an unknown name."""
    if unknown := set(names) - set(SECTIONS):
        print(f"unknown: {', '.join(sorted(unknown))}; there are {', '.join(SECTIONS)}")
        return 2
    failed = False
    for name in names or SECTIONS:
        print(f"{name} …", flush=True)
        try:
            print(SECTIONS[name]())
        except RuntimeError as error:
            failed = True
            print(f"Not measured: {error}")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
