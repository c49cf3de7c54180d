"""aws-chunked bodies: the documentation's own examples, every way to cut them, and what breaks them."""

from __future__ import annotations

import hashlib
import hmac

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ruststack.core.errors import ServiceError
from ruststack.protocol.aws_chunked import AwsChunkedDecoder, decoder_for, is_chunked

UNSIGNED = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"
SIGNED = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
CRC = "x-amz-checksum-crc32"


def decode(decoder: AwsChunkedDecoder, *pieces: bytes) -> bytes:
    payload = b"".join(b"".join(decoder.feed(piece)) for piece in pieces)
    decoder.finish()
    return payload


def refusal(decoder: AwsChunkedDecoder, body: bytes) -> ServiceError:
    with pytest.raises(ServiceError) as caught:
        decode(decoder, body)
    return caught.value


class DocumentedVerifier:
    """Signs as the documentation's example: 66,560 letters a, in three chunks."""

    def __init__(self) -> None:
        key = b"AWS4wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
        for step in ("20130524", "us-east-1", "s3", "aws4_request"):
            key = hmac.digest(key, step.encode(), "sha256")
        self.key = key
        self.previous = "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9"
        self.asked = 0

    def _expects(self, kind: str, *hashes: str) -> str:
        lines = (kind, "20130524T000000Z", "20130524/us-east-1/s3/aws4_request", self.previous, *hashes)
        return hmac.new(self.key, "\n".join(lines).encode(), "sha256").hexdigest()

    def chunk(self, signature: str, payload_sha256: str) -> bool:
        self.asked += 1
        expected = self._expects("AWS4-HMAC-SHA256-PAYLOAD", hashlib.sha256().hexdigest(), payload_sha256)
        self.previous = signature
        return signature == expected

    def trailer(self, signature: str, trailer_sha256: str) -> bool:
        return signature == self._expects("AWS4-HMAC-SHA256-TRAILER", trailer_sha256)


DOCUMENTED = (
    b"10000;chunk-signature=ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648\r\n"
    + b"a" * 65536
    + b"\r\n"
    b"400;chunk-signature=0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497\r\n" + b"a" * 1024 + b"\r\n"
    b"0;chunk-signature=b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9\r\n\r\n"
)


def test_the_documented_example_decodes_and_verifies():
    verifier = DocumentedVerifier()
    assert decode(decoder_for(SIGNED, 66560, verifier=verifier), DOCUMENTED) == b"a" * 66560
    assert verifier.asked == 3


def test_a_changed_payload_breaks_the_chunks_signature():
    body = DOCUMENTED.replace(b"aaaa\r\n400", b"aaab\r\n400")
    error = refusal(decoder_for(SIGNED, 66560, verifier=DocumentedVerifier()), body)
    assert (error.code, error.status) == ("SignatureDoesNotMatch", 403)


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_any_cut_gives_the_same_payload(data):
    size = data.draw(st.integers(0, 300))
    payload = data.draw(st.binary(min_size=size, max_size=size))
    body = (f"{size:x}\r\n".encode() + payload + b"\r\n" if size else b"") + b"0\r\n" + f"{CRC}:abc=\r\n\r\n".encode()
    cuts = sorted(data.draw(st.lists(st.integers(0, len(body)), max_size=8)))
    pieces = [body[start:end] for start, end in zip([0, *cuts], [*cuts, len(body)], strict=True)]
    decoder = decoder_for(UNSIGNED, size, CRC)
    assert decode(decoder, *pieces) == payload
    assert decoder.trailers == {CRC: "abc="}


@given(st.binary(max_size=200))
@settings(max_examples=200, deadline=None)
def test_noise_is_refused_as_aws_does(noise):
    decoder = decoder_for(UNSIGNED, None)
    try:
        decode(decoder, noise)
    except ServiceError as error:
        assert error.code in ("IncompleteBody", "MalformedTrailerError", "InvalidChunkSizeError")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"5\r\nhello\r\n",
        b"5\r\nhello\r\n0\r\n",
        b"5\r\nhello0\r\n\r\n",
        b"3\r\nhello\r\n0\r\n\r\n",
        b"x\r\nhello\r\n0\r\n\r\n",
        b"-5\r\nhello\r\n0\r\n\r\n",
        b"5\nhello\n0\n\n",
        b"5\r\nhello\r\n0\r\n\r\nmore",
        b"a" * 10000,
    ],
)
def test_broken_framing_is_an_incomplete_body(body):
    error = refusal(decoder_for(UNSIGNED, 5), body)
    assert (error.code, error.status, error.message) == (
        "IncompleteBody",
        400,
        "The request body terminated unexpectedly",
    )


def test_a_signed_body_needs_its_signatures():
    assert refusal(decoder_for(SIGNED, 5), b"5\r\nhello\r\n0\r\n\r\n").code == "IncompleteBody"


@pytest.mark.parametrize("declared", [3, 7])
def test_a_lying_length_tells_both_numbers(declared):
    error = refusal(decoder_for(UNSIGNED, declared), b"5\r\nhello\r\n0\r\n\r\n")
    assert error.code == "IncompleteBody"
    assert error.members == {"NumberBytesExpected": declared, "NumberBytesProvided": 5}


def test_only_the_last_chunk_may_be_small():
    error = refusal(decoder_for(UNSIGNED, 10), b"5\r\nhello\r\n5\r\nhello\r\n0\r\n\r\n")
    assert (error.code, error.status) == ("InvalidChunkSizeError", 403)
    assert error.members == {"Chunk": 2, "BadChunkSize": 5}
    big = b"2000\r\n" + b"a" * 8192 + b"\r\n1\r\nb\r\n0\r\n\r\n"
    assert len(decode(decoder_for(UNSIGNED, 8193), big)) == 8193


@pytest.mark.parametrize(
    ("promised", "trailer"),
    [
        (CRC, b""),
        ("", b"x-amz-checksum-crc32:abc=\r\n"),
        (CRC, b"x-amz-checksum-sha1:abc=\r\n"),
        (CRC, b"x-amz-checksum-crc32abc=\r\n"),
        (CRC, b":abc=\r\n"),
        (CRC, b"x-amz-checksum-crc32:a\r\nx-amz-checksum-crc32:b\r\n"),
    ],
)
def test_trailers_are_those_promised_and_well_formed(promised, trailer):
    error = refusal(decoder_for(UNSIGNED, 5, promised), b"5\r\nhello\r\n0\r\n" + trailer + b"\r\n")
    assert (error.code, error.status) == ("MalformedTrailerError", 400)


def test_no_trailer_at_all_is_fine_when_none_was_promised():
    assert decode(decoder_for(UNSIGNED, 5), b"5\r\nhello\r\n0\r\n\r\n") == b"hello"


def test_a_documented_line_feed_after_the_trailer_is_tolerated():
    decoder = decoder_for(UNSIGNED, 0, CRC)
    assert decode(decoder, b"0\r\nx-amz-checksum-crc32:abc=\n\r\n\r\n") == b""
    assert decoder.trailers == {CRC: "abc="}


def test_signed_trailers_need_a_signature():
    form = SIGNED + "-TRAILER"
    zero = b"0;chunk-signature=" + b"0" * 64 + b"\r\n"
    assert refusal(decoder_for(form, 0, CRC), zero + f"{CRC}:abc=\r\n\r\n".encode()).code == "MalformedTrailerError"
    good = zero + f"{CRC}:abc=\r\nx-amz-trailer-signature:{'0' * 64}\r\n\r\n".encode()
    assert decode(decoder_for(form, 0, CRC), good) == b""


def test_framing_is_told_by_either_header():
    assert is_chunked(UNSIGNED, "")
    assert is_chunked("UNSIGNED-PAYLOAD", "gzip, aws-chunked")
    assert not is_chunked("UNSIGNED-PAYLOAD", "gzip")
    assert not is_chunked("0" * 64, "gzip, aws-chunked")
