# syntax=docker/dockerfile:1
# One image for web, worker and sandbox; docker-compose.yml says which of them a container is.
# BASE may be any image that has python3 (3.11 or newer) with its venv module.
ARG BASE=python:3.11-slim-bookworm

FROM ${BASE} AS build
WORKDIR /srv/dashboard
RUN python3 -m venv /srv/venv
ENV PATH=/srv/venv/bin:$PATH
# Before the code, so that a change of the code does not install everything again.
COPY requirements.txt ./
RUN pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.txt
COPY manage.py ./
COPY smspva_dashboard smspva_dashboard
COPY rentals rentals
COPY templates templates
COPY static static
COPY tools/__init__.py tools/healthcheck.py tools/
# The secrets of this step sign nothing: it only copies, hashes and compresses files.
RUN DATABASE_URL=sqlite://:memory: SECRET_KEY=unused FIELD_KEY=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= \
    python manage.py collectstatic --noinput -v 0 \
    && python -m compileall -q manage.py smspva_dashboard rentals tools

FROM ${BASE}
LABEL org.opencontainers.image.title="smspva-dashboard" \
      org.opencontainers.image.description="Self-hosted team dashboard for renting phone numbers through SMSPVA"
# A fixed id, so that who mounts a directory at var/ knows whom to give it to.
RUN groupadd --system --gid 10001 dashboard \
    && useradd --system --uid 10001 --gid dashboard --home-dir /srv/dashboard --shell /usr/sbin/nologin dashboard
WORKDIR /srv/dashboard
COPY --from=build /srv/venv /srv/venv
COPY --from=build /srv/dashboard /srv/dashboard
# The one place that is written to, and only with SQLite or by the sandbox.
RUN mkdir var && chown dashboard:dashboard var
ENV PATH=/srv/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=smspva_dashboard.settings
USER 10001:10001
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 CMD ["python", "-m", "tools.healthcheck"]
CMD ["granian", "--interface", "wsgi", "--no-ws", "--host", "0.0.0.0", "--port", "8000", \
     "--workers", "2", "--blocking-threads", "4", "--workers-kill-timeout", "5", "--log-level", "warning", \
     "smspva_dashboard.wsgi:application"]
