"""The command line as a stranger meets it: help that fits 80 columns, one line for what is wrong, quiet endings."""

import os
import re
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from conformance import cli, exits

SAID = "from conformance.cli import main; import sys; sys.exit(main())"


def help_of(capsys, *words):
    with pytest.raises(SystemExit) as ended:
        cli.main([*words, "--help"])
    assert ended.value.code == 0
    return capsys.readouterr().out


@pytest.fixture(autouse=True)
def columns(monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")


def test_the_help_names_every_command_in_a_group(capsys):
    text = help_of(capsys)
    assert all(re.search(rf"^  {name} +\S", text, re.MULTILINE) for name in cli._COMMANDS)
    assert "others:" not in text
    assert max(map(len, text.splitlines())) <= 80


@pytest.mark.parametrize("name", sorted(cli._COMMANDS))
def test_every_command_explains_itself(name, capsys):
    text = help_of(capsys, name)
    assert text.startswith(f"usage: ruststack-conform {name} ")
    assert cli._COMMANDS[name][1][1:] in " ".join(text.split())
    assert max(map(len, text.splitlines())) <= 80


@pytest.mark.parametrize("name", sorted(cli._COMMANDS))
def test_every_command_has_an_example_that_is_understood(name, capsys):
    examples = re.findall(rf"^  ruststack-conform ({name}\b.*)$", help_of(capsys, name), re.MULTILINE)
    assert examples
    for example in examples:
        assert cli.parsed(shlex.split(example.partition(" > ")[0])).subcommand == name


def test_the_help_says_every_exit_code(capsys):
    codes = set(re.findall(r"\b\d+(?= [a-z])", help_of(capsys).partition("exit codes:")[2]))
    assert codes == {str(code) for code in exits.MEANINGS if code != exits.PIPE_BROKEN}


def test_commands_end_with_codes_that_are_explained():
    """Told by their sources: no number is returned that has no meaning."""
    sources = [path.read_text() for path in Path(cli.__file__).with_name("commands").glob("*.py")]
    returned = {int(code) for text in sources for code in re.findall(r"return (\d+)\b", text)}
    assert returned and returned <= set(exits.MEANINGS)


@pytest.mark.parametrize("name", sorted(cli._COMMANDS))
def test_every_option_says_what_it_does(name, capsys):
    _, _, options = help_of(capsys, name).partition("\noptions:\n")
    entries = re.split(r"\n(?=  -)", options.partition("\n\n")[0])
    silent = [entry for entry in entries if not re.search(r"(  +|\n +)[^ -]", entry.strip())]
    assert silent == []


def test_nothing_asked_is_the_help_and_bad_usage(capsys):
    assert cli.main([]) == 2
    assert "compare" in capsys.readouterr().err


@pytest.mark.parametrize("words", [["nope"], ["compare", "--nope"], ["--nope"]])
def test_bad_usage_is_one_line(words, capsys):
    with pytest.raises(SystemExit) as ended:
        cli.main(words)
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert len(said.splitlines()) == 1
    assert said.startswith("ruststack-conform") and "--help" in said


def test_the_version_is_said(capsys):
    with pytest.raises(SystemExit) as ended:
        cli.main(["--version"])
    assert ended.value.code == 0
    assert re.fullmatch(r"ruststack-conform \S.*\n", capsys.readouterr().out)


def test_an_interrupt_is_130_and_one_line(monkeypatch, capsys):
    def interrupted(words):
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "_run", interrupted)
    assert cli.main(["lint"]) == 130
    assert capsys.readouterr().err == "interrupted\n"


def _interrupted(running):
    """What a program says when Ctrl-C is pressed, again if Python lost it (as it does within a finaliser)."""
    for _ in range(4):
        running.send_signal(signal.SIGINT)
        try:
            return running.communicate(timeout=15)
        except subprocess.TimeoutExpired:
            continue
    running.kill()
    return running.communicate()


def test_ctrl_c_while_a_command_runs_is_clean(tmp_path):
    # The target is a listener that never answers: the command hangs in its first request.
    listen = (
        "import socket, os, signal; s = socket.socket(); s.bind(('127.0.0.1', 0)); s.listen(); "
        "print(s.getsockname()[1], flush=True); c = s.accept(); print('taken', flush=True); signal.pause()"
    )
    with subprocess.Popen([sys.executable, "-c", listen], stdout=subprocess.PIPE, text=True) as listener:
        port = listener.stdout.readline().strip()
        command = [sys.executable, "-c", SAID, "record", "s3/bucket_life", "--target", f"http://127.0.0.1:{port}"]
        with subprocess.Popen(
            [*command, "--out", str(tmp_path)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as running:
            assert listener.stdout.readline() == "taken\n"
            out, err = _interrupted(running)
        listener.kill()
    assert (running.returncode, out, err) == (130, "", "interrupted\n")


@pytest.mark.parametrize(
    "line",
    [
        *("compare s3/bucket_tags", "coverage s3", "replay s3/bucket_tags", "replay --serve s3/bucket_tags --port 0"),
        *("record --list", "record s3/bucket_tags --target embedded --out {out}", "export s3/bucket_tags --out -"),
        *("refresh s3/bucket_tags --target embedded --dry-run", "iam-policy s3/bucket_tags"),
    ],
)
def test_a_closed_pipe_is_quiet(line, tmp_path):
    command = [sys.executable, "-c", SAID, *line.replace("{out}", str(tmp_path)).split()]
    reader, writer = os.pipe()
    os.close(reader)
    ended = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, check=False)
    os.close(writer)
    assert (ended.returncode, ended.stderr) == (141, b"")
