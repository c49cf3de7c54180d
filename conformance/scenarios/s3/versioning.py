"""Versioning: enabled and suspended, delete markers, reads and deletes by version."""

from __future__ import annotations

from conformance.scenarios import Driver, scenario


@scenario("s3/versioning_state")
def versioning_state(t: Driver) -> None:
    """A new bucket has no versioning state; Enabled and Suspended are kept, anything else is refused."""
    s3 = t.client()
    bucket = t.bucket()
    s3.get_bucket_versioning(Bucket=bucket)
    for state in ("Suspended", "Enabled", "Suspended"):
        s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": state})
        s3.get_bucket_versioning(Bucket=bucket)
    t.step("refused")
    wrong = {"Status": "Sometimes"}
    t.fails("MalformedXML", s3.put_bucket_versioning, Bucket=bucket, VersioningConfiguration=wrong)
    t.fails(
        "IllegalVersioningConfigurationException", s3.put_bucket_versioning, Bucket=bucket, VersioningConfiguration={}
    )


@scenario("s3/versioning_reads")
def versioning_reads(t: Driver) -> None:
    """Each put makes a version; a read without one gets the newest, with one exactly that."""
    s3 = t.client()
    bucket = t.bucket(versioned=True)
    first = s3.put_object(Bucket=bucket, Key="k", Body=b"one").get("VersionId", "none")
    s3.put_object(Bucket=bucket, Key="k", Body=b"two")
    s3.get_object(Bucket=bucket, Key="k")["Body"].read()
    s3.get_object(Bucket=bucket, Key="k", VersionId=first)["Body"].read()
    s3.head_object(Bucket=bucket, Key="k", VersionId=first)


@scenario("s3/versioning_delete_marker")
def versioning_delete_marker(t: Driver) -> None:
    """A delete adds a marker: reads are 404 and say so, the marker itself cannot be read, older versions can."""
    s3 = t.client()
    bucket = t.bucket(versioned=True)
    first = s3.put_object(Bucket=bucket, Key="k", Body=b"one").get("VersionId", "none")
    marker = s3.delete_object(Bucket=bucket, Key="k").get("VersionId", "none")
    t.fails("NoSuchKey", s3.get_object, Bucket=bucket, Key="k")
    t.fails("404", s3.head_object, Bucket=bucket, Key="k")
    t.fails("MethodNotAllowed", s3.get_object, Bucket=bucket, Key="k", VersionId=marker)
    t.fails("405", s3.head_object, Bucket=bucket, Key="k", VersionId=marker)
    s3.get_object(Bucket=bucket, Key="k", VersionId=first)["Body"].read()
    t.step("deleting the marker brings the object back")
    s3.delete_object(Bucket=bucket, Key="k", VersionId=marker)
    s3.get_object(Bucket=bucket, Key="k")["Body"].read()


@scenario("s3/versioning_delete_version")
def versioning_delete_version(t: Driver) -> None:
    """Deleting a version is for good; the newest that is left becomes the current one."""
    s3 = t.client()
    bucket = t.bucket(versioned=True)
    s3.put_object(Bucket=bucket, Key="k", Body=b"one")
    second = s3.put_object(Bucket=bucket, Key="k", Body=b"two").get("VersionId", "none")
    s3.delete_object(Bucket=bucket, Key="k", VersionId=second)
    s3.get_object(Bucket=bucket, Key="k")["Body"].read()
    t.step("gone")
    t.fails("NoSuchVersion", s3.get_object, Bucket=bucket, Key="k", VersionId=second)
    t.tries(s3.delete_object, Bucket=bucket, Key="k", VersionId=second)


@scenario("s3/versioning_bad_version_id")
def versioning_bad_version_id(t: Driver) -> None:
    """What cannot be a version id is InvalidArgument; a well-formed one that is not there NoSuchVersion."""
    s3 = t.client()
    bucket = t.bucket(versioned=True)
    s3.put_object(Bucket=bucket, Key="k", Body=b"one")
    t.fails("InvalidArgument", s3.get_object, Bucket=bucket, Key="k", VersionId="nonsense")
    t.fails("InvalidArgument", s3.delete_object, Bucket=bucket, Key="k", VersionId="nonsense")
    t.fails("400", s3.head_object, Bucket=bucket, Key="k", VersionId="nonsense")
    t.raw("GET", f"/{bucket}/k?versionId=", expects="InvalidArgument")
    t.step("null where no null version is")
    t.fails("NoSuchVersion", s3.get_object, Bucket=bucket, Key="k", VersionId="null")


@scenario("s3/versioning_suspended")
def versioning_suspended(t: Driver) -> None:
    """While versioning is suspended a put replaces the null version only, and a delete leaves a null marker."""
    s3 = t.client()
    bucket = t.bucket()
    s3.put_object(Bucket=bucket, Key="k", Body=b"before")
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    s3.put_object(Bucket=bucket, Key="k", Body=b"during")
    s3.get_object(Bucket=bucket, Key="k", VersionId="null")["Body"].read()
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Suspended"})
    t.step("suspended")
    s3.put_object(Bucket=bucket, Key="k", Body=b"after")
    s3.get_object(Bucket=bucket, Key="k", VersionId="null")["Body"].read()
    s3.list_object_versions(Bucket=bucket)
    s3.delete_object(Bucket=bucket, Key="k")
    s3.list_object_versions(Bucket=bucket)
    t.step("the null marker")
    s3.delete_object(Bucket=bucket, Key="k", VersionId="null")
    s3.get_object(Bucket=bucket, Key="k")["Body"].read()


@scenario("s3/versioning_unversioned_ids")
def versioning_unversioned_ids(t: Driver) -> None:
    """In an unversioned bucket no answer names a version, but null reads and deletes the object."""
    s3 = t.client()
    bucket = t.bucket()
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    s3.get_object(Bucket=bucket, Key="k", VersionId="null")["Body"].read()
    s3.delete_object(Bucket=bucket, Key="k", VersionId="null")
    t.fails("404", s3.head_object, Bucket=bucket, Key="k")


@scenario("s3/versioning_mfa_delete")
def versioning_mfa_delete(t: Driver) -> None:
    """MFA delete cannot be turned on without the device's code."""
    s3 = t.client()
    bucket = t.bucket()
    setting = {"Status": "Enabled", "MFADelete": "Enabled"}
    t.tries(s3.put_bucket_versioning, Bucket=bucket, VersioningConfiguration=setting)
    s3.get_bucket_versioning(Bucket=bucket)
