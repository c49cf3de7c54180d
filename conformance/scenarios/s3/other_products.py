"""What belongs to other products: directory buckets, Object Lambda, S3 Tables' metadata, annotations."""

from __future__ import annotations

from conformance.scenarios import Driver, scenario


@scenario("s3/other_products")
def other_products(t: Driver) -> None:
    """Operations of separate products are answered plainly as not there, never as done."""
    bucket = t.bucket()
    t.client().put_object(Bucket=bucket, Key="k", Body=b"x")
    t.raw("PUT", f"/{bucket}/k?renameObject", headers={"x-amz-rename-source": f"/{bucket}/k"})
    t.raw("GET", f"/{bucket}?session")
    t.raw("GET", f"/{bucket}?metadataTable")
    t.raw("GET", f"/{bucket}?metadataConfiguration")
