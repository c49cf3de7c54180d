from __future__ import annotations

import pytest

from ruststack.core.blobs import MemoryBlob
from ruststack.core.http import Request
from ruststack.services.s3 import service

INDEX = {"IndexDocument": {"Suffix": "index.html"}}
HOST = "bucket.s3-website.localhost:4566"


def set_site(s3, bucket, **more):
    s3.PutBucketWebsite(Bucket=bucket, WebsiteConfiguration={**INDEX, **more})


def rule(redirect, **condition):
    return {"Redirect": redirect, **({"Condition": condition} if condition else {})}


@pytest.fixture
def site(s3, open_bucket):
    """A website with an index and a page in a folder."""
    s3.PutBucketAcl(Bucket=open_bucket, ACL="public-read")
    set_site(s3, open_bucket)
    for key in ("index.html", "docs/index.html", "page"):
        put(s3, open_bucket, key)
    return open_bucket


def put(s3, bucket, key, **req):
    s3.PutObject(
        Bucket=bucket, Key=key, Body=MemoryBlob(key.encode()), ContentType="text/html", **{"ACL": "public-read", **req}
    )


def visit(s3, path, method="GET", **headers):
    request = Request(method, path, [], {"host": HOST, **headers}, MemoryBlob(b""))
    request.host_bucket = "bucket"
    return service.intercept(s3.as_account(None).context(), request)


def body(response) -> bytes:
    return response.body if isinstance(response.body, bytes) else response.body.read()


def header(response, name):
    return dict(response.headers).get(name)


@pytest.mark.parametrize(
    ("configuration", "code", "members"),
    [
        ({}, "InvalidArgument", {"ArgumentName": "IndexDocument", "ArgumentValue": "null"}),
        (
            {"IndexDocument": {"Suffix": "/index.html"}},
            "InvalidArgument",
            {"ArgumentName": "IndexDocument", "ArgumentValue": "/index.html"},
        ),
        (
            {"RedirectAllRequestsTo": {"HostName": "a"}, **INDEX},
            "InvalidArgument",
            {"ArgumentName": "RedirectAllRequestsTo", "ArgumentValue": "not null"},
        ),
        ({"RedirectAllRequestsTo": {"HostName": "a", "Protocol": "ftp"}}, "InvalidRequest", {}),
        ({"RedirectAllRequestsTo": {}}, "MalformedXML", {}),
        ({**INDEX, "ErrorDocument": {}}, "MalformedXML", {}),
        ({**INDEX, "RoutingRules": []}, "MalformedXML", {}),
        ({**INDEX, "RoutingRules": [{}]}, "MalformedXML", {}),
        ({**INDEX, "RoutingRules": [{"Redirect": {}, "Condition": {}}]}, "InvalidRequest", {}),
        (
            {**INDEX, "RoutingRules": [rule({"ReplaceKeyWith": "a", "ReplaceKeyPrefixWith": "b"})]},
            "InvalidRequest",
            {},
        ),
        ({**INDEX, "RoutingRules": [rule({"Protocol": "ftp"})]}, "InvalidRequest", {}),
    ],
)
def test_what_is_wrong_with_a_configuration(s3, bucket, refused, configuration, code, members):
    error = refused(s3.PutBucketWebsite, Bucket=bucket, WebsiteConfiguration=configuration)
    assert (error.code, error.members) == (code, members)


def test_a_configuration_comes_and_goes(s3, bucket, refused):
    set_site(s3, bucket)
    assert s3.GetBucketWebsite(Bucket=bucket) == INDEX
    s3.DeleteBucketWebsite(Bucket=bucket)
    assert refused(s3.GetBucketWebsite, Bucket=bucket).code == "NoSuchWebsiteConfiguration"


@pytest.mark.parametrize(("path", "key"), [("/", "index.html"), ("/docs/", "docs/index.html"), ("/page", "page")])
def test_a_folder_has_an_index(s3, site, path, key):
    response = visit(s3, path)
    assert (response.status, body(response)) == (200, key.encode())
    assert header(response, "Content-Type") == "text/html"
    assert header(response, "Last-Modified") == "Tue, 14 Nov 2023 22:13:20 GMT"


def test_a_folder_without_its_slash_is_redirected(s3, site):
    response = visit(s3, "/docs")
    assert (response.status, header(response, "Location")) == (302, "/docs/")


def test_a_missing_page_is_an_error_in_html(s3, site):
    response = visit(s3, "/nothing")
    assert response.status == 404
    assert b"<li>Code: NoSuchKey</li>" in body(response)
    assert header(response, "x-amz-error-detail-Key") == "nothing"


def test_markup_in_a_key_stays_text(s3, site):
    assert b"<b>" not in body(visit(s3, "/%3Cb%3E"))


def test_a_private_page_is_forbidden(s3, site):
    put(s3, site, "secret", ACL="private")
    assert visit(s3, "/secret").status == 403


def test_the_error_document_comes_with_the_errors_status(s3, site):
    set_site(s3, site, ErrorDocument={"Key": "page"})
    response = visit(s3, "/nothing")
    assert (response.status, body(response)) == (404, b"page")


def test_a_missing_error_document_is_told(s3, site):
    set_site(s3, site, ErrorDocument={"Key": "gone"})
    assert b"An Error Occurred While Attempting to Retrieve a Custom Error Document" in body(visit(s3, "/nothing"))


def test_an_object_may_redirect(s3, site):
    put(s3, site, "old", WebsiteRedirectLocation="/page")
    response = visit(s3, "/old")
    assert (response.status, header(response, "Location")) == (301, "/page")


def test_all_visitors_may_be_redirected(s3, site):
    everything = {"HostName": "example.com", "Protocol": "https"}
    s3.PutBucketWebsite(Bucket=site, WebsiteConfiguration={"RedirectAllRequestsTo": everything})
    response = visit(s3, "/a/b")
    assert (response.status, header(response, "Location")) == (301, "https://example.com/a/b")


@pytest.mark.parametrize(
    ("routing", "path", "status", "place"),
    [
        (rule({"ReplaceKeyPrefixWith": "new/"}, KeyPrefixEquals="old/"), "/old/a", 301, f"http://{HOST}/new/a"),
        (rule({"ReplaceKeyWith": "page"}, KeyPrefixEquals="old/"), "/old/a", 301, f"http://{HOST}/page"),
        (rule({"HostName": "a", "HttpRedirectCode": "302"}, KeyPrefixEquals="x"), "/x", 302, "http://a/x"),
        (rule({"HostName": "a"}, HttpErrorCodeReturnedEquals="404"), "/nothing", 301, "http://a/nothing"),
    ],
)
def test_routing_rules_send_visitors_elsewhere(s3, site, routing, path, status, place):
    set_site(s3, site, RoutingRules=[routing])
    response = visit(s3, path)
    assert (response.status, header(response, "Location")) == (status, place)


def test_a_rule_for_an_error_leaves_good_pages_alone(s3, site):
    set_site(s3, site, RoutingRules=[rule({"HostName": "a"}, HttpErrorCodeReturnedEquals="404")])
    assert visit(s3, "/page").status == 200


def test_a_bucket_without_a_site_has_none(s3, bucket):
    assert b"NoSuchWebsiteConfiguration" in body(visit(s3, "/"))


def test_a_website_is_only_read(s3, site):
    assert visit(s3, "/page", "PUT").status == 405


def test_a_page_that_the_visitor_has_is_not_sent_again(s3, site):
    etag = header(visit(s3, "/page"), "ETag")
    assert visit(s3, "/page", **{"if-none-match": etag}).status == 304
