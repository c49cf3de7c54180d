"""The shapes that several rules share, as regular expressions."""

_DAYS = "Mon|Tue|Wed|Thu|Fri|Sat|Sun"
_MONTHS = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
HTTP_DATE = rf"(?:{_DAYS}), \d{{2}} (?:{_MONTHS}) \d{{4}} \d{{2}}:\d{{2}}:\d{{2}} GMT"
ISO_MILLIS = r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z"
ISO_SECONDS = r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z"
# JSON protocols say a time as a number of seconds, with or without a fraction.
EPOCH_SECONDS = r"1\d{9}(?:\.\d{1,9})?"
BASE64 = r"(?:[A-Za-z0-9+/]{4}){10,}(?:[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{2}==)?"
UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
