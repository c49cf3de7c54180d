"""A server on the port that it is given, to which every request is wrong in the same long-winded way."""

import sys
import threading

from conformance.exchange import Response
from conformance.replay.serving.http import running

BODY = b"<Error><Code>Wrong</Code><Message>" + b"This is not what you have asked for. " * 40 + b"</Message></Error>"
HEADERS = (("Content-Type", "application/xml"), ("Content-Length", str(len(BODY))), ("x-amz-request-id", "0"))

if __name__ == "__main__":
    with running(lambda request, payload: Response(400, "Bad Request", HEADERS, BODY), port=int(sys.argv[1])):
        threading.Event().wait()
