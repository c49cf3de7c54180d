"""Notes with attachments: an ordinary Flask application over one DynamoDB table and one S3 bucket."""

from __future__ import annotations

import os
import uuid
from datetime import UTC, datetime
from typing import Any

import boto3
from flask import Flask, Response, abort, jsonify, redirect, request, url_for
from werkzeug.exceptions import HTTPException

MAX_TEXT = 2000
LINK_S = 300

app = Flask(__name__)
table = boto3.resource("dynamodb").Table(os.environ["NOTES_TABLE"])
bucket = os.environ["NOTES_BUCKET"]
s3 = boto3.client("s3")
# What is signed is opened by browsers, which may know the server by another name than this function does.
signer = boto3.client("s3", endpoint_url=os.environ.get("PUBLIC_ENDPOINT_URL") or None)


@app.errorhandler(HTTPException)
def as_json(error: HTTPException) -> tuple[Response, int]:
    return jsonify(error=error.description), error.code or 500


def wanted_text() -> str:
    text = (request.get_json(silent=True) or {}).get("text")
    if not isinstance(text, str) or not 0 < len(text) <= MAX_TEXT:
        abort(400, f"text must be a string of 1 to {MAX_TEXT} characters")
    return text


def note_or_404(note_id: str) -> dict[str, Any]:
    return table.get_item(Key={"id": note_id}).get("Item") or abort(404, "no such note")


@app.get("/notes")
def list_notes() -> Response:
    query = {"Limit": 25}
    if after := request.args.get("after"):
        query["ExclusiveStartKey"] = {"id": after}
    page = table.scan(**query)
    return jsonify(notes=page["Items"], next=page.get("LastEvaluatedKey", {}).get("id"))


@app.post("/notes")
def add_note() -> tuple[Response, int, dict[str, str]]:
    note = {"id": uuid.uuid4().hex, "text": wanted_text(), "created": datetime.now(UTC).isoformat(timespec="seconds")}
    table.put_item(Item=note, ConditionExpression="attribute_not_exists(id)")
    return jsonify(note), 201, {"Location": url_for("get_note", note_id=note["id"])}


@app.get("/notes/<note_id>")
def get_note(note_id: str) -> Response:
    return jsonify(note_or_404(note_id))


@app.put("/notes/<note_id>")
def change_note(note_id: str) -> Response:
    try:
        changed = table.update_item(
            Key={"id": note_id},
            UpdateExpression="SET #text = :text",
            ConditionExpression="attribute_exists(id)",
            ExpressionAttributeNames={"#text": "text"},
            ExpressionAttributeValues={":text": wanted_text()},
            ReturnValues="ALL_NEW",
        )
    except table.meta.client.exceptions.ConditionalCheckFailedException:
        abort(404, "no such note")
    return jsonify(changed["Attributes"])


@app.delete("/notes/<note_id>")
def delete_note(note_id: str) -> tuple[str, int]:
    note_or_404(note_id)
    s3.delete_object(Bucket=bucket, Key=note_id)
    table.delete_item(Key={"id": note_id})
    return "", 204


@app.post("/notes/<note_id>/attachment")
def invite_attachment(note_id: str) -> Response:
    """Where to upload a file: the bytes go to S3 by themselves, not through this function."""
    note_or_404(note_id)
    form = signer.generate_presigned_post(
        bucket, note_id, Conditions=[["content-length-range", 1, 10_000_000]], ExpiresIn=LINK_S
    )
    return jsonify(form)


@app.get("/notes/<note_id>/attachment")
def get_attachment(note_id: str) -> Any:
    note_or_404(note_id)
    return redirect(signer.generate_presigned_url("get_object", {"Bucket": bucket, "Key": note_id}, LINK_S))
