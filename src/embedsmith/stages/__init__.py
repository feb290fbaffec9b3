"""One thin module a DVC stage: read the resolved configuration, call the library, write files."""

import os
import signal
import sys
from types import FrameType

MODULE = "embedsmith.stages."


def _leave(number: int, _: FrameType | None) -> None:
    os.write(2, b"interrupted before anything was done; run `dvc repro` to go on\n")
    os._exit(128 + number)


# Ctrl-C while a stage's process is importing its libraries, which may be most of its life. The stage itself then
# says more (`process.run`). Only in a stage's own process: `python -m embedsmith.stages.NAME`.
if any(word.startswith(MODULE) for word in sys.orig_argv):
    signal.signal(signal.SIGINT, _leave)
