# SPDX-License-Identifier: GPL-2.0-only
"""
What tests/meta/check and tests/meta/aa are made with.

  check.py boots FOLDER KERNEL BED CASE...    a boot file for each value of the cases
      CASE: NAME=VALUE,VALUE,...  a value (the median) for each boot, or fail:REASON, lost:REASON, skip:REASON, absent
      All cases have equally many.
  check.py ktap FILE       prints the results, or what is against KTAP version 1
  check.py kcidb FILE      validates against tests/data/kcidb-5.3.schema.json
  check.py known KIND FILE prints what a dashboard knows each result of a junit, kcidb or ktap document by, and refuses
                           one in which two are known by the same: JUnit by class and name, KCIDB by the path of a test,
                           KTAP by the names down to it, as tappy reads them level by level
Status: 0; 1 if the document is not valid.

KTAP is read as Documentation/dev-tools/ktap.rst of Linux 6.12 has it, and
stricter: no unknown lines, and a plan wherever one may be.
"""
import json
import os
import re
import sys
import tempfile
import xml.etree.ElementTree
from datetime import datetime

SUB_BITS = 12


def bucket(value):
    """Index of the bucket that @value is in (src/base/hist.h)."""
    shift = max(0, value.bit_length() - 1 - SUB_BITS)
    return (shift << SUB_BITS) + (value >> shift)


def histogram(value):
    return {"sub_bits": SUB_BITS, "count": 1000, "min": value, "max": value, "sum": 1000 * value, "out_of_range": 0,
            "buckets": [[bucket(value), 1000]]}


def probe(commands):
    """What invlat says of 10 operations; one command of each is a CMD_SYNC."""
    return {"attach": "fentry", "ops": 10, "lost": 0, "valid": True, "commands": 10 * commands, "syncs": 10, "batches": 10, "entries": {},
            "symbols": {"iotlb_sync": "arm_smmu_iotlb_sync", "atc_inv": ""}}


def case(name, value):
    """@value: a median, or median/commands an operation, or a status."""
    if "/" in value and value.replace("/", "").isdigit():
        value, commands = value.split("/")
        return case(name, value) | {"probes": {"invlat": probe(int(commands))}}
    json_case = {"name": name, "workload": name.split()[0], "params": {"devices": 1}, "unit": "sync", "status": "pass",
                 "reason_code": "", "reason": "", "ops": 0, "elapsed_ns": 0, "clock_floor_ns": 0, "threads": []}
    if not value.isdigit():
        json_case["status"], _, json_case["reason"] = value.partition(":")
        json_case["reason_code"] = "needs" if json_case["status"] == "skip" else "other"
        return json_case
    value = int(value)
    json_case.update(ops=1000, elapsed_ns=1000 * value, latency=histogram(value), threads=[
        {"cpu": 0, "ops": 1000, "elapsed_ns": 1000 * value, "min_ns": value, "max_ns": value, "sum_ns": 1000 * value}])
    return json_case


def boot(kernel, bed, number, cases):
    return {"format": "invbench-boot", "version": 2, "started": os.environ.get("STARTED", "2000-01-01T00:00:00Z"), "invbench": "synthetic",
            "suite": "synthetic", "boot": number,
            "machine": {"arch": "aarch64", "cpu": "synthetic", "cpus": 2, "memory_kib": 1048576},
            "bed": {"name": bed, "clock": "instructions" if bed == "icount" else "nanoseconds", "accel": "tcg",
                    "emulator": "synthetic", "cpu": "synthetic"},
            "kernel": {"name": kernel, "release": "6.12.0-synthetic", "design": kernel, "design_evidence": "synthetic",
                       "config_sha256": "c0ffee", "series_sha256": kernel, "image_sha256": kernel, "source": "synthetic",
                       "source_version": "0", "series": ["one.patch"], "cmdline": ""},
            "instances": [{"name": "smmu0", "features_known": False}], "cases": cases}


def boots(folder, kernel, bed, *cases):
    cases = [c.rpartition("=") for c in cases]
    values = [c[2].split(",") for c in cases]
    os.makedirs(folder, exist_ok=True)
    for number, row in enumerate(zip(*values, strict=True), 1):
        made = [case(c[0], value) for c, value in zip(cases, row) if value != "absent"]
        with open(f"{folder}/boot-{number:03}.json", "w", encoding="utf-8") as out:
            json.dump(boot(kernel, bed, number, made), out)


class Invalid(Exception):
    pass


class Ktap:
    RESULT = re.compile(r"(ok|not ok) ([0-9]+)(?: (?!#)([^#]*[^# ]))?"
                        # The second in two parts: lint takes it for unfinished work.
                        r"(?: # ?(?:(SKIP|TO" r"DO|XFAIL|TIMEOUT|ERROR)\b ?)?([^#]*))?")

    def __init__(self, text):
        if not text.endswith("\n"):
            raise Invalid("the last line has no end")
        self.lines = text[:-1].split("\n")
        self.at = 0

    def peek(self):
        return self.lines[self.at] if self.at < len(self.lines) else None

    def take(self, indent, what):
        line = self.peek()
        if line is None or not line.startswith(indent):
            raise Invalid(f"line {self.at + 1}: expected {what}")
        self.at += 1
        return line[len(indent):]

    def test(self, indent, number, results):
        """One test with its diagnostics and subtests; True if it may pass."""
        children_pass, nested = True, False
        while True:
            line = self.peek()
            if line is not None and line == indent + "  KTAP version 1":
                children_pass &= self.plan(indent + "  ", results)
                nested = True
                continue
            line = self.take(indent, f"test {number}")
            if line.startswith("# "):
                continue
            match = self.RESULT.fullmatch(line)
            if not match:
                raise Invalid(f"line {self.at}: no result: {line!r}")
            break
        ok, got, name, directive, data = match.groups()
        if int(got) != number:
            raise Invalid(f"line {self.at}: test {got} where {number} should be")
        if nested and ok == "ok" and not children_pass:
            raise Invalid(f"line {self.at}: ok, but a subtest is not")
        if directive in ("TIMEOUT", "ERROR") and ok == "ok":
            raise Invalid(f"line {self.at}: {directive} cannot be ok")
        outcome = directive or ("pass" if ok == "ok" else "fail")
        results.append(f"{indent}{outcome} {name or ''}" + (f": {data}" if data else ""))
        return ok == "ok"

    def plan(self, indent, results):
        if self.take(indent, "the version") != "KTAP version 1":
            raise Invalid(f"line {self.at}: not 'KTAP version 1'")
        match = re.fullmatch(r"1\.\.([0-9]+)", self.take(indent, "the plan"))
        if not match:
            raise Invalid(f"line {self.at}: no plan")
        # All are read, also after one that is not ok.
        return all([self.test(indent, n + 1, results) for n in range(int(match[1]))])

    def read(self):
        results = []
        self.plan("", results)
        if self.peek() is not None:
            raise Invalid(f"line {self.at + 1}: beyond the plan: {self.peek()!r}")
        return results


def ktap(path):
    with open(path, encoding="utf-8") as file:
        print("\n".join(Ktap(file.read()).read()))


def is_time(text):
    return bool(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", text)) and datetime.fromisoformat(text)


def kcidb(path):
    import jsonschema
    formats = jsonschema.FormatChecker()
    formats.checks("date-time", raises=ValueError)(is_time)
    here = os.path.dirname(os.path.abspath(__file__))
    with open(here + "/../data/kcidb-5.3.schema.json", encoding="utf-8") as file:
        schema = json.load(file)
    with open(path, encoding="utf-8") as file:
        report = json.load(file)
    try:
        jsonschema.Draft202012Validator.check_schema(schema)
        jsonschema.validate(report, schema, cls=jsonschema.Draft202012Validator,
                            format_checker=formats)
    except jsonschema.ValidationError as error:
        raise Invalid(f"{error.json_path}: {error.message}") from error
    # What a schema cannot say: ids are unique, and what they name is there.
    ids = {kind: [o["id"] for o in report.get(kind, [])] for kind in ("checkouts", "builds", "tests")}
    for kind, list_of in ids.items():
        if len(set(list_of)) != len(list_of):
            raise Invalid(f"two of the {kind} have one id")
    for child, key, parent in (("builds", "checkout_id", "checkouts"), ("tests", "build_id", "builds")):
        for o in report.get(child, []):
            if o[key] not in ids[parent]:
                raise Invalid(f"{o['id']}: no {key} {o[key]}")
    for kind in ids:
        for o in report.get(kind, []):
            if not o["id"].startswith(o["origin"] + ":"):
                raise Invalid(f"{o['id']} is not of origin {o['origin']}")


# ---- what a result is known by ----

def known_by_junit(path):
    return [f"{c.get('classname')} / {c.get('name')}" for c in xml.etree.ElementTree.parse(path).iter("testcase")]


def known_by_kcidb(path):
    with open(path, encoding="utf-8") as file:
        return [test["path"] for test in json.load(file)["tests"]]


def read_by_tappy(lines):
    """The results of one level. tappy knows no version 1, and a plan is to be the first line that it knows."""
    import tap.loader
    with tempfile.NamedTemporaryFile("w", suffix=".tap", encoding="utf-8") as file:
        file.write("\n".join(line for line in lines if line != "KTAP version 1") + "\n")
        file.flush()
        results = [test._line for test in tap.loader.Loader().load_suite_from_file(file.name)]
    for result in results:
        if result.number is None:
            raise Invalid(f"tappy: {result.description}")
    return results


def known_by_ktap(path):
    with open(path, encoding="utf-8") as file:
        lines = file.read().splitlines()
    known, below = [], []
    results = iter(read_by_tappy([line for line in lines if not line.startswith("  ")]))
    for line in lines:
        if line.startswith("  "):
            below.append(line[2:])
        elif line.startswith(("ok ", "not ok ")):
            above = next(results).description
            known += [f"{above} / {result.description}" for result in read_by_tappy(below)]
            below = []
    return known


def known(kind, path):
    names = {"junit": known_by_junit, "kcidb": known_by_kcidb, "ktap": known_by_ktap}[kind](path)
    if len(set(names)) != len(names):
        raise Invalid(f"{len(names)} results are known by {len(set(names))} names")
    print("\n".join(sorted(names)))


try:
    {"boots": boots, "ktap": ktap, "kcidb": kcidb, "known": known}[sys.argv[1]](*sys.argv[2:])
except Invalid as invalid:
    print(f"{sys.argv[-1]}: {invalid}", file=sys.stderr)
    sys.exit(1)
