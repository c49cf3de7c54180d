"""The Docker engine, by its SDK: images, containers, and how a container reaches us. Everything here blocks."""

from __future__ import annotations

import contextlib
import importlib
import re
import socket
import tarfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from ruststack.core.functions import CannotRun

_INSIDE: Final = (Path("/.dockerenv"), Path("/run/.containerenv"))
_MOUNTS: Final = Path("/proc/self/mountinfo")
# An engine brings these files into a container from a folder that is named after it.
_OWN_ID: Final = re.compile(r"/([0-9a-f]{64})/\S* /etc/(?:hostname|hosts|resolv\.conf) ")
_HOST_NAME: Final = "host.docker.internal"
_LOOPBACK: Final = "127.0.0.1"
_FILES: Final = 1024
_TIMEOUT_S: Final = 60
_PART: Final = 0.1
_MB: Final = 1_000_000
_EXTENSIONS: Final = "/opt/extensions"


class Reach(NamedTuple):
    """How a container reaches us: where to ``listen``, which ``name`` means that inside, in which ``network``."""

    listen: str
    name: str
    network: str
    hosts: Mapping[str, str] = {}


class Engine:
    """One engine. ``path`` is its socket, empty for what the environment says. Raises CannotRun."""

    def __init__(self, path: str, network: str) -> None:
        try:
            self._docker: Any = importlib.import_module("docker")
        except ImportError:
            why = "the Docker executor needs the Docker SDK: pip install 'ruststack[docker]'"
            raise CannotRun("InvalidRuntime", f"No container can be started: {why}.") from None
        self._errors: Any = importlib.import_module("docker.errors")
        self._is_over = False
        try:
            if path:
                self.client = self._docker.DockerClient(base_url=f"unix://{path}", timeout=_TIMEOUT_S)
            else:
                self.client = self._docker.from_env(timeout=_TIMEOUT_S)
            self.client.ping()
            self.version: str = self.client.version()["Version"]
            us = self._us()
            self.own_id: str = us.id if us is not None else ""
            self.shares_files = us is None and self._is_here()
            self.reach = self._outside(network) if us is None else self._inside(us, network)
        except (self._errors.DockerException, OSError) as error:
            raise CannotRun("InvalidRuntime", f"The Docker engine cannot be used: {self._told(error)}") from error

    def _us(self) -> Any:
        """The container that we run in, if it is one of this engine's."""
        for name in own_names():
            with contextlib.suppress(self._errors.NotFound):
                return self.client.containers.get(name)
        return None

    def _outside(self, network: str) -> Reach:
        """We run on the host: containers know it by their network's gateway, or, if that is in a machine of its own
        (Docker Desktop), by a name."""
        name = network or "bridge"
        if name == "host" and self.shares_files:
            return Reach(_LOOPBACK, _LOOPBACK, name)
        gateway = _gateway(self.client.networks.get(name))
        if _can_listen(gateway):
            return Reach(gateway, gateway, name, {_HOST_NAME: gateway})
        return Reach(_LOOPBACK, _HOST_NAME, name, {_HOST_NAME: "host-gateway"})

    def _is_here(self) -> bool:
        """Whether the engine runs where we run: its networks end here, and a folder of ours can be mounted."""
        networks = self.client.networks.list(filters={"driver": "bridge"})
        return any(_can_listen(_gateway(each)) for each in networks)

    def _inside(self, us: Any, network: str) -> Reach:
        """We run in a container: others reach us in the network that we share."""
        networks: dict[str, Any] = us.attrs["NetworkSettings"]["Networks"]
        own = [name for name in networks if name not in ("bridge", "host", "none")] or list(networks)
        name = network or own[0]
        if name not in networks:
            self.client.networks.get(name).connect(us)
            us.reload()
            networks = us.attrs["NetworkSettings"]["Networks"]
        if name == "host":
            return self._outside("")
        address = networks[name]["IPAddress"]
        return Reach(address, address, name)

    def provide(self, image: str, platform: str | None, code: str, say: Callable[[str], None]) -> None:
        """Have the image, by pulling it if need be. ``say`` takes lines of progress. Raises CannotRun(``code``)."""
        try:
            self.client.images.get(image)
            return
        except self._errors.ImageNotFound:
            pass
        except self._errors.DockerException as error:
            raise CannotRun(code, f"The image {image} cannot be used: {self._told(error)}") from error
        say(f"Pulling {image} ...")
        try:
            self._pull(image, platform, say)
        except (self._errors.DockerException, OSError) as error:
            raise CannotRun(code, f"The image {image} cannot be pulled: {self._told(error)}") from error
        say(f"Pulled {image}.")

    def _pull(self, image: str, platform: str | None, say: Callable[[str], None]) -> None:
        repository, tag = self._docker.utils.parse_repository_tag(image)
        progress = Progress()
        for step in self.client.api.pull(repository, tag=tag or "latest", stream=True, decode=True, platform=platform):
            if self._is_over:
                raise OSError("this server has ended")
            if "error" in step:
                raise OSError(step["error"])
            if text := progress.after(step):
                say(f"Pulling {image}: {text}")

    def _told(self, error: Exception) -> str:
        """What the engine says is wrong, without the address that it was asked at."""
        return str(getattr(error, "explanation", None) or error)

    def command(self, image: str) -> list[str]:
        """What an image says is to be given to its entry point."""
        return list(self.client.images.get(image).attrs["Config"].get("Cmd") or [])

    def file_limit(self) -> Any:
        return self._docker.types.Ulimit(name="nofile", soft=_FILES, hard=_FILES)

    def create(self, image: str, options: dict[str, Any]) -> Any:
        """A container that is not started yet. Raises CannotRun."""
        try:
            return self.client.containers.create(image, **options)
        except self._errors.DockerException as error:
            raise CannotRun("InvalidRuntime", f"No container can be made of {image}: {self._told(error)}") from error

    def close(self) -> None:
        """Let it go; nothing is pulled any more."""
        self._is_over = True
        self.client.close()

    def extensions(self, container: Any) -> tuple[str, ...]:
        """The programs that are to run beside the runtime, whether the image has them or layers do."""
        try:
            pieces, _ = container.get_archive(_EXTENSIONS)
        except self._errors.NotFound:
            return ()
        stream: Any = _Pieces(pieces)
        with tarfile.open(fileobj=stream, mode="r|") as archive:
            paths = [Path(each.name) for each in archive if not each.isdir()]
        return tuple(f"{_EXTENSIONS}/{path.name}" for path in sorted(paths) if len(path.parts) == 2)


class Progress:
    """How far a pull has come, of what is known of it: layers tell their sizes when their turn comes."""

    def __init__(self) -> None:
        self._layers: dict[str, tuple[int, int]] = {}
        self._told = 0

    def after(self, step: Mapping[str, Any]) -> str:
        """What there is to say after the engine's word of one layer; empty if it is not enough to be told."""
        layer, detail = step.get("id", ""), step.get("progressDetail") or {}
        if step.get("status") == "Downloading" and detail.get("total"):
            self._layers[layer] = detail["current"], detail["total"]
        elif step.get("status") == "Download complete" and layer in self._layers:
            size = self._layers[layer][1]
            self._layers[layer] = size, size
        here, size = (sum(counts) for counts in zip(*self._layers.values(), strict=True)) if self._layers else (0, 0)
        if here - self._told < max(size * _PART, _MB):
            return ""
        self._told = here
        return f"{here / _MB:.0f} of {size / _MB:.0f} MB"


class _Pieces:
    """A stream that comes in pieces, as far as an archive is read from it."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = filter(None, pieces)

    def read(self, size: int) -> bytes:
        """The next piece, whatever its size."""
        return next(self._pieces, b"")


def own_names() -> list[str]:
    """What the container that we may run in may be called: its id, which its mounts tell, or its host name."""
    try:
        mounts = _MOUNTS.read_text()
    except OSError:
        mounts = ""
    names = _OWN_ID.findall(mounts)[:1]
    if any(each.exists() for each in _INSIDE):
        names.append(socket.gethostname())
    return names


def _gateway(network: Any) -> str:
    """The address of a network's host in it; empty if it has none."""
    config = network.attrs.get("IPAM", {}).get("Config") or []
    return next((each["Gateway"] for each in config if "." in each.get("Gateway", "")), "")


def _can_listen(address: str) -> bool:
    if not address:
        return False
    with socket.socket() as probe:
        try:
            probe.bind((address, 0))
        except OSError:
            return False
        return True
