"""Deploy the notes: table, bucket, function and REST API; prints the API's address.

    pip install --target build -r requirements.txt && python deploy.py

With AWS_ENDPOINT_URL it deploys to RustStack, without to AWS (then NOTES_ROLE names the function's role).
"""

import io
import json
import os
import pathlib
import sys
import uuid
import zipfile

import boto3

HERE = pathlib.Path(__file__).parent
NAME, STAGE = "flask-notes", "dev"
RUNTIME = f"python{sys.version_info.major}.{sys.version_info.minor}"  # what pip has installed the packages for


def package() -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as out:
        for root, pattern in ((HERE / "build", "**/*"), (HERE, "app.py"), (HERE, "handler.py")):
            for path in sorted(root.glob(pattern)):
                if path.is_file() and "__pycache__" not in path.parts:
                    out.write(path, path.relative_to(root))
    return archive.getvalue()


def deploy(session: boto3.Session, role: str, endpoint: str | None) -> str:
    client = session.client
    region, bucket, table = session.region_name, f"{NAME}-{uuid.uuid4().hex[:12]}", client("dynamodb")
    place = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
    client("s3").create_bucket(Bucket=bucket, **place)
    table.create_table(
        TableName=NAME,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    table.get_waiter("table_exists").wait(TableName=NAME)
    variables = {"NOTES_TABLE": NAME, "NOTES_BUCKET": bucket, "PUBLIC_ENDPOINT_URL": endpoint or ""}
    lambda_, code = client("lambda"), {"ZipFile": package()}
    options = {"Timeout": 15, "MemorySize": 256, "Environment": {"Variables": variables}}
    function = lambda_.create_function(
        FunctionName=NAME, Runtime=RUNTIME, Handler="handler.handler", Role=role, Code=code, **options
    )
    lambda_.get_waiter("function_active_v2").wait(FunctionName=NAME)
    arn, api = function["FunctionArn"], client("apigateway")
    uri = f"arn:aws:apigateway:{region}:lambda:path/2015-03-31/functions/{arn}/invocations"
    proxy = {"x-amazon-apigateway-integration": {"type": "aws_proxy", "httpMethod": "POST", "uri": uri}}
    paths = {path: {"x-amazon-apigateway-any-method": proxy} for path in ("/", "/{proxy+}")}
    document = {"openapi": "3.0.1", "info": {"title": NAME, "version": "1"}, "paths": paths}
    made = api.import_rest_api(body=json.dumps(document))["id"]
    api.create_deployment(restApiId=made, stageName=STAGE)
    source = f"arn:aws:execute-api:{region}:{arn.split(':')[4]}:{made}/*"
    invoke = {"Action": "lambda:InvokeFunction", "Principal": "apigateway.amazonaws.com", "SourceArn": source}
    lambda_.add_permission(FunctionName=NAME, StatementId="api", **invoke)
    aws = f"https://{made}.execute-api.{region}.amazonaws.com"
    return f"{endpoint}/_aws/execute-api/{made}/{STAGE}" if endpoint else f"{aws}/{STAGE}"


if __name__ == "__main__":
    role = os.environ.get("NOTES_ROLE", "arn:aws:iam::000000000000:role/flask-notes")
    print(deploy(boto3.Session(), role, os.environ.get("AWS_ENDPOINT_URL")))
