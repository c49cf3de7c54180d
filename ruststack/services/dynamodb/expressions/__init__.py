"""DynamoDB's expression language: text to syntax, syntax to checks, checks to closures. Pure: no table, no request."""
