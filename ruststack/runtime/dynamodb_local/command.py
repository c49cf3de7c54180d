"""How to start DynamoDB Local: which Java, which jars, which arguments."""

from __future__ import annotations

import os
import shutil
import zipfile
from pathlib import Path
from typing import Final

from ruststack.core.errors import CannotStart

JAR: Final = "DynamoDBLocal.jar"
_MAINS: Final = (
    "software.amazon.dynamodb.services.local.main.ServerRunner",  # 3.0 and later
    "com.amazonaws.services.dynamodbv2.local.main.ServerRunner",
)
_HOW: Final = (
    "download it from the DynamoDB developer guide's page “Setting up DynamoDB local”, or take "
    "software.amazon.dynamodb:DynamoDBLocal from Maven Central, and name its folder in RUSTSTACK_DYNAMODB_LOCAL_PATH"
)


class NotInstalled(CannotStart):
    """DynamoDB Local or Java is not there; the message is one line that says how to get it."""


def command(place: Path | None, port: int, data: Path | None, java_home: str = "") -> list[str]:
    """The words that start it. ``place`` is the jar or a folder that holds it; ``data`` a folder, or None for memory.

    Raises NotInstalled.  Source: DynamoDB developer guide, "DynamoDB local usage notes".
    """
    jars, natives = _jars(place)
    words = [_java(java_home), f"-Djava.library.path={natives}", "-cp", os.pathsep.join(jars), _main(jars)]
    words += ["-dbPath", str(data)] if data is not None else ["-inMemory"]
    return [*words, "-disableTelemetry", "-port", str(port)]


def _java(home: str) -> str:
    found = shutil.which("java", path=f"{home}/bin") if home else None
    java = found or shutil.which("java")
    if java is None:
        raise NotInstalled(
            "DynamoDB Local needs Java 17 or later, and there is no java here: install one "
            "(Debian: apt-get install default-jre-headless), or set RUSTSTACK_DYNAMODB_BACKEND=embedded"
        )
    return java


def _jars(place: Path | None) -> tuple[list[str], Path]:
    """The class path, and the folder of SQLite's native libraries."""
    if place is None:
        raise NotInstalled(f"RUSTSTACK_DYNAMODB_LOCAL_PATH does not say where DynamoDB Local is: {_HOW}")
    folder = place if place.is_dir() else place.parent
    jar = folder / JAR if place.is_dir() else place
    if jar.is_file():
        libraries = folder / "DynamoDBLocal_lib"
        return [str(jar), f"{libraries}{os.sep}*"], libraries
    named = sorted(folder.glob("DynamoDBLocal-*.jar"))
    if not named:
        raise NotInstalled(f"there is no DynamoDB Local in {place}: {_HOW}")
    return [str(named[-1]), f"{folder}{os.sep}*"], folder


def _main(jars: list[str]) -> str:
    try:
        with zipfile.ZipFile(jars[0]) as jar:
            held = set(jar.namelist())
    except (OSError, zipfile.BadZipFile) as error:
        raise NotInstalled(f"{jars[0]} cannot be read as a jar: {error}") from error
    for main in _MAINS:
        if main.replace(".", "/") + ".class" in held:
            return main
    raise NotInstalled(f"{jars[0]} is no DynamoDB Local: {_HOW}")
