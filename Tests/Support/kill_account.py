#!/usr/bin/env python3
"""Kills a paper account with SIGKILL at random moments and starts it again on the same stream.

    kill_account.py STREAM STATE KILLS SEED -- CMD…

STREAM is what ss-risk reads, CMD how it is run on STATE. The set of its trades, by id, has to be that of a run nobody disturbed: each trade at least once,
each time the same bytes. Says on one line what it saw, and ends with 1 where that is not so.
"""

import json
import os
import random
import signal
import subprocess
import sys
import time


def trades(path):
    """The whole lines of the output that are trades, by id."""
    found = {}
    with open(path, "rb") as output:
        for line in output.read().split(b"\n")[:-1]:
            if line.startswith(b'{"type":"trade"'):
                found.setdefault(json.loads(line)["id"], set()).add(line)
    return found


def live(command, lines, state, chance, collected):
    """One life: lines come in pieces with pauses, in which the account is saved; death comes at any moment after the last."""
    written = state + ".out"
    with open(written, "wb") as output:
        child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=output)
    end = chance.randint(1, len(lines))
    # Most lives get about as far as the one before: what is applied already is soon read.
    cuts = sorted({end, *(chance.randint(1, end) for _ in range(chance.randint(0, 4)))})
    before = 0
    try:
        for cut in cuts:
            child.stdin.write(b"".join(lines[before:cut]))
            child.stdin.flush()
            before = cut
            time.sleep(chance.choice([0, 0, 0.001, 0.004, 0.02]))
    except BrokenPipeError:
        sys.exit("the account ended by itself")
    child.send_signal(signal.SIGKILL)
    child.wait()
    try:
        child.stdin.close()
    except BrokenPipeError:
        pass
    for name, texts in trades(written).items():
        collected.setdefault(name, set()).update(texts)
    os.remove(written)


def main():
    stream, state, kills, seed = sys.argv[1:5]
    command = sys.argv[6:]
    with open(stream, "rb") as file:
        lines = file.readlines()
    with open(stream, "rb") as file, open(state + ".whole", "wb") as output:
        subprocess.run(command, stdin=file, stdout=output, check=True)
    expected = trades(state + ".whole")
    os.remove(state)
    chance, collected, saved = random.Random(int(seed)), {}, 0
    for _ in range(int(kills)):
        live(command, lines, state, chance, collected)
        saved += os.path.exists(state)
    with open(stream, "rb") as file, open(state + ".last", "wb") as output:
        subprocess.run(command, stdin=file, stdout=output, check=True)
    for name, texts in trades(state + ".last").items():
        collected.setdefault(name, set()).update(texts)
    again = len(trades(state + ".last"))
    print(f"{kills} kills, {saved} of them with a state to go on from; {len(expected)} trades, {len(collected)} in all lives, {again} in the last")
    sys.exit(0 if collected == expected and expected and all(len(texts) == 1 for texts in collected.values()) else 1)


main()
