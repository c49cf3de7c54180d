"""mitmproxy's flow files (``mitmdump -w``, mitmweb's *Save*): of every version that the installed mitmproxy can read.

HTTP/2 becomes HTTP/1.1: the authority is a Host header, and the status has its usual phrase. An ``Expect`` is gone:
mitmproxy answers it, and takes it away before it keeps the request.
"""

from __future__ import annotations

import ipaddress
from dataclasses import replace
from typing import BinaryIO

from mitmproxy import exceptions, http
from mitmproxy.io import FlowReader

from conformance.hosts import is_aws_host
from conformance.interchange.taken import NO_BODY, NO_HTTP, BadFile, Taken, phrase
from conformance.record.capture import Captured, captured_of, chain_of


def read(file: BinaryIO) -> Taken:
    """Raises BadFile."""
    taken = Taken()
    try:
        for flow in FlowReader(file).stream():
            _take(taken, flow)
    except exceptions.FlowReadException as error:
        kept = len(taken.captured)
        after = f" after {kept} exchange{'' if kept == 1 else 's'}" if kept else ""
        raise BadFile(f"it is no mitmproxy flow file{after}: {error}") from error
    taken.captured.sort(key=lambda each: each.at)
    return taken


def _take(taken: Taken, flow: object) -> None:
    if not isinstance(flow, http.HTTPFlow) or flow.websocket is not None:
        taken.dropped[NO_HTTP] += 1
    elif flow.request.raw_content is None or (flow.response and flow.response.raw_content is None):
        taken.dropped[NO_BODY] += 1
    else:
        host = _host(flow)
        chain = chain_of(flow)
        if chain:
            taken.certificates[host] = chain
        taken.captured.append(_captured(flow, host))


def _captured(flow: http.HTTPFlow, host: str) -> Captured:
    captured = captured_of(flow)
    request, response = captured.request, captured.response
    if request.header("host") is None:
        request = replace(request, headers=(("Host", _authority(flow)), *request.headers))
    if response is not None:
        response = replace(response, reason=response.reason or phrase(response.status))
    origin = f"{flow.request.scheme}://{f'[{host}]' if ':' in host else host}:{flow.request.port}"
    return replace(captured, request=request, response=response, origin=origin)


def _authority(flow: http.HTTPFlow) -> str:
    return flow.request.authority or flow.request.pretty_host


def _host(flow: http.HTTPFlow) -> str:
    """The server's name. A transparent proxy knows the address alone, and a reverse one is called by its own name."""
    told = flow.request.pretty_host
    return told if is_aws_host(told) or _is_address(flow.request.host) else flow.request.host


def _is_address(host: str) -> bool:
    try:
        return not ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
