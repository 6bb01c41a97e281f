"""The Redis store: rooms that any number of servers share; see `store.RedisStore`."""
