# The emulator, with what runs Python functions, as an ordinary user. Any base with Python 3.11 or later will do:
#   docker build --build-arg BASE_IMAGE=python:3.12-slim -t ruststack .
ARG BASE_IMAGE=python:3.13-slim

FROM ${BASE_IMAGE} AS build
WORKDIR /source
COPY requirements requirements
RUN python3 -m venv /opt/ruststack \
    && /opt/ruststack/bin/python -m pip install --no-cache-dir --require-hashes -r requirements/server.txt \
    && python3 -m venv /opt/builder \
    && /opt/builder/bin/python -m pip install --no-cache-dir --require-hashes -r requirements/build.txt
COPY pyproject.toml hatch_build.py README.md LICENSE ./
COPY ruststack ruststack
COPY conformance conformance
RUN /opt/builder/bin/python -m pip wheel --no-index --no-deps --no-build-isolation --wheel-dir dist . \
    && /opt/ruststack/bin/python -m pip install --no-index --no-deps dist/*.whl \
    && /opt/ruststack/bin/python -m pip uninstall --yes pip setuptools

FROM ${BASE_IMAGE}
COPY --from=build /opt/ruststack /opt/ruststack
RUN useradd --create-home --uid 4566 ruststack
USER ruststack
WORKDIR /home/ruststack
ENV PATH=/opt/ruststack/bin:$PATH \
    RUSTSTACK_HOST=0.0.0.0 \
    PYTHONUNBUFFERED=1
EXPOSE 4566
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s --retries=3 \
    CMD ["python3", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:4566/health', timeout=2)"]
ENTRYPOINT ["ruststack"]
CMD ["start"]
