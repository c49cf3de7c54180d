"""What an account may have, and what it has: GetAccountSettings."""

from __future__ import annotations

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.lambda_ import limits
from ruststack.services.lambda_.admission import reserved
from ruststack.services.lambda_.state import LambdaState


@operation("GetAccountSettings")
def get_account_settings(ctx: Context, req: Input) -> Output:
    """Code counts once for each version of a function or layer.  Source: API_GetAccountSettings; recorded answers"""
    return {
        "AccountLimit": {
            "TotalCodeSize": limits.STORED_BYTES,
            "CodeSizeUnzipped": limits.UNZIPPED_BYTES,
            "CodeSizeZipped": limits.ZIPPED_BYTES,
            "ConcurrentExecutions": limits.CONCURRENCY,
            "UnreservedConcurrentExecutions": limits.CONCURRENCY - reserved(ctx.state),
        },
        "AccountUsage": {"TotalCodeSize": stored_bytes(ctx.state), "FunctionCount": len(ctx.state.functions)},
    }


def stored_bytes(state: LambdaState) -> int:
    """The size of all code that is kept."""
    functions = sum(
        version.code.size
        for function in state.functions.values()
        for version in (function.latest, *function.versions.values())
    )
    layers = sum(version.code.size for layer in state.layers.values() for version in layer.versions.values())
    return functions + layers
