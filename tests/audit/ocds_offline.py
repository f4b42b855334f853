"""Runs ``libcoveocds`` on a file and prints what it says: ``python -m tests.audit.ocds_offline
ZIP FILE``.

Its own ``--standard-zip`` is enough for release packages. For record packages it would still ask
the network for one schema, which is in the same archive: that is read from there here, and any
other address is refused.
"""

from __future__ import annotations

import json
import sys
import zipfile
from typing import Any

import jsonref
from libcoveocds.__main__ import SetEncoder
from libcoveocds.api import ocds_json_output
from libcoveocds.config import LibCoveOCDSConfig

PUBLISHED = "https://standard.open-contracting.org/schema/1__1__5/"
INSIDE = "standard-1__1__5/schema/"


class Archive:
    """Stands for the network: has what is in the archive, and nothing else."""

    def __init__(self, path: str) -> None:
        self.path = path

    def get(self, url: str, **_options: Any) -> Any:
        """A schema by its published address."""
        if not url.startswith(PUBLISHED):
            raise ConnectionError(f"there is no network here for {url}")
        with zipfile.ZipFile(self.path) as archive:
            return Answer(archive.read(INSIDE + url.removeprefix(PUBLISHED)))


class Answer:
    """What was found."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    def raise_for_status(self) -> None:
        """It was found."""

    def json(self, **_options: Any) -> Any:
        """Its content."""
        return json.loads(self.data)


def main(archive: str, path: str) -> None:
    """Check one file."""
    jsonref.requests = Archive(archive)
    config = LibCoveOCDSConfig()
    config.config |= {"standard_zip": f"file://{archive}", "context": "api"}
    found = ocds_json_output(file=path, lib_cove_ocds_config=config)
    print(json.dumps(found, cls=SetEncoder))  # noqa: T201 - what it is for


if __name__ == "__main__":
    main(*sys.argv[1:])
