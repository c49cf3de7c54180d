"""Stands in for awslambdaric's C++ module of this name, which is built for one version of Python on Linux alone.

The same functions, over a socket that is kept open. It is run by the function's own interpreter.
"""

import os
import socket

_client = {"agent": "", "socket": None}
_ROOT = "/2018-06-01/runtime/invocation/"


def initialize_client(user_agent):
    _client["agent"] = user_agent


def next():
    status, headers, body = _ask("GET", _ROOT + "next", (), b"")
    if status != 200:
        raise RuntimeError("Failed to get next")
    headers["Lambda-Runtime-Deadline-Ms"] = int(headers["Lambda-Runtime-Deadline-Ms"])
    return body, headers


def post_invocation_result(invoke_id, result, content_type, invocation_id=None):
    headers = [("Content-Type", content_type)]
    if invocation_id:
        headers.append(("Lambda-Runtime-Invocation-Id", invocation_id))
    if _ask("POST", _ROOT + invoke_id + "/response", headers, result)[0] != 202:
        raise RuntimeError("Failed to post invocation response")


def post_error(invoke_id, error, xray_fault, invocation_id=None):
    headers = [("Content-Type", "application/json"), ("Lambda-Runtime-Function-Error-Type", "Unhandled")]
    headers.append(("Lambda-Runtime-Function-XRay-Error-Cause", xray_fault.replace("\r", " ").replace("\n", " ")))
    if invocation_id:
        headers.append(("Lambda-Runtime-Invocation-Id", invocation_id))
    if _ask("POST", _ROOT + invoke_id + "/error", headers, error.encode("utf-8"))[0] != 202:
        raise RuntimeError("Failed to post error")


def _ask(method, path, headers, body):
    head = [f"{method} {path} HTTP/1.1", "Host: " + os.environ["AWS_LAMBDA_RUNTIME_API"]]
    head += ["User-Agent: " + _client["agent"], f"Content-Length: {len(body)}"]
    head += [f"{name}: {value}" for name, value in headers]
    connection = _client["socket"]
    if connection is None:
        host, _, port = os.environ["AWS_LAMBDA_RUNTIME_API"].rpartition(":")
        connection = _client["socket"] = socket.create_connection((host, int(port)))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        connection.sendall(("\r\n".join(head) + "\r\n\r\n").encode("utf-8") + body)
        return _answer(connection)
    except BaseException:
        _client["socket"] = None
        connection.close()
        raise


def _answer(connection):
    data = b""
    while b"\r\n\r\n" not in data:
        data += _more(connection)
    head, _, body = data.partition(b"\r\n\r\n")
    first, *lines = head.decode("utf-8").split("\r\n")
    headers = {}
    for line in lines:
        name, _, value = line.partition(":")
        headers[name] = value.strip()
    pieces, missing = [body], int(headers["Content-Length"]) - len(body)
    while missing > 0:
        pieces.append(_more(connection))
        missing -= len(pieces[-1])
    return int(first.split(" ")[1]), headers, b"".join(pieces)


def _more(connection):
    data = connection.recv(262144)
    if not data:
        raise RuntimeError("The Runtime API has closed the connection")
    return data
