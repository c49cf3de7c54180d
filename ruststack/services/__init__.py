"""The services, by botocore's name; each is imported when it is first asked for."""

SERVICES = {"s3": "ruststack.services.s3"}
