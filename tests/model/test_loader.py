"""Models come from botocore's files, without botocore."""

from __future__ import annotations

import subprocess
import sys

import pytest

from ruststack.model import load, service_names


def test_reading_a_model_does_not_import_botocore():
    code = "import sys; from ruststack.model import load; load('s3').operations['PutObject'].input; "
    code += "import ruststack.protocol; sys.exit('botocore' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_model_is_read_once():
    assert load("s3") is load("s3")


def test_a_service_without_a_model_is_a_key_error():
    with pytest.raises(KeyError):
        load("no-such-service")
    with pytest.raises(KeyError):
        load("../s3")


def test_the_newest_version_is_read():
    assert load("cloudfront").api_version >= "2020-05-31"


def test_names_and_protocols_come_from_the_metadata():
    model = load("stepfunctions")
    assert (model.protocol, model.signing_name, model.target_prefix) == ("json", "states", "AWSStepFunctions")
    assert {"s3", "dynamodb", "lambda"} <= service_names()


def test_expires_is_the_text_that_the_service_keeps():
    assert load("s3").operations["PutObject"].input.members["Expires"].shape.type == "string"


def test_a_shape_that_contains_itself_resolves():
    value = load("dynamodb").shape("AttributeValue")
    assert value.members["L"].shape.element.shape is value


def test_an_error_is_found_by_code_and_by_name():
    model = load("sqs")
    shape = model.error_shape("QueueDoesNotExist")
    assert shape is not None
    assert model.error_shape(shape.error_code) is shape
    assert model.error_shape("NoSuchThing") is None
