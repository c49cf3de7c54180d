"""Static websites: the configuration, and what the website endpoint serves."""

from __future__ import annotations

from typing import Any

from conformance.scenarios import Driver, scenario

INDEX: dict[str, Any] = {"IndexDocument": {"Suffix": "index.html"}}


@scenario("s3/website_configuration")
def website_configuration(t: Driver) -> None:
    """The website configuration comes back as it was put; none is NoSuchWebsiteConfiguration."""
    s3 = t.client()
    bucket = t.bucket()
    t.fails("NoSuchWebsiteConfiguration", s3.get_bucket_website, Bucket=bucket)
    rule = {"Condition": {"KeyPrefixEquals": "old/"}, "Redirect": {"ReplaceKeyPrefixWith": "new/"}}
    full = {**INDEX, "ErrorDocument": {"Key": "error.html"}, "RoutingRules": [rule]}
    s3.put_bucket_website(Bucket=bucket, WebsiteConfiguration=full)
    s3.get_bucket_website(Bucket=bucket)
    t.step("redirect everything")
    away = {"RedirectAllRequestsTo": {"HostName": "example.com", "Protocol": "https"}}
    s3.put_bucket_website(Bucket=bucket, WebsiteConfiguration=away)
    s3.get_bucket_website(Bucket=bucket)
    s3.delete_bucket_website(Bucket=bucket)
    t.fails("NoSuchWebsiteConfiguration", s3.get_bucket_website, Bucket=bucket)


@scenario("s3/website_configuration_refused")
def website_configuration_refused(t: Driver) -> None:
    """Contradictory or incomplete website configurations each have their message."""
    s3 = t.client()
    bucket = t.bucket()

    def refuse(code: str, **wrong: Any) -> None:
        t.fails(code, s3.put_bucket_website, Bucket=bucket, WebsiteConfiguration=wrong)

    t.step("nothing")
    refuse("InvalidArgument")
    t.step("a slash in the suffix")
    refuse("InvalidArgument", IndexDocument={"Suffix": "/index.html"})
    t.step("redirect and index")
    refuse("InvalidArgument", RedirectAllRequestsTo={"HostName": "example.com"}, **INDEX)
    t.step("unknown protocol")
    refuse("InvalidRequest", RedirectAllRequestsTo={"HostName": "example.com", "Protocol": "ftp"})
    t.step("two replacements")
    both = {"Redirect": {"ReplaceKeyWith": "a", "ReplaceKeyPrefixWith": "b"}}
    refuse("InvalidRequest", **INDEX, RoutingRules=[both])
    t.step("an empty condition")
    refuse("InvalidRequest", **INDEX, RoutingRules=[{"Condition": {}, "Redirect": {"ReplaceKeyWith": "a"}}])
    t.step("no rules in the list")
    refuse("MalformedXML", **INDEX, RoutingRules=[])


def site(t: Driver, *, is_listable: bool = True, **configuration: Any) -> str:
    """A public bucket with a website configuration and a few pages."""
    s3 = t.client()
    bucket = t.bucket(ObjectOwnership="ObjectWriter")
    s3.delete_public_access_block(Bucket=bucket)
    if is_listable:
        # Without the right to list, a missing page is forbidden instead of missing.
        s3.put_bucket_acl(Bucket=bucket, ACL="public-read")
    s3.put_bucket_website(Bucket=bucket, WebsiteConfiguration=configuration)
    for key in ("index.html", "error.html", "sub/index.html", "new/page.html"):
        s3.put_object(Bucket=bucket, Key=key, Body=f"<p>{key}</p>".encode(), ContentType="text/html", ACL="public-read")
    return bucket


def visit(t: Driver, bucket: str, path: str, method: str = "GET", **headers: str) -> None:
    """A browser's request to the bucket's website endpoint."""
    t.raw(method, path, host=t.website(bucket), account=None, headers=headers)


@scenario("s3/website_pages")
def website_pages(t: Driver) -> None:
    """The website serves the index for a folder, redirects to the folder's slash, and the error page for the rest."""
    bucket = site(t, **INDEX, ErrorDocument={"Key": "error.html"})
    visit(t, bucket, "/")
    visit(t, bucket, "/sub/")
    visit(t, bucket, "/sub")
    visit(t, bucket, "/new/page.html")
    visit(t, bucket, "/missing")
    visit(t, bucket, "/", method="HEAD")


@scenario("s3/website_without_error_page")
def website_without_error_page(t: Driver) -> None:
    """Without an error document the website answers with AWS's own HTML page."""
    bucket = site(t, **INDEX)
    visit(t, bucket, "/missing")
    visit(t, t.name("no-bucket"), "/")


@scenario("s3/website_not_configured")
def website_not_configured(t: Driver) -> None:
    """A bucket without a website configuration answers so, in HTML."""
    visit(t, t.bucket(), "/")


@scenario("s3/website_redirects")
def website_redirects(t: Driver) -> None:
    """Routing rules redirect by prefix or by error code; an object may redirect by itself."""
    moved = {"Condition": {"KeyPrefixEquals": "old/"}, "Redirect": {"ReplaceKeyPrefixWith": "new/"}}
    lost = {
        "Condition": {"HttpErrorCodeReturnedEquals": "404"},
        "Redirect": {"HostName": "example.com", "HttpRedirectCode": "307", "Protocol": "https"},
    }
    bucket = site(t, **INDEX, RoutingRules=[moved, lost])
    t.client().put_object(Bucket=bucket, Key="own", WebsiteRedirectLocation="/index.html", ACL="public-read")
    visit(t, bucket, "/old/page.html")
    visit(t, bucket, "/missing")
    visit(t, bucket, "/own")


@scenario("s3/website_redirects_everything")
def website_redirects_everything(t: Driver) -> None:
    """RedirectAllRequestsTo sends every request to the other host, with its path."""
    bucket = site(t, RedirectAllRequestsTo={"HostName": "example.com", "Protocol": "https"})
    visit(t, bucket, "/")
    visit(t, bucket, "/a/b")


@scenario("s3/website_not_listable")
def website_not_listable(t: Driver) -> None:
    """Where the public may not list the bucket, a missing page is forbidden; the folder redirect still works."""
    bucket = site(t, is_listable=False, **INDEX)
    visit(t, bucket, "/sub")
    visit(t, bucket, "/missing")
