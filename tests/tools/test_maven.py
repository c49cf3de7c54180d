"""Installing by Maven: what is missing is said, and a file that is not as locked is refused."""

import hashlib

import pytest

from tools.peers import maven


@pytest.mark.parametrize(
    ("said", "major"),
    [
        ('openjdk version "17.0.15" 2025-04-15', 17),
        ('java version "1.8.0_412"', 8),
        ('openjdk version "21"', 21),
        ("", 0),
    ],
)
def test_javas_version_is_read(said: str, major: int) -> None:
    assert maven.java_major(said) == major


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """A PATH with a java of version 17 and an mvn that copies one jar."""
    java = tmp_path / "bin" / "java"
    java.parent.mkdir()
    java.write_text("#!/bin/sh\necho 'openjdk version \"17.0.1\"' >&2\n")
    mvn = tmp_path / "bin" / "mvn"
    mvn.write_text(
        '#!/bin/sh\nfor word in "$@"; do case $word in -DoutputDirectory=*) folder=${word#*=};; esac; done\n'
        '/bin/mkdir -p "$folder" && printf jar > "$folder/a.jar"\n'
    )
    for program in (java, mvn):
        program.chmod(0o755)
    monkeypatch.setenv("PATH", str(java.parent))
    return tmp_path


def test_files_that_are_as_locked_are_kept(machine):
    lock = machine / "lock.txt"
    maven.lock("g:a:1", lock)
    assert lock.read_text() == f"{hashlib.sha256(b'jar').hexdigest()}  a.jar\n"
    maven.install("g:a:1", 17, lock, machine / "jars")
    assert [path.name for path in (machine / "jars").iterdir()] == ["a.jar"]


def test_a_file_that_is_not_as_locked_is_refused(machine):
    lock = machine / "lock.txt"
    lock.write_text("0" * 64 + "  a.jar\n")
    with pytest.raises(maven.NotInstallable, match=r"not as locked in lock\.txt: a\.jar"):
        maven.install("g:a:1", 17, lock, machine / "jars")
    assert not (machine / "jars").exists()


def test_an_old_java_is_refused(machine):
    with pytest.raises(maven.NotInstallable, match="needs Java 21; the java on the PATH is 17"):
        maven.install("g:a:1", 21, machine / "lock.txt", machine / "jars")


@pytest.mark.parametrize("program", ["java", "mvn"])
def test_a_missing_program_is_named(machine, program):
    (machine / "bin" / program).unlink()
    with pytest.raises(maven.NotInstallable, match=f"no {program} on the PATH"):
        maven.install("g:a:1", 17, machine / "lock.txt", machine / "jars")
