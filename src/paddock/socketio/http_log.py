"""A logger for aiohttp's runner that is not impressed by requests that are no HTTP.

aiohttp reports each of them as an error with a traceback, so anybody could fill a disk. Never hides anything else.
"""

from __future__ import annotations

import logging

from aiohttp.http import HttpProcessingError


def http_logger(name: str = "aiohttp.server") -> logging.Logger:
    """Return the logger of this name, silent from now on about what is wrong with a client's request.

    Give it to the runner: `web.AppRunner(app, logger=http_logger())`. The client is told with a 400 all the same.
    """
    logger = logging.getLogger(name)
    logger.addFilter(_is_our_affair)
    return logger


def _is_our_affair(record: logging.LogRecord) -> bool:
    return record.exc_info is None or not isinstance(record.exc_info[1], HttpProcessingError)
