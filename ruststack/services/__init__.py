"""The services, by botocore's name; each is imported when it is first asked for."""

SERVICES = {
    "apigateway": "ruststack.services.apigateway",
    "apigatewaymanagementapi": "ruststack.services.apigateway.execution.management",
    "apigatewayv2": "ruststack.services.apigateway.v2",
    "dynamodb": "ruststack.services.dynamodb",
    "dynamodbstreams": "ruststack.services.dynamodb.streams_service",
    "lambda": "ruststack.services.lambda_",
    "logs": "ruststack.services.logs",
    "s3": "ruststack.services.s3",
}
