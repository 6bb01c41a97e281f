"""What one search of the room list takes: prints the best of thirty in microseconds, by what is searched for.

python -m bench.expensive.searches ROOMS
"""

from __future__ import annotations

import json
import random
import sys
import time
from typing import Final

from bench.bench_lobby import Town

from paddock.service.room_list import RoomList, parse_query

WORDS: Final = {
    "everything": "",
    "a letter that half have": "i",
    "a syllable that half have": "민",
    "a word that a sixth have": "커피",
    "a long title that a sixth have": "Design crit coffee",
    "one host of a thousand": "민지123",
    "nothing, of common letters": "coffee coffee coffee tea",
    "nothing, of rare letters": "zebra crossing",
}


def measure(rooms: int) -> dict[str, int]:
    """Time each search, with fifty rooms to a page."""
    listed = RoomList()
    for code, line in Town(rooms, random.Random(7)).lines.items():
        listed.put(code, line)
    took: dict[str, int] = {}
    for name, word in WORDS.items():
        wanted = parse_query(word, None, 50)
        times = []
        for _ in range(30):
            began = time.perf_counter_ns()
            listed.page(wanted)
            times.append(time.perf_counter_ns() - began)
        took[name] = round(min(times) / 1000)
    return took


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]))))
