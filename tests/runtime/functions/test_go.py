"""Functions of the go1.x era: real Go programs that serve net/rpc."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ruststack.core.functions import Outcome
from ruststack.runtime.functions.gob import BYTES, INT, STRING, Decoder, Encoder, Malformed, Struct
from tests.runtime.functions.conftest import Bench, zipped

Run = Callable[..., Any]

# The messages have the names and fields of aws-lambda-go's.
_PROGRAM = """
package main

import (
	"errors"
	"fmt"
	"net"
	"net/rpc"
	"os"
)

type PingRequest struct{}
type PingResponse struct{}
type InvokeRequest_Timestamp struct{ Seconds, Nanos int64 }
type InvokeRequest struct {
	Payload               []byte
	RequestId             string
	XAmznTraceId          string
	Deadline              InvokeRequest_Timestamp
	InvokedFunctionArn    string
	CognitoIdentityId     string
	CognitoIdentityPoolId string
	ClientContext         []byte
}
type Frame struct {
	Path  string
	Line  int32
	Label string
}
type Failure struct {
	Message    string
	Type       string
	StackTrace []*Frame
	ShouldExit bool
}
type InvokeResponse struct {
	Payload []byte
	Error   *Failure
}
type Function struct{}

func (Function) Ping(PingRequest, *PingResponse) error { return nil }
func (Function) Invoke(in InvokeRequest, out *InvokeResponse) error {
	fmt.Println("at work on", len(in.Payload))
	switch string(in.Payload) {
	case `"fail"`:
		out.Error = &Failure{"no luck", "errorString", []*Frame{{"main.go", -7, "handle"}}, false}
	case `"break"`:
		return errors.New("broken")
	case `"exit"`:
		os.Exit(4)
	default:
		tail := fmt.Sprintf("%d %v ", in.Deadline.Seconds, in.Deadline.Nanos >= 0)
		tail += fmt.Sprintf("%s %s", in.CognitoIdentityId, in.ClientContext)
		out.Payload = []byte(fmt.Sprintf("%q", in.RequestId+" "+in.InvokedFunctionArn+" "+tail))
		if len(in.Payload) > 1000 {
			out.Payload = in.Payload
		}
	}
	return nil
}

func main() {
	listener, err := net.Listen("tcp", "localhost:"+os.Getenv("_LAMBDA_SERVER_PORT"))
	if err != nil {
		panic(err)
	}
	if err := rpc.Register(Function{}); err != nil {
		panic(err)
	}
	rpc.Accept(listener)
}
"""


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    go = shutil.which("go") or shutil.which("/usr/local/go/bin/go")
    if go is None and os.environ.get("RUSTSTACK_REQUIRE_ALL") != "1":
        pytest.skip("there is no Go here")
    folder: Path = tmp_path_factory.mktemp("go")
    (folder / "main.go").write_text(_PROGRAM)
    environment = {**os.environ, "CGO_ENABLED": "0", "GO111MODULE": "off", "GOFLAGS": ""}
    subprocess.run((go or "go", "build", "-o", "main", "main.go"), cwd=folder, env=environment, check=True)
    return (folder / "main").read_bytes()


@pytest.mark.timeout(600)
def test_a_go_program_is_pinged_and_invoked(run: Run, program: bytes) -> None:
    large = b'"' + b"x" * 100_000 + b'"'

    async def story(bench: Bench) -> list[Outcome]:
        package = zipped({"main": program}, executable=True)
        revision = bench.revision(package=package, runtime="go1.x", handler="main")
        events = (b"1", b'"fail"', large, b'"exit"', b"2", b'"break"')
        more = {"client_context": '{"a":1}', "cognito_identity": '{"cognitoIdentityId":"me"}'}
        return [await bench.invoke(revision, event, **more) for event in events]

    first, fails, grows, ends, again, breaks = run(story)
    told = json.loads(first.payload).split()
    assert told[0].startswith("00000000-") and told[1] == "arn:aws:lambda:eu-west-1:111122223333:function:greeter"
    assert int(told[2]) > 1_700_000_000 and told[3:] == ["true", "me", '{"a":1}']
    assert b"at work on 1\n" in first.log
    assert (grows.payload, grows.error) == (large, "")
    assert fails.error == "Unhandled"
    assert json.loads(fails.payload) == {
        "errorMessage": "no luck",
        "errorType": "errorString",
        "stackTrace": [{"path": "main.go", "line": -7, "label": "handle"}],
    }
    assert json.loads(ends.payload)["errorMessage"].endswith("Runtime exited with error: exit status 4")
    assert again.error == ""
    assert breaks.error == "Unhandled"


def test_numbers_texts_and_inner_structs_come_back() -> None:
    types = {65: Struct("Outer", (("A", INT), ("B", STRING), ("C", 66), ("D", BYTES))), 66: Struct("In", (("X", INT),))}
    for number in (0, 1, -1, 63, 64, -65, 1 << 40, -(1 << 62)):
        value = {"A": number, "B": "ü" * 200, "C": {"X": 5}, "D": b"\0\xff"}
        assert _through(Encoder(types).encode(65, value)) == value
    assert _through(Encoder(types).encode(65, {})) == {"A": 0, "B": "", "C": None, "D": b""}


@pytest.mark.parametrize("data", [b"", b"\x82\xff", b"\x82\x09\x01\x02", b"\xff\x81\x05", b"\x0c\xf7\x00"])
def test_what_is_no_gob_is_malformed(data: bytes) -> None:
    with pytest.raises(Malformed):
        Decoder().decode(data)


def _through(stream: bytes) -> Any:
    decoder, value = Decoder(), None
    while stream:
        length, start = stream[0], 1
        if length >= 128:
            start = 1 + 256 - length
            length = int.from_bytes(stream[1:start], "big")
        value = decoder.decode(stream[start : start + length])
        stream = stream[start + length :]
    return value
