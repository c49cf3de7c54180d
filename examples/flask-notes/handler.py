"""What Lambda calls: the Flask application behind API Gateway's events."""

from apig_wsgi import make_lambda_handler
from app import app

handler = make_lambda_handler(app, binary_support=True)
