"""The table of settings: command line, environment and docs/configuration.md all come from it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NamedTuple

from ruststack import parsing

Read = Callable[[str], Any]

_LEVELS: Final = {"trace": "debug", "info": "requests", "warn": "errors", "warning": "errors", "error": "errors"}
_EXECUTORS: Final = {"local": "process", "docker-reuse": "docker"}


class Setting(NamedTuple):
    """One row: the field, its variable, how a value is read, which values, what it means, and other programs' names.

    An entry of ``others`` is a variable that means the same, with a reader of its own where its values are spelt
    differently. ``is_ready`` is False for what is accepted and checked, but has nothing to act on yet.
    """

    field: str
    variable: str
    read: Read
    values: str
    meaning: str
    others: tuple[tuple[str, Read | None], ...] = ()
    is_ready: bool = True

    @property
    def flag(self) -> str:
        """The command-line flag, which goes before the environment."""
        return "--" + self.variable.removeprefix("RUSTSTACK_").lower().replace("_", "-")


SETTINGS: Final = (
    Setting(
        "host",
        "RUSTSTACK_HOST",
        parsing.host,
        "a host name or address",
        "Interface to listen on. Whoever can reach it can do everything: 0.0.0.0 is meant for containers.",
        (("BIND_HOST", None),),
    ),
    Setting(
        "port",
        "RUSTSTACK_PORT",
        parsing.port,
        "0 to 65535; 0 takes a free one",
        "Port of all services.",
        (("GATEWAY_PORT", None), ("EDGE_PORT", None)),
    ),
    Setting(
        "listen",
        "RUSTSTACK_LISTEN",
        parsing.addresses,
        "`host:port`, `host`, `:port`, `[ipv6]:port`, separated by commas",
        "Several addresses at once. Host and port above fill in what an address leaves out.",
        (("GATEWAY_LISTEN", None),),
    ),
    Setting(
        "services",
        "RUSTSTACK_SERVICES",
        parsing.names,
        "names, separated by commas",
        "Serve these services alone. Unset: all.",
        (("SERVICES", None),),
    ),
    Setting("s3", "RUSTSTACK_S3", parsing.engine(), "on, off", "S3."),
    Setting(
        "dynamodb",
        "RUSTSTACK_DYNAMODB",
        parsing.engine("embedded", "local", has_url=True),
        "on, off, embedded, local, or the URL of a running engine",
        "DynamoDB, and the engine behind it: our own, a DynamoDB Local that is started with the server, or any engine "
        "that speaks DynamoDB's API at a URL.",
        (("RUSTSTACK_DYNAMODB_BACKEND", None),),
    ),
    Setting(
        "dynamodb_local_path",
        "RUSTSTACK_DYNAMODB_LOCAL_PATH",
        parsing.existing_path,
        "a path",
        "Where DynamoDB Local is installed: its jar, or the folder that holds it.",
    ),
    Setting(
        "dynamodb_index_delay",
        "RUSTSTACK_DYNAMODB_INDEX_DELAY",
        parsing.seconds,
        "seconds, such as 0.5",
        "How long after a write the global secondary indexes show it, on the server's clock; tables and local indexes "
        "show it at once.",
    ),
    Setting(
        "dynamodb_table_delay",
        "RUSTSTACK_DYNAMODB_TABLE_DELAY",
        parsing.seconds,
        "seconds, such as 0.5",
        "How long tables and their indexes are CREATING, UPDATING, backfilling and DELETING, on the server's clock.",
    ),
    Setting(
        "lambda_",
        "RUSTSTACK_LAMBDA",
        parsing.engine("process", "docker"),
        "on, off, process, docker",
        "Lambda, and what functions run in.",
        (
            ("RUSTSTACK_LAMBDA_EXECUTOR", None),
            ("LAMBDA_EXECUTOR", parsing.word("process", "docker", meaning=_EXECUTORS)),
        ),
    ),
    Setting(
        "lambda_keep_alive",
        "RUSTSTACK_LAMBDA_KEEP_ALIVE",
        parsing.seconds,
        "seconds, such as 60",
        "How long a function's worker stays warm with nothing to do.",
        (("LAMBDA_KEEPALIVE_MS", parsing.milliseconds),),
    ),
    Setting(
        "lambda_isolation",
        "RUSTSTACK_LAMBDA_ISOLATION",
        parsing.word("auto", "none"),
        "auto, none",
        "Show functions in processes their files where AWS has them, at /var/task and /opt, read-only, and a /tmp of "
        "their own. `auto`: where Linux lets us; `none`: they stay where they are on this machine.",
    ),
    Setting(
        "lambda_permissions",
        "RUSTSTACK_LAMBDA_PERMISSIONS",
        parsing.word("all", "given", "none"),
        "all, given, none",
        "When services that invoke a function (API Gateway, S3) need a permission in its policy. `all`: always, as in "
        "AWS; `given`: where the function has one for that service, so that a wrong one shows; `none`: never, nor do "
        "other accounts.",
    ),
    Setting(
        "lambda_freeze",
        "RUSTSTACK_LAMBDA_FREEZE",
        parsing.boolean,
        "1, 0",
        "Hold functions in processes between invocations, as AWS does: threads that work on after the answer, and "
        "debuggers, stand still.",
    ),
    Setting(
        "lambda_images",
        "RUSTSTACK_LAMBDA_IMAGES",
        parsing.pairs,
        "`runtime=image`, separated by commas",
        "Container images to run functions in, where they are to be others than AWS's.",
        (("LAMBDA_RUNTIME_IMAGE_MAPPING", parsing.json_pairs),),
    ),
    Setting(
        "lambda_docker_network",
        "RUSTSTACK_LAMBDA_DOCKER_NETWORK",
        parsing.text,
        "a network's name",
        "The Docker network that functions' containers join. Unset: the one this server is in, or Docker's default.",
        (("LAMBDA_DOCKER_NETWORK", None),),
    ),
    Setting(
        "lambda_docker_flags",
        "RUSTSTACK_LAMBDA_DOCKER_FLAGS",
        parsing.text,
        "flags of `docker run`: -e, -v, -p, --add-host, --dns, --network, --user, --privileged, ...",
        "More for functions' containers.",
        (("LAMBDA_DOCKER_FLAGS", None),),
    ),
    Setting(
        "lambda_admin",
        "RUSTSTACK_LAMBDA_ADMIN",
        parsing.boolean,
        "1, 0",
        "Let functions use this server's own interface, below `/_ruststack`.",
    ),
    Setting(
        "recordings",
        "RUSTSTACK_RECORDINGS",
        parsing.path_or_url,
        "a path, or the URL of a running `ruststack-conform replay --serve`",
        "Recordings that answer what is not implemented, in place of the 501; the header `x-ruststack-recorded` says "
        "where an answer is from. A path needs `ruststack[conform]`.",
    ),
    Setting(
        "docker_socket",
        "RUSTSTACK_DOCKER_SOCKET",
        parsing.path,
        "a path",
        "The socket of Docker or Podman. Unset: what DOCKER_HOST says, or Docker's own.",
        (("DOCKER_SOCK", None),),
    ),
    Setting(
        "access_key_id",
        "RUSTSTACK_ACCESS_KEY_ID",
        parsing.text,
        "any text",
        "The access key whose secret is known, so that its signatures can be verified.",
    ),
    Setting(
        "secret_access_key",
        "RUSTSTACK_SECRET_ACCESS_KEY",
        parsing.text,
        "any text",
        "Its secret.",
    ),
    Setting(
        "verify_signatures",
        "RUSTSTACK_VERIFY_SIGNATURES",
        parsing.boolean,
        "1, 0",
        "Refuse every request that the access key above has not signed properly.",
    ),
    Setting(
        "legacy_s3",
        "RUSTSTACK_LEGACY_S3",
        parsing.boolean,
        "1, 0",
        "S3 as older code knows it: new buckets have ACLs and block no public access (until April 2023), and owners "
        "have a display name (until November 2025).",
    ),
    Setting(
        "allowed_origins",
        "RUSTSTACK_ALLOWED_ORIGINS",
        parsing.origins,
        "origins, separated by commas; `*` for all",
        "Web pages that may drive this server from a browser. Unset: none but its own.",
        (("EXTRA_CORS_ALLOWED_ORIGINS", None), ("DISABLE_CORS_CHECKS", parsing.all_or_none)),
    ),
    Setting(
        "public_host",
        "RUSTSTACK_PUBLIC_HOST",
        parsing.host_and_port,
        "`host` or `host:port`",
        "A further name that clients reach this server by.",
        (("LOCALSTACK_HOST", None), ("HOSTNAME_EXTERNAL", None), ("MINISTACK_HOST", None)),
    ),
    Setting(
        "persistence",
        "RUSTSTACK_PERSISTENCE",
        parsing.boolean,
        "1, 0",
        "Keep the state in the data directory, and go on from it at the next start.",
        (("PERSISTENCE", None), ("LOCALSTACK_PERSISTENCE", None), ("PERSIST_STATE", None)),
    ),
    Setting(
        "data_dir",
        "RUSTSTACK_DATA_DIR",
        parsing.path,
        "a path",
        "The data directory.",
        (("STATE_DIR", None),),
    ),
    Setting(
        "sync",
        "RUSTSTACK_SYNC",
        parsing.word("always", "second", "never"),
        "always, second, never",
        "When persistence forces what it wrote to the disk: before each answer, every second, or never. "
        "A killed server loses nothing in any case; this is about the machine losing power.",
    ),
    Setting(
        "journal",
        "RUSTSTACK_JOURNAL",
        parsing.boolean,
        "1, 0",
        "Remember every request that changes state, for `GET /_ruststack/journal`. Persistence does so by itself.",
    ),
    Setting(
        "seed",
        "RUSTSTACK_SEED",
        parsing.integer,
        "a whole number",
        "Make all identifiers reproducible. Unset: they are random.",
    ),
    Setting(
        "log",
        "RUSTSTACK_LOG",
        parsing.word("off", "errors", "requests", "debug"),
        "off, errors, requests, debug",
        "What is logged: nothing, AWS errors and failures, every request, or requests with tracebacks of AWS errors.",
        (
            ("LS_LOG", parsing.word("off", "errors", "requests", "debug", meaning=_LEVELS)),
            ("LOG_LEVEL", parsing.word("off", "errors", "requests", "debug", meaning=_LEVELS)),
            ("DEBUG", parsing.debug_level),
        ),
    ),
)
