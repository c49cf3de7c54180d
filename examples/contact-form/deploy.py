"""Deploy the contact form: the function and a REST API before it; prints the form's address.

    cargo build && python deploy.py

With AWS_ENDPOINT_URL it deploys to RustStack, without to AWS (then CONTACT_ROLE names the function's role, and the
program must have been built for Amazon Linux). SMTP_URL, MAIL_FROM and MAIL_TO go to the function.
"""

import io
import json
import os
import pathlib
import zipfile

import boto3

NAME, STAGE = "contact-form", "live"
PROGRAM = pathlib.Path(__file__).parent / "target" / "debug" / "bootstrap"


def package() -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as out:
        out.write(PROGRAM, "bootstrap")
    return archive.getvalue()


def deploy(session: boto3.Session, role: str, variables: dict[str, str], endpoint: str | None) -> str:
    region, lambda_, api = session.region_name, session.client("lambda"), session.client("apigateway")
    arn = lambda_.create_function(
        FunctionName=NAME,
        Runtime="provided.al2023",
        Handler="bootstrap",
        Role=role,
        Code={"ZipFile": package()},
        Timeout=10,
        Environment={"Variables": variables},
    )["FunctionArn"]
    lambda_.get_waiter("function_active_v2").wait(FunctionName=NAME)
    uri = f"arn:aws:apigateway:{region}:lambda:path/2015-03-31/functions/{arn}/invocations"
    integration = {"x-amazon-apigateway-integration": {"type": "aws_proxy", "httpMethod": "POST", "uri": uri}}
    document = {"openapi": "3.0.1", "info": {"title": NAME, "version": "1"}}
    document["paths"] = {"/contact": {"get": integration, "post": integration}}
    made = api.import_rest_api(body=json.dumps(document))["id"]
    api.create_deployment(restApiId=made, stageName=STAGE)
    source = f"arn:aws:execute-api:{region}:{arn.split(':')[4]}:{made}/*"
    invoke = {"Action": "lambda:InvokeFunction", "Principal": "apigateway.amazonaws.com", "SourceArn": source}
    lambda_.add_permission(FunctionName=NAME, StatementId="api", **invoke)
    aws = f"https://{made}.execute-api.{region}.amazonaws.com"
    return f"{endpoint}/_aws/execute-api/{made}/{STAGE}/contact" if endpoint else f"{aws}/{STAGE}/contact"


if __name__ == "__main__":
    role = os.environ.get("CONTACT_ROLE", "arn:aws:iam::000000000000:role/contact-form")
    variables = {name: os.environ[name] for name in ("SMTP_URL", "MAIL_FROM", "MAIL_TO")}
    print(deploy(boto3.Session(), role, variables, os.environ.get("AWS_ENDPOINT_URL")))
