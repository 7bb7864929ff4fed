#!/usr/bin/env python3
"""Runs the shards of a `fireline batch` on a Dask cluster and merges them; see docs/cluster.md.

    pip install 'dask[distributed]'
    python3 examples/cluster/dask_driver.py --shards 12 --out night -- scenarios/valley.ron --seeds 0..1000
    python3 examples/cluster/dask_driver.py --scheduler tcp://head:8786 --shards 64 --out /shared/night -- ...

What stands after `--` goes to `fireline batch` as it is. Without --scheduler the workers are processes of this machine.
Each shard has a folder of its own, OUT.parts/part-I. The same command goes on after any interruption: runs that are
finished are never run again. Exit codes: those of fireline (0 done, 1 a --fail-if held or the disk failed, 2 wrong
arguments or a folder that is refused, 3 bad input, 4 some runs failed); 1 also when workers or the cluster are lost.
"""
from __future__ import annotations

import argparse
import contextlib
import json
import logging
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
import uuid
from pathlib import Path
from typing import Any

import dask
from dask.distributed import Client, Future, KilledWorker, LocalCluster, TimeoutError as DaskTimeout, wait

DONE, FAILED, USAGE, RUNS_FAILED, INTERRUPTED = 0, 1, 2, 4, 130
# Arguments that are the driver's to give; the program's messages are read, hence --lang.
TAKEN = ("--out", "--shard", "--resume", "--jobs", "--fail-if", "--lang")
# What fireline says of a folder that another fireline holds the lock of.
BUSY = "another program writes to"
# Lines in which fireline tells how far it is, every half minute.
PROGRESS = re.compile(r"\d+/\d+ ")
# Becomes fireline in the same process, which the kernel kills when the worker dies (PR_SET_PDEATHSIG): a shard that is
# given to another worker finds its folder free at once.
DIE_WITH_WORKER = """
import ctypes, os, signal, sys
ctypes.CDLL(None).prctl(1, signal.SIGKILL)
if os.getppid() != int(sys.argv[1]):
    sys.exit("the worker died before fireline began")
os.execv(sys.argv[2], sys.argv[2:])
"""


class Refused(Exception):
    """Why the driver ends, with its exit code."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code


# What workers run.


def run_shard(command: list[str], part: str, cwd: str, mark: str, lock_wait_s: float) -> tuple[int, str]:
    """Runs one shard to its end, or what is left of it; gives fireline's exit code and what it said.

    `mark` is what the driver wrote to the file `mark` beside the folder `part`: a worker that does not find it there has
    another disk. While another process holds the folder's lock (a worker that the scheduler lost sight of, say) the shard
    waits as long as that one gets on, and `lock_wait_s` seconds more.
    """
    host = socket.gethostname()
    if not sees(os.path.join(os.path.dirname(part), "mark"), mark):
        return USAGE, f"worker {host} does not see what the driver wrote to {os.path.dirname(part)}; is it shared?"
    if not os.path.isdir(cwd):
        return USAGE, f"worker {host} has no folder {cwd}; start the driver in a folder that all workers see"
    if not os.access(command[0], os.X_OK):
        return USAGE, f"worker {host} has no program {command[0]}; give --fireline a path that holds on all workers"
    size, since = -1, time.monotonic()
    while True:
        code, said = call(command, cwd)
        if code != USAGE or BUSY not in said:
            return code, said
        found = log_size(part)
        if found != size:
            size, since = found, time.monotonic()
        elif time.monotonic() - since > lock_wait_s:
            return code, f"{said}\nworker {host} saw it locked and not growing for {lock_wait_s:g} s"
        time.sleep(1)


def call(command: list[str], cwd: str) -> tuple[int, str]:
    """Runs a program that does not outlive this process; an error, for Dask to try again, when it is killed."""
    guard = [sys.executable, "-ISc", DIE_WITH_WORKER, str(os.getpid())] if sys.platform == "linux" else []
    ran = subprocess.run(guard + command, cwd=cwd, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                         stderr=subprocess.PIPE, encoding="utf-8", errors="replace")
    if ran.returncode < 0:
        raise RuntimeError(f"fireline was killed by signal {-ran.returncode} on {socket.gethostname()}\n{ran.stderr}")
    return ran.returncode, ran.stderr.strip()


def sees(path: str, text: str, patience_s: float = 10) -> bool:
    """Whether a file holds a text; network file systems may take a while to show a new file."""
    end = time.monotonic() + patience_s
    while True:
        try:
            if Path(path).read_text(encoding="utf-8") == text:
                return True
        except OSError:
            pass
        if time.monotonic() > end:
            return False
        time.sleep(0.5)


def log_size(part: str) -> int:
    """Bytes of finished runs in a folder; -1 when there is no log."""
    try:
        return os.stat(os.path.join(part, "runs.log")).st_size
    except OSError:
        return -1


# What the driver does.


def count_lines(path: Path) -> int:
    """Lines of a file, 0 when it is not there."""
    try:
        with path.open("rb") as file:
            return sum(1 for _ in file)
    except OSError:
        return 0


def runs_done(parts: list[Path]) -> str:
    """How many runs are finished, and of how many, by what lies in the folders."""
    done, total = 0, 0
    for part in parts:
        try:
            plan = json.loads((part / "batch.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue
        policies, variants = len(plan["policies"]), (plan["design"] or {"rows": 1})["rows"]
        total = policies * variants * len(plan["scenarios"]) * (plan["seeds"]["end"] - plan["seeds"]["start"])
        if (part / "runs.log").exists():
            done += policies * count_lines(part / "runs.log")
        else:
            done += sum(max(0, count_lines(part / name) - 1) for name in ("runs.csv", "failures.csv"))
    return f"{done} of {total} runs" if total else "no run yet"


def tell(text: str) -> None:
    """Prints a line of progress."""
    print(text, flush=True)


def finish(future: Future, name: str) -> None:
    """Tells how a shard ended.

    Raises Refused unless all its runs are there.
    """
    error = future.exception() if future.status == "error" else None
    if isinstance(error, KilledWorker):
        hint = "out of memory, perhaps: fewer --jobs or threads; finished runs are kept, the same command goes on"
        raise Refused(FAILED, f"shard {name}: every worker that ran it was lost ({hint})\n{error}")
    if error is not None or future.status != "finished":
        raise Refused(FAILED, f"shard {name}: {error or 'the scheduler dropped it'}")
    code, said = future.result()
    if code not in (DONE, RUNS_FAILED):
        raise Refused(code, f"shard {name} ended with {code}:\n{said}")
    notes = [line for line in said.splitlines() if not PROGRESS.match(line)]
    tell("; ".join([f"shard {name} done", *notes]))


def run_shards(client: Client, args: argparse.Namespace, program: str, mark: str, parts: list[Path]) -> None:
    """Runs all shards on the cluster.

    Raises Refused at the first one that cannot be finished; those not begun are not begun then.
    """
    futures: dict[Future, str] = {}
    group = f"fireline-{uuid.uuid4()}"
    for number, part in enumerate(parts, 1):
        name = f"{number}/{len(parts)}"
        command = [program, "--lang", "en", "batch", *args.batch, "--out", str(part), "--shard", name, "--resume"]
        if args.jobs:
            command += ["--jobs", str(args.jobs)]
        # A key of its own each time: what was once done may be due again after somebody took a folder away.
        future = client.submit(run_shard, command, str(part), os.getcwd(), mark, args.lock_wait,
                               key=(group, number), retries=args.retries)
        futures[future] = name
    shards, told = len(futures), time.monotonic()
    while futures:
        with contextlib.suppress(DaskTimeout):
            wait(list(futures), timeout=args.tell, return_when="FIRST_COMPLETED")
        for future in [f for f in futures if f.done()]:
            finish(future, futures.pop(future))
        if time.monotonic() - told >= args.tell:
            told = time.monotonic()
            tell(f"{shards - len(futures)} of {shards} shards, {runs_done(parts)}, {len(client.nthreads())} workers")


def make_mark(folder: Path) -> str:
    """Writes the file by which workers know the shared folder, or reads the one that is there."""
    path = folder / "mark"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            path.write_text(str(uuid.uuid4()), encoding="utf-8")
        with path.open("r+", encoding="utf-8") as file:
            return file.read()
    except OSError as error:
        raise Refused(USAGE, f"{folder} cannot be written: {error.strerror}; give --out a shared folder") from error


def parse(arguments: list[str]) -> argparse.Namespace:
    """Reads the arguments."""
    about = (__doc__ or "").split("\n\n")
    parser = argparse.ArgumentParser(description=about[0], epilog=about[-1],
                                     usage="%(prog)s [OPTIONS] --out DIR -- SCENARIO... [OPTIONS OF fireline batch]")

    def option(name: str, value: type, default: object, metavar: str, text: str, **more: Any) -> None:
        parser.add_argument(name, type=value, default=default, metavar=metavar, help=text, **more)

    option("--out", Path, None, "DIR", "folder for the merged tables", required=True)
    option("--parts", Path, None, "DIR", "folder for the shards' folders, seen by all workers (default: OUT.parts)")
    option("--shards", int, 8, "N", "how many parts; some for each thread of a worker even out the end (default: 8)")
    option("--scheduler", str, None, "ADDRESS", "a running Dask cluster, for example tcp://head:8786")
    option("--workers", int, os.cpu_count() or 1, "N", "processes when there is no --scheduler (default: one a core)")
    option("--jobs", int, 1, "N", "runs at a time in a shard (default: 1, as Dask counts threads; 0: one a core)")
    option("--fireline", str, os.environ.get("FIRELINE") or "fireline", "PATH",
           "the program (default: $FIRELINE, or fireline on the PATH)")
    option("--fail-if", str, [], "CONDITION", "exit with 1 where this holds for the whole batch", action="append")
    option("--retries", int, 3, "N", "how often a shard may lose its worker or its process (default: 3)")
    option("--lock-wait", float, 120, "S", "seconds to wait for a folder that is locked and does not grow (default: 120)")
    option("--tell", float, 15, "S", "seconds between lines of progress (default: 15)")
    option("batch", str, None, "SCENARIO", "scenarios and options of fireline batch", nargs="+")
    args = parser.parse_args(arguments)
    for name, least in (("shards", 1), ("workers", 1), ("jobs", 0), ("retries", 0), ("lock_wait", 0), ("tell", 0.1)):
        if getattr(args, name) < least:
            parser.error(f"--{name.replace('_', '-')} is {getattr(args, name)}; expected {least} or more")
    for argument in args.batch:
        if argument.split("=")[0] in TAKEN:
            parser.error(f"{argument} stands after `--`; the driver gives the shards {', '.join(TAKEN)} itself")
    args.out = args.out.absolute()
    args.parts = (args.parts or args.out.with_name(args.out.name + ".parts")).absolute()
    return args


def start_cluster(stack: contextlib.ExitStack, workers: int) -> LocalCluster:
    """Starts processes of this machine as workers. They leave Ctrl-C to the driver, with which they end."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        return stack.enter_context(LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None,
                                                silence_logs=logging.ERROR))
    finally:
        signal.signal(signal.SIGINT, before)


def drive(args: argparse.Namespace) -> int:
    """Runs what is left of the batch, merges it and gives the exit code."""
    found = shutil.which(args.fireline)
    if found is None:
        raise Refused(USAGE, f"no program {args.fireline}; give --fireline PATH or set FIRELINE")
    program = os.path.abspath(found)
    last = ["--out", str(args.out)] + [word for condition in args.fail_if for word in ("--fail-if", condition)]
    if args.out.is_dir() and any(args.out.iterdir()):
        if not (args.out / "runs.csv").is_file() or (args.out / "runs.log").exists():
            raise Refused(USAGE, f"{args.out} is not empty and holds no finished batch; give another --out")
        # Whether it is this batch, fireline sees.
        tell(f"{args.out} is finished; nothing is run again")
        return subprocess.run([program, "--lang", "en", "batch", *args.batch, "--resume", *last]).returncode
    parts = [args.parts / f"part-{number}" for number in range(1, args.shards + 1)]
    mark = make_mark(args.parts)
    dask.config.set({"distributed.scheduler.allowed-failures": args.retries})
    try:
        with contextlib.ExitStack() as stack:
            client = stack.enter_context(Client(args.scheduler or start_cluster(stack, args.workers), timeout=30))
            run_shards(client, args, program, mark, parts)
    except OSError as error:
        raise Refused(FAILED, f"the cluster {args.scheduler or 'of this machine'} does not answer: {error}") from error
    tell(f"all {len(parts)} shards done, {runs_done(parts)}; they are merged into {args.out}")
    return subprocess.run([program, "--lang", "en", "merge", *map(str, parts), *last]).returncode


def main() -> int:
    """Runs the driver and says why where it ends early."""
    args = parse(sys.argv[1:])
    try:
        return drive(args)
    except Refused as refused:
        print(refused, file=sys.stderr)
        return refused.code
    except KeyboardInterrupt:
        print(f"interrupted; finished runs are kept, this goes on: {shlex.join(sys.argv)}", file=sys.stderr)
        return INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
