"""Buckets themselves: create, find, list, delete; whose they are and where they live."""

from __future__ import annotations

from conformance.scenarios import Driver, scenario


@scenario("s3/bucket_life")
def bucket_life(t: Driver) -> None:
    """A bucket is created, found, located, listed and deleted."""
    s3 = t.client()
    bucket = t.bucket()
    s3.head_bucket(Bucket=bucket)
    s3.get_bucket_location(Bucket=bucket)
    s3.list_buckets()
    s3.delete_bucket(Bucket=bucket)
    t.step("gone")
    t.fails("404", s3.head_bucket, Bucket=bucket)
    t.fails("NoSuchBucket", s3.delete_bucket, Bucket=bucket)


@scenario("s3/bucket_missing")
def bucket_missing(t: Driver) -> None:
    """Every kind of operation on a bucket that is not there answers NoSuchBucket, whatever else is wrong."""
    s3 = t.client()
    bucket = t.bucket_name()
    t.fails("NoSuchBucket", s3.list_objects_v2, Bucket=bucket)
    t.fails("NoSuchBucket", s3.list_objects, Bucket=bucket)
    t.fails("NoSuchBucket", s3.list_object_versions, Bucket=bucket)
    t.fails("NoSuchBucket", s3.list_multipart_uploads, Bucket=bucket)
    t.fails("NoSuchBucket", s3.get_object, Bucket=bucket, Key="k")
    t.fails("NoSuchBucket", s3.put_object, Bucket=bucket, Key="k", Body=b"x")
    t.fails("NoSuchBucket", s3.delete_object, Bucket=bucket, Key="k")
    t.fails("NoSuchBucket", s3.delete_objects, Bucket=bucket, Delete={"Objects": [{"Key": "k"}]})
    t.fails("NoSuchBucket", s3.create_multipart_upload, Bucket=bucket, Key="k")
    t.fails("404", s3.head_object, Bucket=bucket, Key="k")
    t.fails("NoSuchBucket", s3.get_bucket_location, Bucket=bucket)
    t.fails("NoSuchBucket", s3.get_bucket_acl, Bucket=bucket)
    t.fails("NoSuchBucket", s3.get_bucket_notification_configuration, Bucket=bucket)


@scenario("s3/bucket_names")
def bucket_names(t: Driver) -> None:
    """Bucket names have 3 to 63 lower-case letters, digits, dots and hyphens; others are InvalidBucketName."""
    for name in ("ab", "a" * 64, "Upper-Case", "under_score", "-starts-wrong", "ends-wrong-"):
        t.step(name[:20])
        t.raw("PUT", f"/{name}", expects="InvalidBucketName")


@scenario("s3/bucket_already_owned")
def bucket_already_owned(t: Driver) -> None:
    """Creating one's own bucket again succeeds in us-east-1; another account's name is taken."""
    s3 = t.client()
    bucket = t.bucket()
    s3.create_bucket(Bucket=bucket)
    t.step("by another account")
    t.fails("BucketAlreadyExists", t.client(account="other").create_bucket, Bucket=bucket)


@scenario("s3/bucket_already_owned_elsewhere")
def bucket_already_owned_elsewhere(t: Driver) -> None:
    """Outside us-east-1, creating one's own bucket again is BucketAlreadyOwnedByYou."""
    s3 = t.client(region="eu-west-1")
    bucket = t.bucket_name()
    where = {"LocationConstraint": "eu-west-1"}
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration=where)
    s3.get_bucket_location(Bucket=bucket)
    s3.head_bucket(Bucket=bucket)
    t.step("again")
    t.fails("BucketAlreadyOwnedByYou", s3.create_bucket, Bucket=bucket, CreateBucketConfiguration=where)


@scenario("s3/bucket_location_constraint")
def bucket_location_constraint(t: Driver) -> None:
    """The location constraint must fit the endpoint's region, and be a region."""
    east, west = t.client(region="us-east-1"), t.client(region="us-west-2")
    t.step("none given outside us-east-1")
    t.fails("IllegalLocationConstraintException", west.create_bucket, Bucket=t.bucket_name("a"))
    t.step("another region than the endpoint's")
    t.fails(
        "IllegalLocationConstraintException",
        west.create_bucket,
        Bucket=t.bucket_name("b"),
        CreateBucketConfiguration={"LocationConstraint": "eu-central-1"},
    )
    t.step("us-east-1 has no name as a constraint")
    t.fails(
        "InvalidLocationConstraint",
        east.create_bucket,
        Bucket=t.bucket_name("c"),
        CreateBucketConfiguration={"LocationConstraint": "us-east-1"},
    )
    t.step("no region at all")
    t.fails(
        "InvalidLocationConstraint",
        east.create_bucket,
        Bucket=t.bucket_name("d"),
        CreateBucketConfiguration={"LocationConstraint": "nowhere-1"},
    )


@scenario("s3/bucket_create_malformed")
def bucket_create_malformed(t: Driver) -> None:
    """A CreateBucket body that is not its schema's XML is MalformedXML; an empty configuration is taken."""
    t.raw("PUT", f"/{t.bucket_name('a')}", body=b"<CreateBucketConfiguration", expects="MalformedXML")
    t.raw("PUT", f"/{t.bucket_name('b')}", body=b"<Unknown/>", expects="MalformedXML")
    t.raw("PUT", f"/{t.bucket_name('c')}", body=b"not xml", expects="MalformedXML")
    ns = b'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'
    t.raw("PUT", f"/{t.bucket_name('d')}", body=b"<CreateBucketConfiguration " + ns + b"/>")


@scenario("s3/bucket_create_with_tags")
def bucket_create_with_tags(t: Driver) -> None:
    """CreateBucket takes tags, and refuses bad ones before the bucket exists."""
    s3 = t.client()
    bucket = t.bucket_name()
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"Tags": [{"Key": "team", "Value": "blue"}]})
    s3.get_bucket_tagging(Bucket=bucket)
    for key, value in (("aws:own", "x"), ("a,b", "x"), ("k", "x,y")):
        t.step(f"{key}={value}")
        tags = {"Tags": [{"Key": key, "Value": value}]}
        other = t.bucket_name("bad")
        t.fails("InvalidTag", s3.create_bucket, Bucket=other, CreateBucketConfiguration=tags)
        t.fails("404", s3.head_bucket, Bucket=other)


@scenario("s3/bucket_not_empty")
def bucket_not_empty(t: Driver) -> None:
    """Only an empty bucket can be deleted; old versions and delete markers count, unfinished uploads do not."""
    s3 = t.client()
    bucket = t.bucket()
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    t.fails("BucketNotEmpty", s3.delete_bucket, Bucket=bucket)
    s3.delete_object(Bucket=bucket, Key="k")
    t.step("an unfinished upload")
    s3.create_multipart_upload(Bucket=bucket, Key="k")
    s3.delete_bucket(Bucket=bucket)


@scenario("s3/bucket_not_empty_of_versions")
def bucket_not_empty_of_versions(t: Driver) -> None:
    """A versioned bucket with nothing but a delete marker is not empty, and the message says why."""
    s3 = t.client()
    bucket = t.bucket(versioned=True)
    s3.delete_object(Bucket=bucket, Key="k")
    t.fails("BucketNotEmpty", s3.delete_bucket, Bucket=bucket)


@scenario("s3/bucket_list_pages")
def bucket_list_pages(t: Driver) -> None:
    """ListBuckets pages by MaxBuckets with a token, in the order of names, and filters by prefix and region."""
    s3 = t.client()
    stem = t.name("p")[:50]
    for tail in ("-c", "-a", "-b"):
        s3.create_bucket(Bucket=stem + tail)
    t.step("pages")
    page = s3.list_buckets(MaxBuckets=2)
    s3.list_buckets(MaxBuckets=2, ContinuationToken=page.get("ContinuationToken", "none"))
    t.step("filters")
    s3.list_buckets(Prefix=stem + "-b")
    s3.list_buckets(BucketRegion="us-east-1", Prefix=stem)
    s3.list_buckets(BucketRegion="eu-west-1", Prefix=stem)
    t.step("bad sizes")
    t.raw("GET", "/?max-buckets=0")
    t.raw("GET", "/?max-buckets=10001")
    t.raw("GET", "/?max-buckets=many")
    for tail in ("-a", "-b", "-c"):
        s3.delete_bucket(Bucket=stem + tail)


@scenario("s3/bucket_of_another_account")
def bucket_of_another_account(t: Driver) -> None:
    """Another account may not list, read or delete a bucket that nobody granted to it."""
    s3, other = t.client(), t.client(account="other")
    bucket = t.bucket()
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    t.step("another account")
    t.fails("AccessDenied", other.list_objects_v2, Bucket=bucket)
    t.fails("AccessDenied", other.get_object, Bucket=bucket, Key="k")
    t.fails("AccessDenied", other.put_object, Bucket=bucket, Key="k", Body=b"y")
    t.fails("403", other.head_bucket, Bucket=bucket)
    t.fails("AccessDenied", other.delete_bucket, Bucket=bucket)
    t.step("nobody at all")
    nobody = t.client(account="anonymous")
    t.fails("AccessDenied", nobody.get_object, Bucket=bucket, Key="k")


@scenario("s3/bucket_expected_owner")
def bucket_expected_owner(t: Driver) -> None:
    """x-amz-expected-bucket-owner must be an account id, and the owner's."""
    s3 = t.client()
    bucket = t.bucket()
    me = t.credentials().access_key
    mine = me if me.isdigit() else "000000000000"
    s3.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": [{"Key": "a", "Value": "b"}]}, ExpectedBucketOwner=mine)
    s3.head_bucket(Bucket=bucket, ExpectedBucketOwner=mine)
    t.step("another account's id")
    t.fails("AccessDenied", s3.get_bucket_tagging, Bucket=bucket, ExpectedBucketOwner="000000000002")
    t.fails("AccessDenied", s3.put_object, Bucket=bucket, Key="k", ExpectedBucketOwner="000000000002")
    t.step("no account id")
    for wrong in ("0000", "abcd", "0000000000020"):
        t.fails("InvalidBucketOwnerAWSAccountID", s3.get_bucket_policy, Bucket=bucket, ExpectedBucketOwner=wrong)


@scenario("s3/bucket_other_region")
def bucket_other_region(t: Driver) -> None:
    """A bucket's answers name its region; a client of another region is told where it is."""
    west = t.client(region="us-west-2")
    bucket = t.bucket_name()
    west.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "us-west-2"})
    west.head_bucket(Bucket=bucket)
    t.step("from another region")
    t.raw("GET", f"/{bucket}?list-type=2", expects="PermanentRedirect")
    t.tries(t.client(region="us-east-1").head_bucket, Bucket=bucket)
    t.tries(t.client(region="us-east-1").get_bucket_location, Bucket=bucket)
