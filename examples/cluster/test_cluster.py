#!/usr/bin/env python3
"""Tests dask_driver.py on this machine: nothing lost and nothing twice, whoever is killed. Linux only.

    python3 examples/cluster/test_cluster.py [FIRELINE] [SCENARIO]
"""
from __future__ import annotations

import csv
import fcntl
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from dask.distributed import LocalCluster

DRIVER = Path(__file__).with_name("dask_driver.py")
TABLES = ("runs.csv", "fires.csv", "failures.csv", "summary.csv", "batch.json")
SHARDS, SEEDS = 6, 40
HALF = SEEDS // SHARDS // 2
# No step takes this long on a machine that works.
LIMIT_S = 120

program = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else "target/release/fireline")
scenario = sys.argv[2] if len(sys.argv) > 2 else "scenarios/valley.ron"
batch = [scenario, "--seeds", f"0..{SEEDS}"]


def driver(out: Path, *options: str, shards: int = SHARDS, of: list[str] = batch) -> subprocess.Popen[str]:
    """Starts the driver."""
    command = [sys.executable, str(DRIVER), "--fireline", program, "--shards", str(shards), "--out", str(out)]
    return subprocess.Popen([*command, *options, "--", *of], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def ends(run: subprocess.Popen[str], code: int, *words: str) -> str:
    """What a driver said, once it ended with `code` and said all of `words`."""
    out, err = run.communicate(timeout=LIMIT_S)
    assert run.returncode == code, f"exit code {run.returncode}, expected {code}\n{out}\n{err}"
    for word in words:
        assert word in out + err, f"'{word}' was not said:\n{out}\n{err}"
    assert "Traceback" not in err, err
    return out


def wait_for(what: str, found: Callable[[], object]) -> None:
    """Waits until something holds."""
    end = time.monotonic() + LIMIT_S
    while not found():
        assert time.monotonic() < end, f"waited in vain for {what}"
        time.sleep(0.005)


def processes(part: Path) -> Iterator[int]:
    """Processes of fireline that write to a folder."""
    for entry in Path("/proc").iterdir():
        try:
            words = (entry / "cmdline").read_bytes().decode().split("\0")
            state = (entry / "stat").read_text().rsplit(") ", 1)[1][0]
        except (OSError, UnicodeDecodeError, IndexError):
            continue
        if words[0] == program and str(part) in words and state not in "ZX":
            yield int(entry.name)


def lines(path: Path) -> int:
    """Lines of a file, 0 when it is not there."""
    return path.read_bytes().count(b"\n") if path.is_file() else 0


def stop_half_way(run: subprocess.Popen[str], parts: list[Path]) -> tuple[Path, int]:
    """Stops a fireline in the middle of its shard; gives the folder and the process, which does not go on by itself."""
    end = time.monotonic() + LIMIT_S
    while run.poll() is None and time.monotonic() < end:
        for part in parts:
            if HALF <= lines(part / "runs.log") < SEEDS // SHARDS - 1:
                for process in processes(part):
                    os.kill(process, signal.SIGSTOP)
                    if HALF <= lines(part / "runs.log") < SEEDS // SHARDS and not (part / "runs.csv").exists():
                        return part, process
                    os.kill(process, signal.SIGCONT)
        time.sleep(0.002)
    raise AssertionError("no shard was met half-way")


def parent(process: int) -> int:
    """The parent of a process."""
    return int(Path(f"/proc/{process}/stat").read_text().rsplit(") ", 1)[1].split()[1])


def same(out: Path, whole: Path) -> None:
    """The tables are those of the batch in one piece, and every run stands there once."""
    for name in TABLES:
        assert (out / name).read_bytes() == (whole / name).read_bytes(), f"{name} differs from the unsharded batch"
    with (out / "runs.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [row["run"] for row in csv.DictReader(file)] == [str(run) for run in range(SEEDS)]


def stamps(parts: list[Path]) -> list[tuple[str, int, int]]:
    """Names, places on the disk and times of all files: they change when anything is written."""
    files = sorted(file for part in parts for file in part.iterdir())
    return [(str(file), file.stat().st_ino, file.stat().st_mtime_ns) for file in files]


def unfinished(part: Path, shard: str, of: list[str]) -> None:
    """A shard's folder as it is just after its beginning."""
    subprocess.run([program, "-q", "batch", *of, "--out", part, "--shard", shard], check=True, stdout=subprocess.DEVNULL)
    for table in part.glob("*.csv"):
        table.unlink()
    (part / "runs.log").touch()


def test_killed(folder: Path, whole: Path) -> None:
    """A worker, a fireline and in the end the driver are killed with SIGKILL, each half-way through a shard."""
    out = folder / "night"
    parts = [folder / "night.parts" / f"part-{number}" for number in range(1, SHARDS + 1)]
    run = driver(out, "--workers", "2", "--tell", "1")
    part, process = stop_half_way(run, parts)
    there = lines(part / "runs.log")
    os.kill(parent(process), signal.SIGKILL)
    wait_for("the end of the killed worker's fireline", lambda: process not in processes(part))
    part_2, process = stop_half_way(run, [p for p in parts if p != part])
    there_2 = lines(part_2 / "runs.log")
    os.kill(process, signal.SIGKILL)
    part_3, _ = stop_half_way(run, [p for p in parts if p not in (part, part_2)])
    there_3 = lines(part_3 / "runs.log")
    run.kill()
    early = run.communicate()[0]
    wait_for("the end of all that the killed driver began", lambda: not any(list(processes(p)) for p in parts))
    assert not out.exists()
    finished = [p for p in parts if (p / "runs.csv").exists() and not (p / "runs.log").exists()]
    before = stamps(finished)
    late = ends(driver(out, "--workers", "2"), 0)
    same(out, whole)
    assert stamps(finished) == before, "a finished shard was run again"
    said = early + late
    for victim, runs in ((part, there), (part_2, there_2), (part_3, there_3)):
        number = parts.index(victim) + 1
        # How the shard ended for the first time: finished by the driver that was killed, or by the second one.
        first = next(line for line in said.splitlines() if line.startswith(f"shard {number}/{SHARDS} done"))
        assert f"{runs} of " in first or f"{runs + 1} of " in first, f"{runs} runs were there: {first}"
        assert "were there already" in first, first
    print(f"a worker, a fireline and the driver were killed at {there}, {there_2} and {there_3} runs of a shard:",
          "nothing lost, nothing twice")


def test_again(folder: Path, whole: Path, address: str) -> None:
    """The same command does nothing again, whether or not the merged folder is still there; another one is refused."""
    out = folder / "night"
    parts = [folder / "night.parts" / f"part-{number}" for number in range(1, SHARDS + 1)]
    before, merged = stamps(parts), stamps([out])
    ends(driver(out), 0, "nothing is run again")
    assert (stamps(parts), stamps([out])) == (before, merged)
    ends(driver(out, of=[scenario, "--seeds", "0..41"]), 2, "another batch")
    ends(driver(out, "--fail-if", "mean(burnt_ha) >= 0"), 1, "mean(burnt_ha) >= 0")
    for name in (*TABLES, "fires.parquet", "runs.parquet"):
        (out / name).unlink(missing_ok=True)
    said = ends(driver(out, "--scheduler", address), 0)
    assert stamps(parts) == before, "a finished shard was run again"
    for number in range(1, SHARDS + 1):
        runs = len(range(number - 1, SEEDS, SHARDS))
        assert f"shard {number}/{SHARDS} done; {runs} of {runs} runs were there already" in said, said
    same(out, whole)
    # Shards of which another call asks for something else.
    other = ["--parts", str(folder / "night.parts"), "--scheduler", address]
    ends(driver(folder / "other", *other, shards=5), 2, "/5 ended with 2", "/6' there")
    print("the same command repeats nothing")


def test_failed_runs(folder: Path, address: str) -> None:
    """Exit code 4 when runs failed in a shard."""
    out = folder / "some-failed"
    of = [scenario, "--seeds", "0..4"]
    ends(driver(out, "--scheduler", address, shards=2, of=of), 0)
    subprocess.run(["rm", "-r", out], check=True)
    with (folder / "some-failed.parts" / "part-2" / "failures.csv").open("a", encoding="utf-8", newline="") as file:
        file.write("1,valley,0,1,run-card,run,made up by a test\n")
    ends(driver(out, "--scheduler", address, shards=2, of=of), 4, "shard 2/2 done", "1 runs failed")
    ends(driver(out, "--scheduler", address, shards=2, of=of), 4)
    print("failed runs give 4")


def test_locked(folder: Path, address: str) -> None:
    """A folder in use is waited for; while it stays in use it is left alone."""
    out, of = folder / "locked", [scenario, "--seeds", "0..4"]
    part = folder / "locked.parts" / "part-1"
    part.parent.mkdir()
    unfinished(part, "1/2", of)
    with (part / "runs.log").open("r+b") as log:
        fcntl.flock(log, fcntl.LOCK_EX)
        ends(driver(out, "--scheduler", address, "--lock-wait", "1", shards=2, of=of), 2, "shard 1/2 ended with 2", "locked")
        assert lines(part / "runs.log") == 0
        run = driver(out, "--scheduler", address, shards=2, of=of)
        timer = threading.Timer(5, lambda: fcntl.flock(log, fcntl.LOCK_UN))
        timer.start()
        timer.join()
        ends(run, 0)
    print("a locked folder is waited for")


def test_job_array(folder: Path, whole: Path) -> None:
    """The script for job arrays makes the same shards, one task after the other, in any order."""
    out, script = folder / "array", DRIVER.with_name("slurm_array.sh")
    for task in (2, 1):
        env = os.environ | {"FIRELINE": program, "SLURM_ARRAY_TASK_ID": str(task), "SLURM_CPUS_PER_TASK": "2"}
        subprocess.run(["bash", script, "2", out, *batch], check=True, stdout=subprocess.DEVNULL, env=env)
    parts = [f"{out}.parts/part-{task}" for task in (1, 2)]
    subprocess.run([program, "-q", "merge", "--out", out, *parts], check=True, stdout=subprocess.DEVNULL)
    same(out, whole)
    print("a job array gives the same")


def test_refused(folder: Path, address: str) -> None:
    """Bad input is refused clearly and leaves nothing merged."""
    out = folder / "refused"
    there = ["--scheduler", address]
    ends(driver(out, *there, of=["no-such.ron"]), 3, f"/{SHARDS} ended with 3", "no-such.ron")
    ends(driver(out, *there, of=[scenario, "--seeds", "4..2"]), 2, f"/{SHARDS} ended with 2", "4..2")
    ends(driver(out, shards=0), 2, "--shards is 0; expected 1 or more")
    ends(driver(out, "--fireline", "no-such-program"), 2, "no program no-such-program")
    ends(driver(out, of=[scenario, "--shard=1/2"]), 2, "--shard=1/2 stands after `--`")
    file = folder / "file"
    file.touch()
    ends(driver(file / "out"), 2, "cannot be written")
    (folder / "full").mkdir()
    (folder / "full" / "letter").touch()
    ends(driver(folder / "full"), 2, "holds no finished batch")
    # Workers that see another disk: the file they look for is not where they look.
    sys.dont_write_bytecode = True
    sys.path.insert(0, str(DRIVER.parent))
    import dask_driver
    dask_driver.sees.__defaults__ = (0.0,)
    code, said = dask_driver.run_shard([program], str(folder / "elsewhere" / "part-1"), "/", "x", 0)
    assert code == 2 and "is it shared?" in said, (code, said)
    assert not out.exists()
    print("bad input is refused")


def main() -> None:
    """All tests, in a folder that goes with them."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        whole = folder / "whole"
        subprocess.run([program, "-q", "batch", *batch, "--out", whole], check=True, stdout=subprocess.DEVNULL)
        test_killed(folder, whole)
        test_job_array(folder, whole)
        with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
            address = cluster.scheduler_address
            test_again(folder, whole, address)
            test_failed_runs(folder, address)
            test_locked(folder, address)
            test_refused(folder, address)


if __name__ == "__main__":
    main()
