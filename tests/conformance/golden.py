"""A small recording with AWS's shapes, on which faults are planted."""

from conformance.exchange import Exchange, Recording, Request, Response, Source

V1, V2 = "3HL4kqtJlcpXroDTDmJ.rmSpXd3dIbrH", "QUpfdndhfd8438MNFDN93jdnJFkdmqnh"
IDS = (
    ("x-amz-id-2", "eftixk72aD6Ap51TnqcoF8eFidJG9Z/2mkiDFu8yU9AS1ed4OpIszj7UDNEHGran"),
    ("x-amz-request-id", "318BC8BC148832E5"),
)
DATE = ("Date", "Wed, 28 Oct 2026 22:32:00 GMT")
SERVER = ("Server", "AmazonS3")
XMLNS = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'

LISTING = f"""<?xml version="1.0" encoding="UTF-8"?>
<ListVersionsResult {XMLNS}><Name>b</Name><Prefix></Prefix><MaxKeys>2</MaxKeys><IsTruncated>false</IsTruncated>\
<Version><Key>a</Key><VersionId>{V1}</VersionId><IsLatest>true</IsLatest><Size>3</Size>\
<LastModified>2026-10-28T22:32:00.000Z</LastModified><ETag>"900150983cd24fb0d6963f7d28e17f72"</ETag></Version>\
<Version><Key>b</Key><VersionId>{V2}</VersionId><IsLatest>false</IsLatest><Size>4</Size>\
<LastModified>2026-10-28T22:32:01.000Z</LastModified><ETag>"e2fc714c4727ee9395f324cd2e7f331f"</ETag></Version>\
</ListVersionsResult>""".encode()

ERROR = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>InvalidRange</Code><Message>The requested range is not '
    b"satisfiable</Message><RangeRequested>bytes=9-</RangeRequested><ActualObjectSize>3</ActualObjectSize>"
    b"<RequestId>318BC8BC148832E6</RequestId>"
    b"<HostId>eftixk72aD6Ap51TnqcoF8eFidJG9Z/2mkiDFu8yU9AS1ed4OpIszj7UDNEHGran</HostId></Error>"
)

ITEM = b'{"Item":{"id":{"S":"a"},"n":{"N":"1"},"on":{"BOOL":true}},"Count":1,"Names":["x","y"]}'


def answer(status, reason, headers=(), body=b"", ids=IDS):
    length = (("Content-Length", str(len(body))),) if body else ()
    return Response(status, reason, (*ids, DATE, SERVER, *headers, *length), body)


def ids(number):
    return (IDS[0], ("x-amz-request-id", f"318BC8BC148832E{number}"))


def exchange(number, operation, method, target, response):
    return Exchange(number, operation, "main", Request(method, target, (("Host", "s3.amazonaws.com"),)), response)


XML, OCTETS = ("Content-Type", "application/xml"), ("Content-Type", "binary/octet-stream")
TAG = ("ETag", '"900150983cd24fb0d6963f7d28e17f72"')
MODIFIED = ("Last-Modified", "Wed, 28 Oct 2026 22:32:00 GMT")

EXCHANGES = (
    exchange(1, "s3.PutObject", "PUT", "/b/a", answer(200, "OK", (TAG, ("x-amz-version-id", V1)), ids=ids(1))),
    exchange(2, "s3.PutObject", "PUT", "/b/b", answer(200, "OK", (TAG, ("x-amz-version-id", V2)), ids=ids(2))),
    exchange(
        3,
        "s3.GetObject",
        "GET",
        "/b/a",
        answer(206, "Partial Content", (TAG, MODIFIED, OCTETS, ("Content-Range", "bytes 0-2/3")), b"abc", ids(3)),
    ),
    exchange(
        4,
        "s3.HeadObject",
        "HEAD",
        "/b/a",
        answer(200, "OK", (TAG, MODIFIED, OCTETS, ("Content-Length", "3")), ids=ids(4)),
    ),
    exchange(5, "s3.ListObjectVersions", "GET", "/b?versions", answer(200, "OK", (XML,), LISTING, ids(5))),
    exchange(6, "s3.GetObject", "GET", "/b/a", answer(416, "Requested Range Not Satisfiable", (XML,), ERROR, ids(6))),
    exchange(7, "s3.DeleteObject", "DELETE", "/b/a", answer(204, "No Content", ids=ids(7))),
    exchange(
        8, "dynamodb.GetItem", "POST", "/", answer(200, "OK", (("Content-Type", "application/json"),), ITEM, ids(8))
    ),
)


def recording(kind="aws", exchanges=EXCHANGES):
    source = Source(kind, "", "us-east-1", "2026-10-28", "boto3", kind == "aws")
    return Recording("s3/golden", "Golden", source, {"main": "000000000000"}, (), exchanges)
