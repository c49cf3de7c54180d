"""Leaves a function in the midst of a long call: ``hang.py URL`` returns when it is on."""

import sys

from function import clients, make

CODE = """
import time
import boto3

def handler(event, context):
    boto3.client("s3").put_object(Bucket="hang", Key="on")
    time.sleep(600)
"""

s3, lambda_ = clients(sys.argv[1])
s3.create_bucket(Bucket="hang")
make(lambda_, "hang", CODE, 900)
lambda_.invoke(FunctionName="hang", InvocationType="Event")
s3.get_waiter("object_exists").wait(Bucket="hang", Key="on", WaiterConfig={"Delay": 1, "MaxAttempts": 120})
