"""Durable executions: functions that checkpoint what they have done, end while they wait, and are invoked again.

`starting` begins one and `driving` sees it through; `checkpoints` takes what the function reports, `timers` what time
brings about, `invocations` what an invocation ended with. Everything that changes an execution is an operation, of
AWS's or of our own, so that the journal holds it; what only runs (workers, waits) is in `driving`.

Source: botocore's documentation of the model; developer guide, "Lambda durable functions"; AWS's SDKs for durable
executions and the local runners in them (aws/aws-durable-execution-sdk-python, -js), which judge as the service does.
"""
