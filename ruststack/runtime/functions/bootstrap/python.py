"""Runs a Python function: puts the search path in AWS's order, then hands over to AWS's runtime client.

As in the bootstrap.py of AWS's images, .pth files of the function and its layers count.
It is run by the function's own interpreter, which may be older than ours, and imports nothing of ours.
"""

import os
import site
import sys

task, opt, runtime = os.environ["LAMBDA_TASK_ROOT"], os.environ.pop("_RUSTSTACK_OPT"), os.environ["LAMBDA_RUNTIME_DIR"]
version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
first = [task, os.path.join(opt, "python", "lib", version, "site-packages"), os.path.join(opt, "python"), runtime]
sys.path[:] = first + [each for each in sys.path[1:] if each != runtime]
for each in first[:3]:
    if os.path.isdir(each):
        site.addsitedir(each)

from awslambdaric.__main__ import main  # noqa: E402 - it is found by the path

main(sys.argv)
