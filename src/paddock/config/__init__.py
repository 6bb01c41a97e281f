"""Every setting of Paddock: one frozen record, read from defaults, file, environment and flags in that order.

Nothing else reads the environment, and nothing here opens more than the settings file.
"""

from __future__ import annotations

from paddock.config.layers import ConfigError, Loaded, load, trace, trace_process
from paddock.config.model import MEMORY, Config, Limits

__all__ = ["MEMORY", "Config", "ConfigError", "Limits", "Loaded", "load", "trace", "trace_process"]
