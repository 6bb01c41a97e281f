"""Forwarding of requests that reach a node other than the owner of their Socket.IO session.

A session id begins with the key of the node that owns it (`ids`). The node that receives a request for a session of
another node looks the key up in its copy of the register of nodes (`peer_directory`), connects to the owner
(`forwarder`, `peer_connection`) and both sides authenticate with the shared secret (`peer_auth`). The owner
(`peer_listener`) then answers the request as if a client had sent it directly. The connection of a WebSocket is passed
to an owner on the same machine as a file descriptor (`socket_handoff`); for an owner on another machine it becomes a
tunnel of raw bytes (`tunnel`).

Limits: a forwarded request is never forwarded again, every wait has a timeout, and a node that cannot be reached is not
tried again for a while. If an owner is gone its sessions are unknown, and clients reconnect. The package knows nothing
of the game.
"""

from __future__ import annotations

from .limits import PeerLimits
from .peers import Peers
from .stats import ForwardingStats

__all__ = ["ForwardingStats", "PeerLimits", "Peers"]
