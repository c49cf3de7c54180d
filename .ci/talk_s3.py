"""Puts an object through boto3 and gets it back: ``talk_s3.py URL``."""

import sys

import boto3

endpoint_url = sys.argv[1]
keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
s3 = boto3.client("s3", endpoint_url=endpoint_url, region_name="us-east-1", **keys)
s3.create_bucket(Bucket="proof")
s3.put_object(Bucket="proof", Key="answer", Body=b"42")
assert s3.get_object(Bucket="proof", Key="answer")["Body"].read() == b"42"
assert [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]] == ["proof"]
print(f"{endpoint_url} keeps what it is given")
