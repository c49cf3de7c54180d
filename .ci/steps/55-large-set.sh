# 100 MB of recordings are judged within 200 MB of memory, whether every exchange matches or differs.
CONFORM_SET_MB=100 .venv/bin/python -m pytest tests/conformance/test_large_set.py
