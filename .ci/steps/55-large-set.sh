# 100 MB of recordings are judged within 200 MB of memory; 300 MB where every exchange differs.
CONFORM_SET_MB=100 .venv/bin/python -m pytest tests/conformance/test_large_set.py
