"""What Lambda tells the workers: which revision of a function to run, which to be ready for, and which is over."""

from __future__ import annotations

from typing import NamedTuple

from ruststack.core.functions import CannotRun, Folder, Image, Package, Revision, Zip
from ruststack.kit import Blob, Context, Input, World
from ruststack.services.lambda_.archives import check_together
from ruststack.services.lambda_.errors import InvalidParameterValueException
from ruststack.services.lambda_.layer_names import layer_version
from ruststack.services.lambda_.state import Code, Function, Readiness, Version


class Layers(NamedTuple):
    """The archives of a function's layers, the first to be unpacked first; or the folder in their place."""

    layers: tuple[Blob, ...]
    layer_folder: str = ""


def layers_of(ctx: Context, settings: Input, code: Code) -> Layers:
    """The layers that the settings name.

    Raises InvalidParameterValueException if they are too large together with the code, or if one of several is a folder
    in place: that is all of /opt.
    """
    found = (layer_version(ctx, each["Arn"]) for each in settings.get("Layers") or ())
    layers = [layer.code for layer in found if layer is not None]
    check_together(code, layers)
    folders = [layer.folder for layer in layers if layer.folder]
    if folders and len(layers) > 1:
        raise InvalidParameterValueException("A layer in place (hot-reload) must be the function's only layer.")
    return Layers(tuple(layer.archive for layer in layers if layer.archive is not None), "".join(folders))


def revision_of(account: str, region: str, function: Function, version: Version) -> Revision:
    """All that a worker must know of a version."""
    settings = version.settings
    logging = settings["LoggingConfig"]
    return Revision(
        key=_key(account, region, function.name, version),
        account=account,
        region=region,
        function=function.name,
        version=version.number,
        runtime=settings.get("Runtime") or "",
        handler=settings.get("Handler") or "",
        package=_package(version.code, settings.get("ImageConfig") or {}),
        layers=version.layers,
        layer_folder=version.layer_folder,
        environment=(settings.get("Environment") or {}).get("Variables") or {},
        memory_mb=settings["MemorySize"],
        timeout_s=settings["Timeout"],
        storage_mb=settings["EphemeralStorage"]["Size"],
        architecture=settings["Architectures"][0],
        log_group=logging["LogGroup"],
        log_format=logging["LogFormat"],
        application_log_level=logging.get("ApplicationLogLevel") or "",
        system_log_level=logging.get("SystemLogLevel") or "",
    )


def _key(account: str, region: str, name: str, version: Version) -> str:
    return f"{account}/{region}/{name}/{version.number}/{version.change}"


def _package(code: Code, image: Input) -> Package:
    if code.archive is not None:
        return Zip(code.archive)
    if code.folder:
        return Folder(code.folder)
    entry_point, command = image.get("EntryPoint") or (), image.get("Command") or ()
    return Image(code.image, tuple(entry_point), tuple(command), image.get("WorkingDirectory") or "")


def get_ready(ctx: Context, function: Function, version: Version) -> None:
    """Find out, beside the request, whether workers can be had for a new version; `Readiness` tells what came of it."""
    readiness = version.readiness
    if ctx.world.live is None or readiness is None:
        return
    ctx.live.spawn(_prepare(ctx.world, revision_of(ctx.account, ctx.region, function, version), readiness))


async def _prepare(world: World, revision: Revision, readiness: Readiness) -> None:
    assert world.live is not None
    try:
        await world.live.functions.prepare(revision)
    except CannotRun as error:
        readiness.failure = error
    finally:
        readiness.is_awaited = False


def readiness_for(ctx: Context, code: Code, is_update: bool = False) -> Readiness | None:
    """Something to learn by whether a new version can be run; None where nothing runs at all.

    An image may have to be pulled first, which takes its time; an interpreter is there or not, and a version that
    needs one is Active at once, until it is known that there is none.
    """
    needs_image = bool(code.image) or ctx.world.settings.lambda_ == "docker"
    return Readiness(needs_image, is_update) if ctx.world.live is not None else None


def retire(ctx: Context, function: Function, *versions: Version) -> None:
    """These versions are not invoked any more."""
    if ctx.world.live is not None:
        for version in versions:
            ctx.live.functions.retire(_key(ctx.account, ctx.region, function.name, version))
