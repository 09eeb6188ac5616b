# The app as an image: one process of it. compose.yaml runs two, with all that they need.

# What is needed to build stays behind in this stage: uv, Node, the browser's libraries as packages.
FROM python:3.13-slim AS build
WORKDIR /app

COPY requirements/uv.txt requirements/
RUN python -m pip install --no-cache-dir --disable-pip-version-check --root-user-action=ignore \
        --require-hashes -r requirements/uv.txt

COPY requirements/run.txt requirements/assets.txt requirements/
RUN uv venv --quiet /venv \
    && uv pip install --quiet --no-cache --compile-bytecode --python /venv/bin/python \
        --require-hashes -r requirements/run.txt \
    && uv venv --quiet /node \
    && uv pip install --quiet --no-cache --python /node/bin/python \
        --require-hashes -r requirements/assets.txt

COPY package.json package-lock.json .npmrc ./
RUN PATH="/node/bin:$PATH" npm ci --omit=dev --ignore-scripts --no-audit --no-fund --loglevel=error

COPY . .
RUN /node/bin/node scripts/vendor.mjs \
    && /node/bin/node scripts/bundle.mjs \
    && /venv/bin/python scripts/compile_translations.py \
    && /venv/bin/python manage.py collectstatic --noinput -v0 \
    && /node/bin/node scripts/compress.mjs \
    && /venv/bin/python -m compileall -q chatapp conversations \
    && rm -r node_modules static && mkdir static


FROM python:3.13-slim
# The number is fixed because volumes keep it; whoever breaks out of the app is nobody elsewhere.
RUN useradd --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin chatapp \
    && install -d -o chatapp -g chatapp -m 0700 /data

COPY --from=build /venv /venv
COPY --from=build /app /app
WORKDIR /app
USER chatapp
ENV PATH="/venv/bin:$PATH" \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DATA_DIR=/data \
    HOST=0.0.0.0 \
    PORT=8000
VOLUME /data
EXPOSE 8000

# SIGTERM hands the running answers over; give it the 30 seconds that compose.yaml does.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=5s --timeout=4s --start-period=30s CMD ["python", "scripts/healthcheck.py"]
CMD ["python", "manage.py", "serve"]
