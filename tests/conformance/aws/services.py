"""What the double answers: a handful of operations of STS, IAM, DynamoDB and SQS, as AWS does, each kept by region."""

import hashlib
import json
import secrets
import uuid
import zlib
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs

STS_NS = "https://sts.amazonaws.com/doc/2011-06-15/"
IAM_NS = "https://iam.amazonaws.com/doc/2010-05-08/"


def minted_key(prefix, account):
    """An access key that tells its account, as AWS's do."""
    number = (int(account) << 7).to_bytes(6) + secrets.token_bytes(4)
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
    bits = int.from_bytes(number)
    return prefix + "".join(letters[bits >> shift & 31] for shift in range(75, -1, -5))


class Services:
    """``keys`` holds (secret, token) by access key, and grows when keys are minted."""

    def __init__(self, account, keys):
        self.account = account
        self.keys = keys
        self.tables = {}
        self.queues = {}

    def answer(self, place, headers, body, key):
        """Status, headers and body."""
        if place.service in ("sts", "iam"):
            action = parse_qs(body.decode())
            return self._query(place.service, {name: values[0] for name, values in action.items()}, key)
        operation = headers.get("x-amz-target", "").rpartition(".")[2]
        said = json.loads(body or b"{}")
        handlers = {"dynamodb": self._dynamodb, "sqs": self._sqs}
        if place.service not in handlers:
            return 404, (), b""
        status, document = handlers[place.service](operation, said, place.region)
        return _json(status, document, headers.get("content-type", "application/x-amz-json-1.0"))

    # -- query ---------------------------------------------------------------------------------------------------------

    def _query(self, service, said, key):
        action, space = said["Action"], STS_NS if service == "sts" else IAM_NS
        results = {
            "GetCallerIdentity": lambda: (
                f"<Arn>arn:aws:iam::{self.account}:root</Arn><UserId>{self.account}</UserId>"
                f"<Account>{self.account}</Account>"
            ),
            "AssumeRole": lambda: self._assumed(said),
            "GetSessionToken": self._lent,
            "CreateUser": lambda: f"<User><UserName>{said['UserName']}</UserName></User>",
            "CreateAccessKey": lambda: self._created(said),
        }
        result = results[action]() if action in results else ""
        text = (
            f'<{action}Response xmlns="{space}"><{action}Result>{result}</{action}Result>'
            f"<ResponseMetadata><RequestId>{uuid.uuid4()}</RequestId></ResponseMetadata></{action}Response>"
        )
        return 200, (("Content-Type", "text/xml"), ("x-amzn-RequestId", str(uuid.uuid4()))), text.encode()

    def _assumed(self, said):
        role, session = said["RoleArn"].rpartition("/")[2], said["RoleSessionName"]
        arn = f"arn:aws:sts::{self.account}:assumed-role/{role}/{session}"
        ident = "AROA" + minted_key("AROA", self.account)[4:]
        user = f"<AssumedRoleUser><AssumedRoleId>{ident}:{session}</AssumedRoleId><Arn>{arn}</Arn></AssumedRoleUser>"
        return user + self._lent()

    def _lent(self):
        key, secret = minted_key("ASIA", self.account), secrets.token_urlsafe(30)
        token = "IQoJb3JpZ2lu" + secrets.token_hex(80)
        self.keys[key] = (secret, token)
        ends = (datetime.now(UTC) + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
        return (
            f"<Credentials><AccessKeyId>{key}</AccessKeyId><SecretAccessKey>{secret}</SecretAccessKey>"
            f"<SessionToken>{token}</SessionToken><Expiration>{ends}</Expiration></Credentials>"
        )

    def _created(self, said):
        key, secret = minted_key("AKIA", self.account), secrets.token_urlsafe(30)
        self.keys[key] = (secret, None)
        return (
            f"<AccessKey><UserName>{said['UserName']}</UserName><AccessKeyId>{key}</AccessKeyId>"
            f"<Status>Active</Status><SecretAccessKey>{secret}</SecretAccessKey></AccessKey>"
        )

    # -- JSON ----------------------------------------------------------------------------------------------------------

    def _dynamodb(self, operation, said, region):
        tables = self.tables.setdefault(region, {})
        if operation == "ListTables":
            return 200, {"TableNames": sorted(tables)}
        name = said["TableName"]
        if operation == "CreateTable":
            tables[name] = {}
        if name not in tables:
            kind = "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException"
            return 400, {"__type": kind, "message": f"Requested resource not found: Table: {name} not found"}
        table = {
            "TableName": name,
            "TableStatus": "ACTIVE",
            "TableArn": f"arn:aws:dynamodb:{region}:{self.account}:table/{name}",
        }
        if operation in ("CreateTable", "DeleteTable"):
            tables.pop(name) if operation == "DeleteTable" else None
            return 200, {"TableDescription": table}
        if operation in ("DescribeTable", "UpdateTable"):
            return 200, {"Table": table}
        if operation == "PutItem":
            tables[name][said["Item"]["id"]["S"]] = said["Item"]
            return 200, {}
        item = tables[name].get(said["Key"]["id"]["S"])
        return 200, {"Item": item} if item else {}

    def _sqs(self, operation, said, region):
        queues = self.queues.setdefault(region, {})
        start = f"https://sqs.{region}.amazonaws.com/{self.account}/"
        name = said.get("QueueName") or said.get("QueueUrl", "").rpartition("/")[2]
        if operation == "ListQueues":
            return 200, {"QueueUrls": [start + each for each in sorted(queues)]} if queues else {}
        if operation == "CreateQueue":
            queues.setdefault(name, [])
            return 200, {"QueueUrl": start + name}
        if name not in queues or said.get("QueueUrl", start + name) != start + name:
            kind = "com.amazonaws.sqs#QueueDoesNotExist"
            return 400, {"__type": kind, "message": "The specified queue does not exist."}
        if operation == "DeleteQueue":
            del queues[name]
            return 200, None
        queues[name].append(said["MessageBody"])
        return 200, {"MessageId": str(uuid.uuid4()), "MD5OfMessageBody": _md5(said["MessageBody"])}


def _md5(text):
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def _json(status, document, content_type):
    body = b"" if document is None else json.dumps(document, separators=(",", ":")).encode()
    headers = (
        ("x-amzn-RequestId", "".join(secrets.choice("ABCDEFGHIJKLMNOPQRSTUV0123456789") for _ in range(52))),
        ("Content-Type", content_type),
        ("x-amz-crc32", str(zlib.crc32(body))),
    )
    return status, headers, body
