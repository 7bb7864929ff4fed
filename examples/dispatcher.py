#!/usr/bin/env python3
"""A dispatcher in forty lines: sends the two nearest crews to every fire, one more each half hour.

python3 examples/dispatcher.py [FIRELINE] [SCENARIO] [SEED]   (see docs/external.md)
"""
import json
import subprocess
import sys
import tempfile

fireline, scenario, seed = (sys.argv[1:] + ["target/release/fireline", "scenarios/valley.ron", "7"][len(sys.argv) - 1:])[:3]


def decide(desk, sent):
    """Orders for what the desk believes now; `sent` counts the units of each incident."""
    orders, taken = [], set()
    for fire in desk["incidents"]:
        number = fire["number"]
        if not fire["is_verified"] or fire["is_contained"]:
            continue
        wanted = 2 + int((desk["t_s"] - fire["opened_s"]) // 1800)
        near = sorted((u["eta_s"][str(number)], u["id"]) for u in desk["units"]
                      if u["is_free"] and u["id"] not in taken and str(number) in u["eta_s"])
        for _, unit in near[: max(0, wanted - sent.get(number, 0))]:
            orders.append({"order": "dispatch", "unit": unit, "incident": number})
            taken.add(unit)
            sent[number] = sent.get(number, 0) + 1
    return orders


with tempfile.TemporaryDirectory() as folder:
    command = [fireline, "-q", "run", scenario, "--seed", seed, "--policy", "external", "--out", f"{folder}/run"]
    try:
        run = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8")
    except FileNotFoundError:
        sys.exit(f"{fireline} is not there; build it with 'cargo build --release' or say where it is")
    sent = {}
    for line in run.stdout:
        message = json.loads(line)
        if message["kind"] == "desk":
            print(json.dumps(decide(message, sent)), file=run.stdin, flush=True)
    if run.wait() == 0:
        totals = json.load(open(f"{folder}/run/scorecard.json", encoding="utf-8"))["totals"]
        print(f"burnt {totals['burnt_ha']} ha; {totals['counterfactual_ha']} ha with nobody to fight it")
    sys.exit(run.returncode)
