"""Several Redis servers that belong together: a cluster of masters, or a master and a replica watched by sentinels."""

from __future__ import annotations

from pathlib import Path

from tests.servers.redis_server import RedisServer, free_port
from tests.waiting import until_sync

SLOTS = 16384
SERVICE = "paddock"


def until_it_says(server: RedisServer, text: str, *words: str) -> None:
    """Wait until an answer has a text in it."""
    until_sync(lambda: text.encode() in server.ask(*words), f"{' '.join(words)} says {text}")


class RedisCluster:
    """Three masters without replicas, with a third of the slots each."""

    def __init__(self, folder: Path) -> None:
        self.servers: list[RedisServer] = []
        self._buses = [str(free_port()) for _ in range(3)]
        for number, bus in enumerate(self._buses):
            own = folder / f"master-{number}"
            own.mkdir()
            options = ("--cluster-enabled", "yes", "--cluster-port", bus, "--cluster-node-timeout", "2000")
            self.servers.append(RedisServer(own, *options))

    @property
    def url(self) -> str:
        places = ",".join(f"127.0.0.1:{server.port}" for server in self.servers)
        return f"redis+cluster://{places}"

    def start(self) -> None:
        """Start all of them and wait until they know each other."""
        first, *others = self.servers
        for number, server in enumerate(self.servers):
            server.start()
            begin, end = SLOTS * number // 3, SLOTS * (number + 1) // 3 - 1
            server.ask("CLUSTER", "ADDSLOTSRANGE", str(begin), str(end))
        for number, server in enumerate(self.servers, 1):
            server.ask("CLUSTER", "SET-CONFIG-EPOCH", str(number))
        for server in others:
            server.ask("CLUSTER", "MEET", "127.0.0.1", str(first.port), self._buses[0])
        for server in self.servers:
            until_it_says(server, "cluster_state:ok", "CLUSTER", "INFO")
            until_it_says(server, "cluster_known_nodes:3", "CLUSTER", "INFO")

    def empty(self) -> None:
        """Empty all of them."""
        for server in self.servers:
            server.ask("FLUSHALL")

    def kill(self) -> None:
        """End all of them."""
        for server in self.servers:
            server.kill()


class RedisSentinels:
    """A master and its replica, and three sentinels that let the replica take over within seconds."""

    def __init__(self, folder: Path) -> None:
        self.servers = [RedisServer(self._folder(folder, f"server-{number}")) for number in range(2)]
        self.sentinels: list[RedisServer] = []
        for number in range(3):
            own = self._folder(folder, f"sentinel-{number}")
            config = own / "sentinel.conf"
            config.write_text(
                f"sentinel monitor {SERVICE} 127.0.0.1 {self.servers[0].port} 2\n"
                f"sentinel down-after-milliseconds {SERVICE} 1000\n"
                f"sentinel failover-timeout {SERVICE} 4000\n"
            )
            self.sentinels.append(RedisServer(own, "--sentinel", config=config))

    @property
    def url(self) -> str:
        places = ",".join(f"127.0.0.1:{server.port}" for server in self.sentinels)
        return f"redis+sentinel://{places}/{SERVICE}"

    @property
    def master(self) -> RedisServer:
        """The server that takes writes at the moment."""
        answer = self.sentinels[0].ask("SENTINEL", "GET-MASTER-ADDR-BY-NAME", SERVICE)
        return next(server for server in self.servers if str(server.port).encode() in answer)

    def start(self) -> None:
        """Start all of them and wait until a failover could succeed."""
        master, replica = self.servers
        master.start()
        replica.start()
        replica.ask("REPLICAOF", "127.0.0.1", str(master.port))
        until_it_says(replica, "master_link_status:up", "INFO", "replication")
        for sentinel in self.sentinels:
            sentinel.start()
        for sentinel in self.sentinels:
            until_it_says(sentinel, "slaves=1,sentinels=3", "INFO", "sentinel")

    def empty(self) -> None:
        """Empty the master."""
        self.master.ask("FLUSHALL")

    def kill(self) -> None:
        """End all of them."""
        for server in (*self.sentinels, *self.servers):
            server.kill()

    @staticmethod
    def _folder(folder: Path, name: str) -> Path:
        own = folder / name
        own.mkdir()
        return own
