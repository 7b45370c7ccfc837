"""
The linker: symbols to stacks, outputs, parameters and an order.

It decides which stack each resource lives in, turns every reference that crosses stacks into an
Output and a Parameter, and reads the order off those links. Nobody writes the order by hand, so it
cannot be wrong or stale. It knows nothing of any component, and builds no resource.
"""

from __future__ import annotations

from compiler.link.limits import Limits
from compiler.link.linked import Linked, LinkedStack
from compiler.link.linker import Setting, link, reads
from compiler.link.objects import ObjectFile, object_file, object_files, together

__all__ = [
    "Limits",
    "Linked",
    "LinkedStack",
    "ObjectFile",
    "Setting",
    "link",
    "object_file",
    "object_files",
    "reads",
    "together",
]
