"""The subcommands of `ruststack-conform`, one module each: add_arguments(parser) and run(options) -> exit code."""
