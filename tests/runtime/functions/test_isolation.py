"""Workers see AWS's paths where the system lets them, and run all the same where it does not."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ruststack.core.functions import Folder, Outcome
from ruststack.runtime.functions import isolation
from ruststack.runtime.functions.environment import Place
from ruststack.runtime.functions.isolation import View
from ruststack.runtime.functions.runtimes import Program
from tests.runtime.functions.conftest import Bench, until, zipped
from tests.runtime.functions.test_extensions import _PRELUDE

Run = Callable[..., Any]

LOOK = """
import os
def handler(event, context):
    def refusal(path):
        try:
            open(path, "w").close()
        except OSError as error:
            return error.errno
    seen = sorted(os.listdir("/tmp"))
    open("/tmp/note", "w").close()
    places = [os.getcwd(), __file__, os.environ["LAMBDA_TASK_ROOT"], os.environ["LAMBDA_RUNTIME_DIR"]]
    folders = os.listdir("/var/task"), sorted(os.listdir("/opt"))
    return places, *folders, "note" in seen, [refusal(path) for path in event]
"""
READ_ONLY = ("/var/task/new", "/var/task/app.py", "/opt/new", "/var/runtime/new", "/var/new")


def refused(*arguments: Any, **more: Any) -> Any:
    raise PermissionError(1, "Operation not permitted")


@pytest.fixture(params=["thread", "launcher"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[str]:
    """Each of the two ways into a namespace, where it is open."""
    asked = isolation._by_thread if request.param == "thread" else isolation._by_launcher
    other = "_by_launcher" if request.param == "thread" else "_by_thread"
    monkeypatch.setattr(isolation, other, refused)
    folders = [tmp_path / name for name in ("task", "opt", "runtime", "own")]
    for folder in folders:
        folder.mkdir()
    if isolation._try(isolation._view(Place(*map(str, folders)), [])) is not asked:
        absent = f"this system lets nobody make namespaces by a {request.param}"
        pytest.fail(absent) if os.environ.get("RUSTSTACK_REQUIRE_ALL") == "1" else pytest.skip(absent)
    yield request.param


def test_a_function_sees_awss_paths_and_cannot_write_to_its_code(run: Run, way: str) -> None:
    async def story(bench: Bench) -> Outcome:
        revision = bench.revision(LOOK, layers=(zipped({"python/a.py": "", "bin/b": ""}).blob,))
        return await bench.invoke(revision, json.dumps(READ_ONLY).encode())

    places, task, opt, _, refusals = json.loads(run(story, lambda_isolation="auto").payload)
    assert places == ["/var/task", "/var/task/app.py", "/var/task", "/var/runtime"]
    assert (task, opt) == (["app.py"], ["bin", "python"])
    assert refusals == [30] * len(READ_ONLY)


def test_a_stack_names_the_file_as_awss_does(run: Run, way: str) -> None:
    async def story(bench: Bench) -> Outcome:
        return await bench.invoke(bench.revision("def handler(event, context):\n    return 1 / 0\n"))

    told = json.loads(run(story, lambda_isolation="auto").payload)
    assert told["stackTrace"][0].startswith('  File "/var/task/app.py", line 2, in handler\n')


def test_a_worker_keeps_its_tmp_and_shares_it_with_none(run: Run, way: str) -> None:
    async def story(bench: Bench) -> list[Any]:
        revision, other = bench.revision(LOOK), bench.revision(LOOK)
        outcomes = [await bench.invoke(each, b"[]") for each in (revision, revision, other)]
        return [json.loads(outcome.payload)[3] for outcome in outcomes]

    assert run(story, lambda_isolation="auto") == [False, True, False]


def test_an_extension_has_its_functions_tmp(run: Run, way: str) -> None:
    text = """
open("/tmp/from-the-extension", "w").close()
identifier, _ = register("INVOKE")
while True:
    next(identifier)
"""
    code = "import os\ndef handler(event, context):\n    return os.path.exists('/tmp/from-the-extension')\n"

    async def story(bench: Bench) -> bytes:
        layer = zipped({"extensions/watcher": _PRELUDE + text}, executable=True)
        return (await bench.invoke(bench.revision(code, layers=(layer.blob,)))).payload

    assert run(story, lambda_isolation="auto") == b"true"


def test_what_changes_in_a_folder_in_place_is_seen_and_the_folder_is_not_written(
    run: Run, way: str, tmp_path: Path
) -> None:
    (tmp_path / "app.py").write_text(LOOK)

    async def story(bench: Bench) -> list[Any]:
        revision = bench.revision(package=Folder(str(tmp_path)))
        before = await bench.invoke(revision, b'["/var/task/new"]')
        (tmp_path / "more.txt").touch()
        return [json.loads(before.payload), json.loads((await bench.invoke(revision, b"[]")).payload)]

    before, after = run(story, lambda_isolation="auto")
    assert before[0][1] == "/var/task/app.py" and before[4] == [30]
    assert "more.txt" in after[1] and not (tmp_path / "new").exists()


def test_the_machine_itself_gets_no_mount_and_no_folder(run: Run, way: str) -> None:
    def machine() -> list[bool]:
        mounts = Path("/proc/self/mounts").read_text()
        places = ("/var/task", "/var/runtime", "/opt/python")
        return [each in mounts for each in ("/var/task", " /var tmpfs ")] + [os.path.exists(each) for each in places]

    async def story(bench: Bench) -> list[bool]:
        await bench.invoke(bench.revision(LOOK), b"[]")
        return machine()

    before = machine()
    assert run(story, lambda_isolation="auto") == before == machine()


def test_a_namespace_goes_with_its_worker(run: Run, way: str) -> None:
    code = "import os\ndef handler(event, context):\n    return [os.getpid(), os.readlink('/proc/self/ns/mnt')]\n"

    def namespaces() -> set[str]:
        found = set()
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                found.add(os.readlink(entry / "ns" / "mnt"))
            except OSError:
                continue
        return found

    async def story(bench: Bench) -> str:
        revision = bench.revision(code)
        pid, namespace = json.loads((await bench.invoke(revision)).payload)
        assert namespace in namespaces() and namespace != os.readlink("/proc/self/ns/mnt")
        os.kill(pid, 9)
        await until(lambda: namespace not in namespaces())
        return str(namespace)

    assert run(story, lambda_isolation="auto")


def test_what_programs_need_is_seen_though_it_is_hidden_otherwise(way: str, tmp_path: Path) -> None:
    task, opt, own, needed = (tmp_path / name for name in ("code", "layers", "scratch", "needed"))
    for folder in (task, opt / "python", opt / "lib", own, needed):
        folder.mkdir(parents=True)
    (opt / "python" / "module.py").touch()
    (opt / "link").symlink_to("lib")
    (needed / "interpreter").touch()
    seen = {"/var/task": task, "/opt": opt, "/opt/python/3.99": needed, "/tmp/some/where": needed}
    view = View([(str(folder), place) for place, folder in seen.items()], (str(own), "/tmp"))
    look = "cd /opt; ls -d link/. python/* /tmp/some/where/*; touch python/new python/3.99/new"
    start = isolation._by_thread if way == "thread" else isolation._by_launcher
    with start(
        view, ("/bin/sh", "-c", look), cwd="/var/task", stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as made:
        said = made.communicate()[0].decode().splitlines()
    assert said[:4] == ["/tmp/some/where/interpreter", "link/.", "python/3.99", "python/module.py"]
    assert len(said) == 6 and all("Read-only file system" in line for line in said[4:])
    assert sorted(os.listdir(opt)) == ["lib", "link", "python"] and os.listdir(opt / "python") == ["module.py"]


@pytest.mark.parametrize("name", ["/opt/tools/bin/python3", "/tmp/env/bin/python3"])
def test_an_interpreter_that_awss_folders_would_hide_is_kept(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "is_dir", lambda path: True)
    kept = isolation._kept(Program("python", (name, "-S", "app.handler"), ""), str(tmp_path))
    assert str(Path(name).parent.parent) in kept and "/usr" not in kept


def test_where_there_is_no_namespace_functions_run_and_the_log_says_why_once(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    for each in ("_by_thread", "_by_launcher"):
        monkeypatch.setattr(isolation, each, refused)
    said: list[str] = []

    async def story(bench: Bench) -> list[Outcome]:
        bench.live.note = said.append
        code = "import os\ndef handler(event, context):\n    return __file__, os.environ['TMPDIR'], os.getcwd()\n"
        layers = (zipped({"x": ""}).blob,)
        return [await bench.invoke(bench.revision(code, layers=each)) for each in ((), layers)]

    for outcome in run(story, lambda_isolation="auto"):
        file, own, task = json.loads(outcome.payload)
        assert file == f"{task}/app.py" and task != "/var/task" and own != "/tmp"
    assert said == [
        "Functions see this machine's folders, and not AWS's /var/task, /opt and /tmp of their own: "
        "Operation not permitted"
    ]


@pytest.mark.parametrize("hinders", ["_LAUNCHER", "sys.platform", "setting"])
def test_a_namespace_that_cannot_be_or_is_not_wanted_is_none(
    run: Run, hinders: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(isolation, "_by_thread", refused)
    if hinders == "_LAUNCHER":
        monkeypatch.setattr(isolation, hinders, ("/bin/sh", "-c", "echo 'unshare: Not so' >&2; exit 1"))
    if hinders == "sys.platform":
        monkeypatch.setattr(sys, "platform", "darwin")
    said: list[str] = []

    async def story(bench: Bench) -> bytes:
        bench.live.note = said.append
        return (await bench.invoke(bench.revision("def handler(event, context):\n    return __file__\n"))).payload

    assert b"/var/task" not in run(story, lambda_isolation="none" if hinders == "setting" else "auto")
    assert [line.rpartition(": ")[2] for line in said] == (["Not so"] if hinders == "_LAUNCHER" else [])


def test_programs_that_are_where_layers_belong_hinder_it() -> None:
    view = isolation._view(Place("/task", "/layers", "/runtime", "/own"), ["/opt"])
    assert isolation._try(view) == "what runs functions is in one of them itself"
