"""What a process that runs one command and ends can do without, for the sake of being quick."""

from __future__ import annotations

import gc
import os
import sys
from contextlib import suppress
from types import ModuleType
from typing import NoReturn


def start_light() -> None:
    """Prepare this process; not for a process that goes on after the command."""
    # What one command allocates, it needs until the end. The collector would only walk it, again
    # and again, for half of the time that a large spec takes.
    gc.disable()
    _without_pydantic_plugins()


def end_light(code: int) -> NoReturn:
    """
    End this process at once, with *code*; what was written is out.

    Taking every module and model apart first would take a tenth of what validating a spec takes.
    Nothing that waits for the end of the interpreter (threads, `atexit`) gets its turn.
    """
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError):  # nobody reads it any more
            stream.flush()
    os._exit(code)


def _without_pydantic_plugins() -> None:
    """
    Keep pydantic from looking for plugins in everything that is installed.

    It reads the metadata of every distribution for that, which takes longer than everything else
    that validating a spec does; stackferry wants no plugin. `PYDANTIC_DISABLE_PLUGINS` still
    imports the machinery. Should pydantic rename the module, it looks again, and nothing else
    changes.
    """
    loader = ModuleType("pydantic.plugin._loader")
    vars(loader)["get_plugins"] = tuple
    sys.modules.setdefault(loader.__name__, loader)
