from __future__ import annotations

import os
import pty
import subprocess
import sys

import pytest

from embedsmith.progress import progress


def test_nothing_is_written_where_standard_error_is_no_terminal(capfd: pytest.CaptureFixture[str]) -> None:
    with progress("training", "words", 10) as report:
        report(5, "loss 1")
    assert capfd.readouterr() == ("", "")


def test_a_terminal_sees_the_rate_the_note_and_the_time_left() -> None:
    master, terminal = pty.openpty()
    program = (
        "import time; from embedsmith.progress import progress\n"
        "with progress('training', 'words', 1000) as report:\n"
        "    for done in (100, 200, 300): report(done, 'loss 2.718'); time.sleep(.3)"
    )
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "100"}
    done = subprocess.run([sys.executable, "-c", program], stderr=terminal, stdout=subprocess.PIPE, env=environment)
    os.close(terminal)
    shown = os.read(master, 65536).decode()
    assert done.returncode == 0
    assert done.stdout == b""
    assert "training" in shown
    assert "words/s loss 2.718" in shown
    assert "30%" in shown
    assert "0:00:0" in shown
