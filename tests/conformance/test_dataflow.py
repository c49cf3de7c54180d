"""Which values flow from an answer into a later request."""

from conformance.exchange import Exchange, Request, Response
from conformance.record.dataflow import infer

UPLOAD = "m3krghfNoFsNV6uFroXZaqlCMuSQwsWkGPCaJEzCEc0Q"


def exchange(number, target="/b/k", *, sent=(), body=b"", answer=(), said=b""):
    return Exchange(number, "", "main", Request("GET", target, sent, body), Response(200, "OK", answer, said))


def test_an_upload_id_flows_from_a_body_into_queries():
    minted = exchange(1, "/b/k?uploads", said=f"<R><Bucket>b</Bucket><UploadId>{UPLOAD}</UploadId></R>".encode())
    (binding,) = infer(
        (minted, exchange(2, f"/b/k?uploadId={UPLOAD}"), exchange(3), exchange(4, f"/?uploadId={UPLOAD}"))
    )
    assert (binding.name, binding.value, binding.source) == ("upload-id:1", UPLOAD, 1)
    assert binding.where == "body R/UploadId"
    assert binding.uses == (2, 4)


def test_an_etag_flows_from_a_header_into_a_body_and_a_header():
    tag = "a67b5d4b6a1b2d0da9351cb1f9170de7"
    used = exchange(2, body=f'<C><ETag>"{tag}"</ETag></C>'.encode())
    (binding,) = infer(
        (exchange(1, answer=(("ETag", f'"{tag}"'),)), used, exchange(3, sent=(("If-Match", f'"{tag}"'),)))
    )
    assert (binding.name, binding.where, binding.uses) == ("etag:1", "header ETag", (2, 3))


def test_an_encoded_token_is_recognised():
    token = "abc+/def=ghijklmnop=="
    minted = exchange(1, said=f"<L><NextContinuationToken>{token}</NextContinuationToken></L>".encode())
    encoded = "abc%2B%2Fdef%3Dghijklmnop%3D%3D"
    assert infer((minted, exchange(2, f"/b?continuation-token={encoded}")))[0].uses == (2,)


def test_a_version_in_a_copy_source_is_recognised():
    version = "T3x8.0_Qk3wD9aBcDeFgHiJkLmNoPqRs"
    used = exchange(2, sent=(("x-amz-copy-source", f"b/k?versionId={version}"),))
    assert infer((exchange(1, answer=(("x-amz-version-id", version),)), used))[0].name == "version-id:1"


def test_what_the_client_chose_is_not_bound():
    said = b"<L><Key>some-long-key-name-of-mine</Key></L>"
    first = exchange(1, "/b/some-long-key-name-of-mine")
    assert infer((first, exchange(2, said=said), exchange(3, "/b/some-long-key-name-of-mine"))) == ()


def test_what_nobody_uses_is_not_bound():
    assert infer((exchange(1, answer=(("x-amz-request-id", "ABCDEFGHIJKLMNOP"),)), exchange(2))) == ()


def test_plain_words_and_short_values_are_not_bound():
    answer = (("x-amz-storage-class", "STANDARD"), ("x-amz-mp-parts-count", "3"))
    assert infer((exchange(1, answer=answer), exchange(2, "/b/STANDARD?partNumber=3"))) == ()


def test_a_short_value_inside_a_longer_text_is_not_bound():
    assert infer((exchange(1, answer=(("x-amz-id", "abc-123"),)), exchange(2, "/b/xabc-123x"))) == ()


def test_each_value_is_bound_once_and_numbered_by_kind():
    first = exchange(1, answer=(("x-amz-version-id", "v1" * 16),))
    second = exchange(2, answer=(("x-amz-version-id", "v2" * 16),))
    again = exchange(3, f"/b/k?versionId={'v1' * 16}", answer=(("x-amz-version-id", "v1" * 16),))
    names = [each.name for each in infer((first, second, again, exchange(4, f"/b/k?versionId={'v2' * 16}")))]
    assert names == ["version-id:1", "version-id:2"]


def test_an_answer_to_head_has_no_body_to_bind_from():
    head = Exchange(1, "", "main", Request("HEAD", "/b"), Response(200, "OK", (), b"<A>abcdefgh-1234567890</A>"))
    assert infer((head, exchange(2, "/b?x=abcdefgh-1234567890"))) == ()
