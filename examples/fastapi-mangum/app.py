"""A shelf of books: a FastAPI application on one function behind an HTTP API."""

from __future__ import annotations

import os
from decimal import Decimal
from typing import Annotated, Any

import boto3
from fastapi import FastAPI, HTTPException, Path, Request
from mangum import Mangum
from pydantic import BaseModel, Field

Isbn = Annotated[str, Path(pattern=r"^[0-9]{13}$")]

app = FastAPI(title="Books")
table = boto3.resource("dynamodb").Table(os.environ["BOOKS_TABLE"])


class Book(BaseModel):
    title: str = Field(min_length=1, max_length=200)
    price: Decimal = Field(gt=0, max_digits=6, decimal_places=2)


@app.put("/books/{isbn}", status_code=201)
def put_book(isbn: Isbn, book: Book) -> dict[str, Any]:
    item = {"isbn": isbn, **book.model_dump()}
    table.put_item(Item=item)
    return item


@app.get("/books/{isbn}")
def get_book(isbn: Isbn) -> dict[str, Any]:
    item = table.get_item(Key={"isbn": isbn}).get("Item")
    if item is None:
        raise HTTPException(404, "no such book")
    return item


@app.get("/caller")
def caller(request: Request) -> dict[str, str]:
    """What API Gateway says of a request, in its own event."""
    context = request.scope["aws.event"]["requestContext"]
    return {"id": context["requestId"], "stage": context["stage"], "method": context["http"]["method"]}


handler = Mangum(app, lifespan="off")
