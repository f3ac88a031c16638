# SPDX-License-Identifier: GPL-2.0-only
#
# memory.py - makes result files that are small and unpack to much, and measures who reads them.
#
# usage: memory.py make FOLDER; memory.py read FOLDER. Two processes, as a child's peak is never below that of
# who forked it.
import glob
import gzip
import json
import os
import sys

PACKED = 32 << 10
LIMIT_KIB = 64 << 10
TEXT = 32 << 20
PARTS = {"arrays": b"[],", "objects": b"{},", "strings": b'"",', "pairs": b"[1,2],", "numbers": b"1,",
         "nested": b"[[[[[[[[]]]]]]]],", "members": b'{"":0},', "blanks": b" "}
HEAD, TAIL = b'{"x":[', b"0]}"

mode, folder = sys.argv[1:]
bad = False


def say(good, what):
    global bad
    bad = bad or not good
    print("ok   " if good else "FAIL ", what, flush=True)


def write(name, data):
    with open(f"{folder}/{name}", "wb") as out:
        out.write(data)


def text_of(part, size):
    return HEAD + part * ((size - len(HEAD) - len(TAIL)) // len(part)) + TAIL


# As many as fit into the text that a file may have, and packed into 32 KiB.
def packed(part):
    size = TEXT
    while len(data := gzip.compress(text_of(part, size), 9)) > PACKED:
        size = size * 9 // 10
    return data


# Short enough to be unpacked and parsed: what is too little for a file of 32 KiB is noise in the header, which is passed over.
def padded(part, size):
    data = bytearray(gzip.compress(text_of(part, size), 9))
    data[3] |= 16
    data[10:10] = bytes(byte or 1 for byte in os.urandom(PACKED - len(data) - 1)) + b"\0"
    return bytes(data)


def make():
    for name, part in PARTS.items():
        write(f"{name}.json.gz", packed(part))
        for size in (19, 20, 21):
            write(f"{name}-{1 << size >> 10}K.json.gz", padded(part, 1 << size))
    write("deep.json.gz", gzip.compress(b"[" * (TEXT - 1), 9))
    with gzip.open("results/reference/list/icount/boot-001.json.gz") as file:
        boot = json.load(file)
    case = max((c for c in boot["cases"] if c["status"] == "pass"), key=lambda c: len(json.dumps(c)))
    length = len(json.dumps(case, separators=(",", ":"))) + 8
    boot["cases"] = [dict(case, name=str(n)) for n in range((TEXT - (1 << 20)) // length)]
    write("large.json", json.dumps(boot, separators=(",", ":")).encode())


# Its status, the most memory it had in KiB, and what it said.
def compare(path):
    said = f"{folder}/said"
    pid = os.fork()
    if not pid:
        os.dup2(os.open("/dev/null", os.O_WRONLY), 1)
        os.dup2(os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), 2)
        os.execv("build/host/invbench", ["invbench", "compare", path, path])
    _, status, used = os.wait4(pid, 0)
    with open(said) as text:
        return os.waitstatus_to_exitcode(status), used.ru_maxrss, text.read()


def read():
    for path in sorted(glob.glob(f"{folder}/*.json.gz")):
        status, kib, said = compare(path)
        size = os.path.getsize(path)
        say(size <= PACKED and kib <= LIMIT_KIB and status == 2 and said.count("\n") == 1 and
            said.startswith(f"invbench: {path}: "),
            f"{os.path.basename(path)}: {size} bytes, status {status}, {kib >> 10} MiB: {said[len(path) + 12:].strip()}")
    status, kib, said = compare(f"{folder}/large.json")
    say(status == 0, f"a real one of {os.path.getsize(f'{folder}/large.json') >> 20} MiB is read: {kib >> 10} MiB {said.strip()}")
    say(kib > LIMIT_KIB, "and takes more than a small one may, so it is not this machine that has no more")


make() if mode == "make" else read()
sys.exit(bad)
