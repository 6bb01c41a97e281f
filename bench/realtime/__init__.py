"""Paddock's Socket.IO server beside Node's socket.io and python-socketio: `make bench-realtime`."""
