"""The services, by botocore's name; each is imported when it is first asked for."""

SERVICES = {"dynamodb": "ruststack.services.dynamodb", "s3": "ruststack.services.s3"}
