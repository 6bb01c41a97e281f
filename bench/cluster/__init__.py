"""Small rooms over several servers that share a Redis: Paddock beside Node's Redis adapter and python-socketio's."""
