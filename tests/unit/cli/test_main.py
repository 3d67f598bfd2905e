"""The frame: the table of commands, help, errors and their exit status."""

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from mainspring._version import __version__
from mainspring.cli import exit_code
from mainspring.cli.commands.groups import asset_group, check_group, job_group, list_group, run_group
from mainspring.cli.main import ENTRIES, cli, main
from mainspring.core.base.errors import OrchestratorError

GROUPS = {"list": list_group, "check": check_group, "asset": asset_group, "run": run_group, "job": job_group}
COMMANDS = [(), ("launch",), *((name,) for name in GROUPS)] + [
    (name, sub) for name, group in GROUPS.items() for sub in group.entries
]


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_has_help(words) -> None:
    result = CliRunner().invoke(cli, [*words, "--help"])
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith("Usage: ")
    assert "--debug" in result.stdout


@pytest.mark.parametrize("words", [words for words in COMMANDS if len(words) == 2], ids=" ".join)
def test_a_command_is_what_its_line_says(words) -> None:
    """The name in the table is the command's own, and the group's line of help leads to a group."""
    name, sub = words
    assert ENTRIES[name].place.endswith(f"{name}_group")
    command = GROUPS[name].get_command(None, sub)  # type: ignore[arg-type]
    assert command is not None
    assert command.name == sub


def test_the_version(call) -> None:
    assert call("--version") == (0, f"mainspring {__version__}\n", "")


def test_without_a_command_there_is_help(call) -> None:
    answer = call()
    assert (answer.status, answer.out) == (2, "")
    assert answer.err.startswith("Usage: mainspring")


def test_an_unknown_command(call) -> None:
    assert call("lanch") == (
        2,
        "",
        "error: There is no command 'lanch'. Did you mean launch?\n"
        "hint: `mainspring --help` shows what it takes.\n",
    )


def test_an_unknown_command_of_a_group(call) -> None:
    assert call("run", "qqq").err == (
        "error: There is no command 'qqq'. There are: list, show, logs, delete, reexecute.\n"
        "hint: `mainspring run --help` shows what it takes.\n"
    )


def test_an_unknown_option(call) -> None:
    answer = call("run", "list", "--limt", "3")
    assert answer.status == 2
    assert answer.err.startswith("error: No such option '--limt'.")
    assert "--limit" in answer.err


def test_an_error_of_ours_is_a_sentence_and_a_hint(call, monkeypatch) -> None:
    monkeypatch.setattr(cli, "main", raiser(OrchestratorError("It is wrong.", hint="Do it right.")))
    assert call("launch") == (2, "", "error: It is wrong.\nhint: Do it right.\n")


def test_a_traceback_only_with_debug(call, monkeypatch) -> None:
    monkeypatch.setattr(cli, "main", raiser(OrchestratorError("It is wrong.")))
    assert call("launch", "--debug").err.startswith("Traceback (most recent call last):\n")


def test_a_fault_of_the_program_says_so(call, monkeypatch) -> None:
    monkeypatch.setattr(cli, "main", raiser(KeyError("x")))
    answer = call("launch")
    assert (answer.status, answer.out) == (70, "")
    assert answer.err.startswith("error: Something went wrong inside this program: KeyError: 'x'\nhint: ")


def raiser(error):
    def main(*_args, **_kwargs):
        raise error

    return main


def test_the_documents_name_every_command_and_exit_status() -> None:
    text = (Path(__file__).parents[3] / "docs" / "reference" / "cli.md").read_text()
    missing = [
        " ".join(words)
        for words in COMMANDS
        if len(words) == 2 and f"`mainspring {' '.join(words)}" not in text
    ]
    assert missing == []
    statuses = [value for name, value in vars(exit_code).items() if name.isupper()]
    assert [status for status in statuses if f"| {status} |" not in text] == []


def test_help_imports_no_command_and_nothing_that_draws() -> None:
    code = "import sys, mainspring.cli.main as m; m.main(['--help']); print(sorted(sys.modules), file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stderr.split("'"))
    heavy = {
        "rich",
        "msgspec",
        "pydantic",
        "sqlite3",
        "yaml",
        "mainspring.cli.commands",
        "mainspring.core.instance",
    }
    assert loaded & heavy == set()
    assert "mainspring.cli.main" in loaded


def test_main_takes_the_words_of_the_process(monkeypatch, capsys) -> None:
    monkeypatch.setattr(sys, "argv", ["mainspring", "--version"])
    assert main() == 0
    assert capsys.readouterr().out == f"mainspring {__version__}\n"
