"""The media-streaming example, ten or a hundred times as large."""

from __future__ import annotations

import re
from pathlib import Path

EXAMPLE = Path("spec/examples/media-streaming.yaml")


def larger(times: int) -> str:
    """
    Return the example's text with each database, bucket and service *times* times.

    Copies are named `catalog-2`, `media-2`, `web-2` …; a copy of the service answers a path of its
    own and uses its own database and bucket, so that the whole grows, not only a list in it.
    """
    text = EXAMPLE.read_text()
    for section, key in (("databases", "catalog"), ("buckets", "media"), ("services", "web")):
        found = re.search(rf"^{section}:\n((?:  .*\n)+)", text, re.MULTILINE)
        if found is None:
            message = f"{EXAMPLE} has no {section}"
            raise ValueError(message)
        block = found.group(1)
        copies = []
        for number in range(2, times + 1):
            copy = block.replace(f"  {key}:", f"  {key}-{number}:", 1)
            copy = copy.replace("[catalog, media]", f"[catalog-{number}, media-{number}]")
            if section == "services":
                copy += f"    paths: [/web-{number}/*]\n"
            copies.append(copy)
        text = text[: found.end()] + "".join(copies) + text[found.end() :]
    return text
