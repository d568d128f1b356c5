# One image for every service; compose.yaml says which process each container runs.
FROM python:3.11-slim-bookworm AS build
WORKDIR /src
COPY requirements-build.lock requirements.lock ./
RUN pip install --no-cache-dir --require-hashes --requirement requirements-build.lock \
    && uv venv /opt/guywire \
    && uv pip install --no-cache --python /opt/guywire/bin/python --require-hashes --requirement requirements.lock
COPY . .
RUN pip wheel --no-deps --no-build-isolation --wheel-dir /tmp/dist . \
    && uv pip install --no-cache --python /opt/guywire/bin/python --no-deps /tmp/dist/*.whl

FROM python:3.11-slim-bookworm
RUN useradd --uid 10001 --user-group --create-home --home-dir /var/lib/guywire guywire
COPY --from=build /opt/guywire /opt/guywire
ENV PATH=/opt/guywire/bin:$PATH PYTHONUNBUFFERED=1
USER 10001:10001
WORKDIR /var/lib/guywire
CMD ["guywire", "--help"]
