"""Settings come from flags, then our variables, then other programs'; a bad value is one clear line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ruststack.config import BadSetting, Config, load, not_there_yet
from ruststack.settings import SETTINGS


def test_an_empty_environment_gives_the_defaults() -> None:
    config = load({}, {})
    assert config == Config(data_dir=Path.home() / ".ruststack")
    assert config.addresses() == (("127.0.0.1", 4566),)


def test_a_flag_goes_before_our_variable_and_that_before_the_others() -> None:
    environment = {"RUSTSTACK_PORT": "2", "GATEWAY_PORT": "3", "EDGE_PORT": "4"}
    assert load({"port": "1"}, environment).port == 1
    assert load({}, environment).port == 2
    assert load({}, {"GATEWAY_PORT": "3", "EDGE_PORT": "4"}).port == 3
    assert load({}, {"EDGE_PORT": "4"}).port == 4


def test_an_empty_variable_is_an_unset_one() -> None:
    assert load({}, {"RUSTSTACK_PORT": "", "GATEWAY_PORT": "3"}).port == 3


@pytest.mark.parametrize(
    ("listen", "expected"),
    [
        ("0.0.0.0:4566", (("0.0.0.0", 4566),)),
        ("0.0.0.0", (("0.0.0.0", 4566),)),
        (":443", (("127.0.0.1", 443),)),
        ("443", (("127.0.0.1", 443),)),
        ("0.0.0.0:4566,0.0.0.0:443", (("0.0.0.0", 4566), ("0.0.0.0", 443))),
        ("[::]:4566, [::1]", (("::", 4566), ("::1", 4566))),
        ("localhost:80,localhost:80", (("localhost", 80),)),
    ],
)
def test_gateway_listen_names_addresses(listen: str, expected: object) -> None:
    assert load({}, {"GATEWAY_LISTEN": listen}).addresses() == expected


def test_a_stronger_port_or_host_goes_before_the_addresses_own() -> None:
    environment = {"GATEWAY_LISTEN": "0.0.0.0:4566", "GATEWAY_PORT": "9"}
    assert load({}, environment).addresses() == (("0.0.0.0", 4566),)
    assert load({"port": "5"}, environment).addresses() == (("0.0.0.0", 5),)
    assert load({}, environment | {"RUSTSTACK_HOST": "::1"}).addresses() == (("::1", 4566),)


@pytest.mark.parametrize(
    ("variable", "value", "field", "expected"),
    [
        ("SERVICES", "s3,SQS, lambda:4574", "services", ("s3", "sqs", "lambda")),
        ("DEBUG", "1", "log", "debug"),
        ("DEBUG", "0", "log", "requests"),
        ("LS_LOG", "trace", "log", "debug"),
        ("LS_LOG", "WARN", "log", "errors"),
        ("LOG_LEVEL", "INFO", "log", "requests"),
        ("LOCALSTACK_HOST", "localhost.localstack.cloud:4566", "public_host", "localhost.localstack.cloud:4566"),
        ("MINISTACK_HOST", "ministack", "public_host", "ministack"),
        ("PERSISTENCE", "1", "persistence", True),
        ("PERSIST_STATE", "true", "persistence", True),
        ("STATE_DIR", "/data", "data_dir", Path("/data")),
        ("BIND_HOST", "0.0.0.0", "host", "0.0.0.0"),
        ("EXTRA_CORS_ALLOWED_ORIGINS", "http://a, http://b", "allowed_origins", ("http://a", "http://b")),
        ("EXTRA_CORS_ALLOWED_ORIGINS", "http://Localhost:3000/", "allowed_origins", ("http://localhost:3000",)),
        ("RUSTSTACK_ALLOWED_ORIGINS", "*,chrome-extension://x", "allowed_origins", ("*", "chrome-extension://x")),
        ("DISABLE_CORS_CHECKS", "1", "allowed_origins", ("*",)),
        ("DISABLE_CORS_CHECKS", "0", "allowed_origins", ()),
        ("LAMBDA_EXECUTOR", "docker-reuse", "lambda_", "docker"),
        ("RUSTSTACK_LAMBDA_EXECUTOR", "docker", "lambda_", "docker"),
        ("LAMBDA_KEEPALIVE_MS", "1500", "lambda_keep_alive", 1.5),
        ("RUSTSTACK_LAMBDA_IMAGES", "a=x:1, b=y/z", "lambda_images", (("a", "x:1"), ("b", "y/z"))),
        ("LAMBDA_RUNTIME_IMAGE_MAPPING", '{"a": "x:1"}', "lambda_images", (("a", "x:1"),)),
        ("LAMBDA_DOCKER_NETWORK", "mine", "lambda_docker_network", "mine"),
        ("DOCKER_SOCK", "/run/docker.sock", "docker_socket", Path("/run/docker.sock")),
        ("RUSTSTACK_S3", "0", "s3", "off"),
        ("RUSTSTACK_DYNAMODB", "http://localhost:8000", "dynamodb", "http://localhost:8000"),
        ("RUSTSTACK_SYNC", "always", "sync", "always"),
        ("RUSTSTACK_SEED", "-7", "seed", -7),
        ("RUSTSTACK_DYNAMODB_INDEX_DELAY", "0.5", "dynamodb_index_delay", 0.5),
    ],
)
def test_names_from_here_and_elsewhere_are_understood(variable: str, value: str, field: str, expected: Any) -> None:
    assert getattr(load({}, {variable: value}), field) == expected


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("RUSTSTACK_PORT", "65536"),
        ("RUSTSTACK_PORT", "-1"),
        ("RUSTSTACK_PORT", "http"),
        ("GATEWAY_LISTEN", "0.0.0.0:x"),
        ("GATEWAY_LISTEN", ","),
        ("GATEWAY_LISTEN", "[::1]4566"),
        ("GATEWAY_LISTEN", "::1"),
        ("RUSTSTACK_HOST", "http://localhost"),
        ("RUSTSTACK_HOST", "localhost:80"),
        ("PERSISTENCE", "maybe"),
        ("RUSTSTACK_S3", "minio"),
        ("RUSTSTACK_S3", "http://localhost:9000"),
        ("RUSTSTACK_DYNAMODB", "scylla"),
        ("RUSTSTACK_LAMBDA", "vm"),
        ("RUSTSTACK_DYNAMODB_LOCAL_PATH", "/does/not/exist"),
        ("RUSTSTACK_LAMBDA_IMAGES", "python3.12"),
        ("LAMBDA_RUNTIME_IMAGE_MAPPING", "[]"),
        ("LAMBDA_RUNTIME_IMAGE_MAPPING", "public/{}"),
        ("RUSTSTACK_SEED", "1.5"),
        ("RUSTSTACK_DYNAMODB_INDEX_DELAY", "-1"),
        ("RUSTSTACK_DYNAMODB_INDEX_DELAY", "inf"),
        ("RUSTSTACK_LOG", "loud"),
        ("RUSTSTACK_SYNC", "hourly"),
        ("RUSTSTACK_SERVICES", ","),
        ("SERVICES", "s3;sqs"),
        ("RUSTSTACK_DYNAMODB", "http://"),
        ("RUSTSTACK_ALLOWED_ORIGINS", "localhost:3000"),
        ("RUSTSTACK_ALLOWED_ORIGINS", "http://a/page"),
        ("EXTRA_CORS_ALLOWED_ORIGINS", "http://a,b"),
        ("LOCALSTACK_HOST", "a b"),
    ],
)
def test_a_bad_value_is_one_line_that_names_its_source(variable: str, value: str) -> None:
    with pytest.raises(BadSetting) as caught:
        load({}, {variable: value})
    line = str(caught.value)
    assert line.startswith(f"{variable}: {value!r} ")
    assert "\n" not in line


def test_the_largest_port_is_accepted() -> None:
    assert load({}, {"RUSTSTACK_PORT": "65535"}).port == 65535


def test_a_secret_is_never_shown() -> None:
    assert "hunter2" not in repr(load({}, {"RUSTSTACK_SECRET_ACCESS_KEY": "hunter2"}))


def test_what_was_asked_for_and_is_not_there_yet_is_named() -> None:
    assert not_there_yet(load({}, {})) == []
    assert not_there_yet(load({}, {"RUSTSTACK_DYNAMODB": "off", "RUSTSTACK_LAMBDA": "docker"})) == []
    assert not_there_yet(load({}, {"SERVICES": "s3,sqs"})) == ["RUSTSTACK_SERVICES=sqs"]


def test_every_setting_is_a_field_and_every_field_a_setting() -> None:
    assert {setting.field for setting in SETTINGS} == set(Config._fields)
    assert len({setting.flag for setting in SETTINGS}) == len(SETTINGS)


@pytest.mark.parametrize("url", ["http://engine", "http://127.0.0.1:8000", "HTTP://[::1]:8000/"])
def test_another_engine_is_named_by_its_url(url: str) -> None:
    assert load({}, {"RUSTSTACK_DYNAMODB_BACKEND": url}).dynamodb == url


@pytest.mark.parametrize(
    "url",
    ["https://engine", "http://", "http://engine:99999", "http://engine:0x", "http://u:p@engine", "http://h/path"],
)
def test_what_cannot_be_asked_is_no_engine(url: str) -> None:
    with pytest.raises(BadSetting, match=r"RUSTSTACK_DYNAMODB_BACKEND.*no http:// URL"):
        load({}, {"RUSTSTACK_DYNAMODB_BACKEND": url})
