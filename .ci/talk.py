"""Keeps an object through boto3 and has a function get it, which calls the server from inside: ``talk.py URL``."""

import sys

from function import clients, make

CODE = """
import boto3

def handler(event, context):
    return boto3.client("s3").get_object(Bucket="proof", Key=event)["Body"].read().decode()
"""

endpoint_url = sys.argv[1]
s3, lambda_ = clients(endpoint_url)
s3.create_bucket(Bucket="proof")
s3.put_object(Bucket="proof", Key="answer", Body=b"42")
assert [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]] == ["proof"]

make(lambda_, "proof", CODE, 60)
answer = lambda_.invoke(FunctionName="proof", Payload=b'"answer"')["Payload"].read()
assert answer == b'"42"', answer
print(f"{endpoint_url} keeps what it is given, and a function there has found it")
