"""Lambda's quotas, and the runtimes that it names.

Source: developer guide, "Lambda quotas" (gettingstarted-limits); recorded answers of AWS.
"""

from __future__ import annotations

from typing import Final

MIB: Final = 1024 * 1024
NAME_LENGTH: Final = 64
TIMEOUT_S: Final = (1, 900)
MEMORY_MB: Final = (128, 10240)
STORAGE_MB: Final = (512, 10240)
ENVIRONMENT_BYTES: Final = 4096
LAYERS: Final = 5
TAGS: Final = 50
CONCURRENCY: Final = 1000
LEAST_UNRESERVED: Final = 100
ZIPPED_BYTES: Final = 50 * MIB
UNZIPPED_BYTES: Final = 250 * MIB
STORED_BYTES: Final = 75 * 1024 * MIB
REQUEST_BYTES: Final = 70167211
PAYLOAD_BYTES: Final = 6 * MIB
# 1 MB since October 2025. Source: developer guide, "Lambda quotas": "6 MB each for request and response (synchronous),
# 1 MB (asynchronous)".
EVENT_BYTES: Final = 1 * MIB
POLICY_BYTES: Final = 20 * 1024
PAGE: Final = 50
LARGEST_PAGE: Final = 10000

# What AWS says are all; older ones that the model still names are taken here as well, so that old code can be run.
# Source: recorded on 12 January 2026.
RUNTIMES: Final = (
    "nodejs20.x, python3.14, provided.al2023, python3.12, python3.13, nodejs24.x, nodejs22.x, java25, python3.10, "
    "python3.11, java21, ruby3.3, ruby3.4, ruby3.2, python3.8, python3.9, java17, nodejs16.x, dotnet10, dotnet8, "
    "java11, dotnet6, nodejs18.x, provided.al2, java8.al2"
)
RESERVED_VARIABLES: Final = frozenset(
    (
        "_HANDLER",
        "_X_AMZN_TRACE_ID",
        "AWS_ACCESS_KEY",
        "AWS_ACCESS_KEY_ID",
        "AWS_DEFAULT_REGION",
        "AWS_EXECUTION_ENV",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
        "AWS_LAMBDA_FUNCTION_NAME",
        "AWS_LAMBDA_FUNCTION_VERSION",
        "AWS_LAMBDA_INITIALIZATION_TYPE",
        "AWS_LAMBDA_LOG_GROUP_NAME",
        "AWS_LAMBDA_LOG_STREAM_NAME",
        "AWS_LAMBDA_RUNTIME_API",
        "AWS_REGION",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SECRET_KEY",
        "AWS_SESSION_TOKEN",
        "LAMBDA_RUNTIME_DIR",
        "LAMBDA_TASK_ROOT",
    )
)
