"""What a terminal shows, and what its shell completes."""

import argparse
import os
import pty
import re
import shutil
import subprocess

import pytest

from embedsmith.cli.main import parser
from sweep.workspace import CHOICES, ENVIRONMENT, run, sweeps

(COMMANDS,) = (action.choices for action in parser()._actions if isinstance(action, argparse._SubParsersAction))


def test_a_terminal_shows_the_sweep_while_it_runs(workspace):
    ours, its = pty.openpty()
    process = subprocess.Popen(
        ["embedsmith", "run", "-m", *CHOICES],
        cwd=workspace,
        env=ENVIRONMENT | {"TERM": "xterm", "COLUMNS": "120", "LINES": "40"},
        stdin=its,
        stdout=its,
        stderr=its,
    )
    os.close(its)
    shown = b""
    while True:
        try:
            shown += os.read(ours, 4096)
        except OSError:  # the other end is closed
            break
    os.close(ours)
    assert process.wait() == 0
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown.decode())
    (home,) = sweeps(workspace)
    assert f"{home.name}: 0 of 1 jobs" in text
    assert " ".join(CHOICES) in text
    assert f"build/sweeps/{home.name}: 1 of 1 jobs done; 0 stages computed, 10 shared or restored" in text
    assert not text.rpartition("1 of 1 jobs done")[2].count("│")  # the table has left the screen to the last lines


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_says_what_it_does_with_an_example_that_it_understands(name):
    text = COMMANDS[name].format_help()
    examples = [line.strip() for line in text.splitlines() if line.strip().startswith(f"embedsmith {name}")]
    assert examples
    for example in examples:
        words = [word.strip("'") for word in example.partition(" || ")[0].split()[1:]]
        assert parser().parse_args(words).command == name


def complete(shell, *words, folder):
    """Return what a shell offers for the last of the words."""
    script = run("embedsmith", "--print-completion", shell, folder=folder)
    quoted = " ".join(f"'{word}'" for word in words)
    asked = f'COMP_WORDS=(embedsmith {quoted}); COMP_CWORD={len(words)}; _shtab_embedsmith; echo "${{COMPREPLY[@]}}"'
    done = subprocess.run([shell, "-c", f"{script}\n{asked}"], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.split()


@pytest.mark.skipif(not shutil.which("bash"), reason="there is no bash")
def test_bash_completes_commands_and_the_names_of_experiments_sweeps_and_runs(swept):
    assert set(complete("bash", "", folder=swept)) == set(COMMANDS)
    assert complete("bash", "ex", folder=swept) == ["export"]
    assert complete("bash", "use", "qui", folder=swept) == ["quick"]
    home = sweeps(swept)[0].name
    assert complete("bash", "run", "--resume", home, folder=swept) == [home]
    assert complete("bash", "register", "random/", folder=sweeps(swept)[0] / "0") == ["random/s1/untouched"]
    assert complete("bash", "apply", f"{home}/", folder=swept) == [f"{home}/{number}" for number in range(4)]


def test_zsh_gets_a_script_of_its_own(tmp_path):
    script = run("embedsmith", "--print-completion", "zsh", folder=tmp_path)
    assert script.startswith("#compdef embedsmith")
    for name in ("experiments", "runs", "sweeps"):
        assert f"_embedsmith_{name}()" in script
    if shutil.which("zsh"):
        subprocess.run(["zsh", "-n"], input=script, text=True, check=True)
