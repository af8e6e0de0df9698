# What the browser gets is built apart: the service itself needs no Node.
FROM python:3.11-slim AS assets
RUN apt-get update -q \
    && apt-get install -q -y --no-install-recommends nodejs npm \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /app/api/assets
COPY api/assets/package.json api/assets/package-lock.json api/assets/.npmrc ./
RUN npm ci --ignore-scripts
COPY api/assets ./
RUN npm run build

# The service: web, worker and migrations are the same image with another command.
FROM python:3.11-slim
WORKDIR /app
COPY requirements.lock ./
RUN pip install --no-cache-dir --require-hashes -r requirements.lock
COPY . .
COPY --from=assets /app/api/static api/static
RUN pip install --no-cache-dir --no-deps -e . \
    && useradd --create-home --uid 10001 geocorr \
    && install -d -o geocorr -g geocorr /data
USER geocorr
ENV GEOCORR_HOME=/data
ENTRYPOINT ["geocorr"]
CMD ["serve"]
