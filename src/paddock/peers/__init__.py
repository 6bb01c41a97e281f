"""Requests that land on the wrong process or host: they are handed to the node that owns their session.

A session id begins with the key of its node (`ids`); the register of nodes says where a key is reached (`directory`). The
node that a request landed on (`forwarder`) dials the owner (`link`), each proves to the other that it knows the shared
secret (`proof`), and then the owner answers the request as if it had come to its own door (`door`). The connection of a
WebSocket is given away to an owner on the same machine (`handoff`), and goes on as a tunnel of raw bytes to one elsewhere
(`tunnel`).

A handed request is never handed on, every wait has a limit, and who cannot be reached is left alone for a while. When
an owner is gone its sessions are unknown, which makes clients connect anew. It knows nothing of the game.
"""

from __future__ import annotations

from .figures import Figures
from .limits import Limits
from .peers import Peers

__all__ = ["Figures", "Limits", "Peers"]
