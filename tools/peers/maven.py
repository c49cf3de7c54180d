"""Peers of Maven's: an artifact and all that it needs, copied into one folder, each file checked against the lock."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

_POM = """<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>peers</groupId><artifactId>peer</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>{0}</groupId><artifactId>{1}</artifactId><version>{2}</version></dependency>
  </dependencies>
</project>
"""
_COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"


class NotInstallable(Exception):
    """Java or Maven is missing or too old, or a file is not what the lock says."""


def install(requirement: str, java: int, lock_file: Path, folder: Path) -> None:
    """Copy the jars and native libraries into ``folder``, which is made anew. Raises NotInstallable."""
    _check_java(requirement, java)
    shutil.rmtree(folder, ignore_errors=True)
    _copy(requirement, folder)
    wanted, found = lock_file.read_text(), _digests(folder)
    if wanted != found:
        shutil.rmtree(folder)
        wrong = sorted(line.split()[1] for line in {*wanted.splitlines()} ^ {*found.splitlines()})
        raise NotInstallable(f"{requirement}: not as locked in {lock_file.name}: {', '.join(dict.fromkeys(wrong))}")


def lock(requirement: str, lock_file: Path) -> None:
    """Write the digest of every file that the requirement brings."""
    with tempfile.TemporaryDirectory() as folder:
        _copy(requirement, Path(folder))
        lock_file.write_text(_digests(Path(folder)))


def _copy(requirement: str, folder: Path) -> None:
    if not shutil.which("mvn"):
        raise NotInstallable(f"{requirement} is installed by Maven, and there is no mvn on the PATH")
    with tempfile.TemporaryDirectory() as project:
        pom = Path(project) / "pom.xml"
        pom.write_text(_POM.format(*requirement.split(":")))
        options = ["--quiet", "--batch-mode", f"-DoutputDirectory={folder}", "-DincludeScope=runtime"]
        subprocess.run(["mvn", "-f", str(pom), *options, _COPY], check=True)


def _digests(folder: Path) -> str:
    files = sorted(path for path in folder.iterdir() if path.is_file())
    return "".join(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in files)


def _check_java(requirement: str, oldest: int) -> None:
    if not shutil.which("java"):
        raise NotInstallable(f"{requirement} needs Java {oldest}, and there is no java on the PATH")
    answer = subprocess.run(["java", "-version"], capture_output=True, text=True, check=False)
    major = java_major(answer.stderr)
    if major < oldest:
        raise NotInstallable(
            f"{requirement} needs Java {oldest}; the java on the PATH is {major or 'of no known version'}"
        )


def java_major(said: str) -> int:
    """17 for ``openjdk version "17.0.15"``, 8 for ``"1.8.0_412"``; 0 when it cannot be read."""
    found = re.search(r'version "(?:1\.)?(\d+)', said)
    return int(found[1]) if found else 0
