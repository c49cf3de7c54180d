"""The Docker engine, by its SDK: images, containers, and how a container reaches us. Everything here blocks."""

from __future__ import annotations

import importlib
import socket
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from ruststack.core.functions import CannotRun

_INSIDE: Final = (Path("/.dockerenv"), Path("/run/.containerenv"))
_HOST_NAME: Final = "host.docker.internal"
_LOOPBACK: Final = "127.0.0.1"
_FILES: Final = 1024
_TIMEOUT_S: Final = 60
_STEP: Final = 10


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
        try:
            if path:
                self.client = self._docker.DockerClient(base_url=f"unix://{path}", timeout=_TIMEOUT_S)
            else:
                self.client = self._docker.from_env(timeout=_TIMEOUT_S)
            self.client.ping()
            us = self._us()
            self.reach = self._outside(network) if us is None else self._inside(us, network)
            # The engine runs where we run: a folder of ours can be mounted.
            self.shares_files = us is None and self.reach.listen != _LOOPBACK
        except (self._errors.DockerException, OSError) as error:
            raise CannotRun("InvalidRuntime", f"The Docker engine cannot be used: {error}") from error

    def _us(self) -> Any:
        """The container that we run in, if it is one of this engine's."""
        if any(each.exists() for each in _INSIDE):
            try:
                return self.client.containers.get(socket.gethostname())
            except self._errors.NotFound:
                pass
        return None

    def _outside(self, network: str) -> Reach:
        """We run on the host: containers know it by their network's gateway, or, if that is in a machine of its own
        (Docker Desktop), by a name."""
        name = network or "bridge"
        config = (self.client.networks.get(name).attrs.get("IPAM", {}).get("Config")) or [{}]
        gateway = next((each["Gateway"] for each in config if "." in each.get("Gateway", "")), "")
        if gateway and _can_listen(gateway):
            return Reach(gateway, gateway, name, {_HOST_NAME: gateway})
        return Reach(_LOOPBACK, _HOST_NAME, name, {_HOST_NAME: "host-gateway"})

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
            raise CannotRun(code, f"The image {image} cannot be used: {error}") from error
        say(f"Pulling {image} ...")
        try:
            self._pull(image, platform, say)
        except (self._errors.DockerException, OSError) as error:
            raise CannotRun(code, f"The image {image} cannot be pulled: {error}") from error
        say(f"Pulled {image}.")

    def _pull(self, image: str, platform: str | None, say: Callable[[str], None]) -> None:
        repository, _, tag = image.rpartition(":") if ":" in image.rpartition("/")[2] else (image, "", "latest")
        done: dict[str, tuple[int, int]] = {}
        told = 0
        for step in self.client.api.pull(repository, tag=tag, stream=True, decode=True, platform=platform):
            if "error" in step:
                raise OSError(step["error"])
            detail = step.get("progressDetail") or {}
            if step.get("status") == "Downloading" and detail.get("total"):
                done[step["id"]] = (detail["current"], detail["total"])
                percent = 100 * sum(at for at, _ in done.values()) // sum(of for _, of in done.values())
                if percent >= told + _STEP:
                    told = percent
                    say(f"Pulling {image}: {percent} %")

    def file_limit(self) -> Any:
        return self._docker.types.Ulimit(name="nofile", soft=_FILES, hard=_FILES)

    def create(self, image: str, options: dict[str, Any]) -> Any:
        """A container that is not started yet. Raises CannotRun."""
        try:
            return self.client.containers.create(image, **options)
        except self._errors.DockerException as error:
            raise CannotRun("InvalidRuntime", f"No container can be made of {image}: {error}") from error


def _can_listen(address: str) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind((address, 0))
        except OSError:
            return False
        return True
