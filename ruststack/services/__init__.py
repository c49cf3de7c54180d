"""The services, by botocore's name; each is imported when it is first asked for."""

SERVICES = {
    "apigateway": "ruststack.services.apigateway",
    "dynamodb": "ruststack.services.dynamodb",
    "dynamodbstreams": "ruststack.services.dynamodb.streams_service",
    "lambda": "ruststack.services.lambda_",
