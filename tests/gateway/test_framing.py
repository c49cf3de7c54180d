"""aws-chunked bodies: the documented example of signed chunks, and what is recognised as one."""

from __future__ import annotations

import pytest

from ruststack.core.blobs import EMPTY
from ruststack.core.errors import ServiceError
from ruststack.core.http import Request
from ruststack.gateway.framing import ChunkSignatures, decoder_of
from ruststack.gateway.identify import caller_of
from ruststack.gateway.sign import Signature

# Source: "Signature Calculations for the Authorization Header: Transferring Payload in Multiple Chunks", S3 API
# reference: 65 KB of the letter a, in chunks of 64 KB.
SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
SEED = Signature(
    caller_of("AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request"),
    "",
    "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9",
    "20130524T000000Z",
    "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
)
CHUNKS = [
    (65536, "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648"),
    (1024, "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497"),
    (0, "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9"),
]


def framed(letter: bytes = b"a") -> bytes:
    return b"".join(b"%x;chunk-signature=%b\r\n%b\r\n" % (size, sig.encode(), letter * size) for size, sig in CHUNKS)


def decoder():
    headers = {
        "x-amz-content-sha256": "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
        "content-encoding": "aws-chunked",
        "x-amz-decoded-content-length": "66560",
    }
    return decoder_of(Request("PUT", "/b/k", [], headers, EMPTY), ChunkSignatures(SEED, SECRET))


@pytest.mark.parametrize("step", [1_000, 66_000, 1_000_000])
def test_the_documented_chunks_are_accepted_however_they_arrive(step):
    taking, data = decoder(), framed()
    body = b"".join(piece for at in range(0, len(data), step) for piece in taking.feed(data[at : at + step]))
    assert taking.finish() == {}
    assert body == b"a" * 66560


def test_a_changed_chunk_is_refused():
    with pytest.raises(ServiceError) as caught:
        decoder().feed(framed(b"b"))
    assert caught.value.code == "SignatureDoesNotMatch"


@pytest.mark.parametrize(
    "headers, is_framed",
    [
        ({"content-encoding": "aws-chunked"}, True),
        ({"content-encoding": "gzip, aws-chunked"}, True),
        ({"x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER"}, True),
        ({"content-encoding": "gzip"}, False),
        ({"x-amz-content-sha256": "UNSIGNED-PAYLOAD"}, False),
        ({"transfer-encoding": "chunked"}, False),
        ({}, False),
    ],
)
def test_framing_is_told_by_either_header(headers, is_framed):
    assert (decoder_of(Request("PUT", "/b/k", [], headers, EMPTY), None) is not None) is is_framed
