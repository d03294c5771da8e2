"""Logs as JSON lines on standard error, without secrets: no query string, no key, no cookie, no form value."""

from __future__ import annotations

import logging.config
import re
from collections.abc import MutableMapping
from typing import Any

import structlog

_QUERY = re.compile(r"\?[^\s\"']*")
_LINK = re.compile(r"(/accounts/welcome/)[^/\s\"']+")
"""The secret of an invitation is part of its address."""
_SECRET = re.compile(r"(?i)\b(apikey|api_key|token|password|secret)=[^\s&\"']+")


def without_query_strings(
    _logger: object, _name: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """django-structlog logs whole addresses; a query string may carry what people typed, so it is cut."""
    if "request" in event:
        event["request"] = _QUERY.sub("", str(event["request"]))
    for name, value in event.items():
        if isinstance(value, str):
            event[name] = _LINK.sub(r"\1[…]", _SECRET.sub(r"\1=[…]", value))
    return event


def without_waiting(_logger: object, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """That `/readyz` says "not yet" is its answer, not an error: a start and a monitor ask it again and again."""
    if event.get("code") == 503 and event.get("request") == "GET /readyz":
        raise structlog.DropEvent
    return event


_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    # Tracebacks without local variables: a frame of the client would show the key.
    structlog.processors.ExceptionRenderer(structlog.tracebacks.ExceptionDictTransformer(show_locals=False)),
    without_query_strings,
    without_waiting,
]


def logging_config(level: str) -> dict[str, Any]:
    """Configures structlog and the standard library's logging alike. Returns what was applied."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    config = {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processor": structlog.processors.JSONRenderer(ensure_ascii=False),
                "foreign_pre_chain": _SHARED,
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # urllib3 writes the query string, and with it the key, at DEBUG.
            "urllib3": {"level": "WARNING"},
            "requests": {"level": "WARNING"},
            "django_structlog": {"level": "WARNING" if level != "DEBUG" else "DEBUG"},
        },
    }
    logging.config.dictConfig(config)
    return config
