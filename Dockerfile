# The service: web, worker and migrations are the same image with another command.
FROM python:3.11-slim
WORKDIR /app
COPY requirements.lock ./
RUN pip install --no-cache-dir --require-hashes -r requirements.lock
COPY . .
RUN pip install --no-cache-dir --no-deps -e . \
    && useradd --create-home --uid 10001 geocorr \
    && install -d -o geocorr -g geocorr /data
USER geocorr
ENV GEOCORR_HOME=/data
ENTRYPOINT ["geocorr"]
CMD ["serve"]
