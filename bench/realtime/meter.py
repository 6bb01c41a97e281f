"""What the kernel knows about a server's process, and about the machine.

Never asks the server itself. Linux only.
"""

from __future__ import annotations

import os
import time
from pathlib import Path


def cpu_ns(pid: int) -> int:
    """Return the CPU time a process has used, in nanoseconds: user and system, all its threads, the ended ones too.

    It is the scheduler's own count (the process's CPU clock, `CPUCLOCK_SCHED` in clock_getcpuclockid(3)): the sum of
    /proc/PID/task/*/schedstat, where /proc/PID/stat counts in steps of 10 ms.
    """
    return time.clock_gettime_ns((~pid << 3) | 2)


def split_ticks(pid: int) -> tuple[int, int]:
    """Return a process's user and system time in clock ticks, for the share of the kernel only."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]), int(fields[12])


def memory(pid: int) -> dict[str, int]:
    """Return the resident and the proportional set size of a process, in bytes."""
    wanted = {"Rss:": "rss", "Pss:": "pss"}
    sizes: dict[str, int] = {}
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        name = wanted.get(line.split()[0])
        if name is not None:
            sizes[name] = int(line.split()[1]) * 1024
    return sizes


def writes(pid: int) -> int:
    """Return how often a process has asked the kernel to write."""
    for line in Path(f"/proc/{pid}/io").read_text().splitlines():
        if line.startswith("syscw:"):
            return int(line.split()[1])
    raise RuntimeError("the kernel does not count system calls of a process")


def load() -> float:
    """Return the load average of the last minute."""
    return os.getloadavg()[0]


def processor() -> str:
    """Return what the kernel calls the processor."""
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return "unknown"
