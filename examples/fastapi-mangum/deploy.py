"""Deploy the books: table, function and HTTP API by quick create; prints the API's address.

    pip install --target build -r requirements.txt && python deploy.py

With AWS_ENDPOINT_URL it deploys to RustStack, without to AWS (then BOOKS_ROLE names the function's role).
"""

import io
import os
import pathlib
import sys
import zipfile

import boto3

HERE = pathlib.Path(__file__).parent
NAME = "fastapi-books"
RUNTIME = f"python{sys.version_info.major}.{sys.version_info.minor}"  # what pip has installed the packages for


def package() -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as out:
        for root, pattern in ((HERE / "build", "**/*"), (HERE, "app.py")):
            for path in sorted(root.glob(pattern)):
                if path.is_file() and "__pycache__" not in path.parts:
                    out.write(path, path.relative_to(root))
    return archive.getvalue()


def deploy(session: boto3.Session, role: str, endpoint: str | None) -> str:
    table, lambda_, api = session.client("dynamodb"), session.client("lambda"), session.client("apigatewayv2")
    table.create_table(
        TableName=NAME,
        KeySchema=[{"AttributeName": "isbn", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "isbn", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    table.get_waiter("table_exists").wait(TableName=NAME)
    arn = lambda_.create_function(
        FunctionName=NAME,
        Runtime=RUNTIME,
        Handler="app.handler",
        Role=role,
        Code={"ZipFile": package()},
        Timeout=15,
        MemorySize=256,
        Environment={"Variables": {"BOOKS_TABLE": NAME}},
    )["FunctionArn"]
    lambda_.get_waiter("function_active_v2").wait(FunctionName=NAME)
    made = api.create_api(Name=NAME, ProtocolType="HTTP", Target=arn)
    source = f"arn:aws:execute-api:{session.region_name}:{arn.split(':')[4]}:{made['ApiId']}/*"
    invoke = {"Action": "lambda:InvokeFunction", "Principal": "apigateway.amazonaws.com", "SourceArn": source}
    lambda_.add_permission(FunctionName=NAME, StatementId="api", **invoke)
    return f"{endpoint}/_aws/execute-api/{made['ApiId']}/$default" if endpoint else made["ApiEndpoint"]


if __name__ == "__main__":
    role = os.environ.get("BOOKS_ROLE", "arn:aws:iam::000000000000:role/fastapi-books")
    print(deploy(boto3.Session(), role, os.environ.get("AWS_ENDPOINT_URL")))
