"""The edge to the players: Socket.IO events in, commands to the rooms; entries off the feed, frames to the sockets."""
