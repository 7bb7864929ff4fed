"""A fire on a uniform plain in ForeFire: prints cells of 10 m inside its front, and seconds.

The plain has one fuel (grass), one wind and no slope, and the front's resolution is that of 10 m cells.
Only the advance of the front is timed.
"""

import json
import re
import time
from importlib.metadata import version

import numpy as np
import pyforefire

SIDE = 12_000.0
CELL = 10.0

ff = pyforefire.ForeFire()
ff["propagationModel"] = "Farsite"
ff["fuelsTable"] = "STDfarsiteFuelsTable"
ff["moistures.ones"] = 0.06
ff["moistures.tens"] = 0.07
ff["moistures.hundreds"] = 0.08
ff["moistures.liveh"] = 0.6
ff["moistures.livew"] = 0.9
ff["spatialIncrement"] = CELL / 2
ff["perimeterResolution"] = 2 * CELL
ff["minimalPropagativeFrontDepth"] = CELL
ff["minSpeed"] = 0
ff["relax"] = 0.5
ff["SWx"] = 0
ff["SWy"] = 0
ff["Lx"] = SIDE
ff["Ly"] = SIDE
ff.execute(f"FireDomain[sw=(0,0,0);ne=({SIDE},{SIDE},0);t=0.]")
ff.addLayer("propagation", ff["propagationModel"], "propagationModel")
wind_u = np.zeros((1, 2, 20, 20))
wind_v = np.zeros((1, 2, 20, 20))
wind_u[0, 0] = 1.0
wind_v[0, 1] = 1.0
ff.addIndexLayer("table", "fuel", 0, 0, 0, SIDE, SIDE, 0, np.full((1, 1, 20, 20), 104))
ff.addScalarLayer("windScalDir", "windU", 0, 0, 0, SIDE, SIDE, 0, wind_u)
ff.addScalarLayer("windScalDir", "windV", 0, 0, 0, SIDE, SIDE, 0, wind_v)
ff.addScalarLayer("data", "altitude", 0, 0, 0, SIDE, SIDE, 0, np.zeros((1, 1, 20, 20)))
ff.execute(f"startFire[loc=({SIDE / 2},{SIDE / 4},0.);t=0.]")
ff.execute("trigger[wind;loc=(0.,0.,0.);vel=(0.0,5.0,0);t=0.]")


def cells():
    """Area inside the fronts, in cells."""
    total = 0.0
    for ring in ff.execute("print[]").split("FireFront")[1:]:
        nodes = re.findall(r"loc=\(([-\d.e+]+),([-\d.e+]+)", ring)
        if len(nodes) > 2:
            x = np.array([float(n[0]) for n in nodes])
            y = np.array([float(n[1]) for n in nodes])
            total += abs(np.dot(x, np.roll(y, 1)) - np.dot(y, np.roll(x, 1))) / 2
    return total / CELL**2


seconds = 0.0
burnt = cells()
for _ in range(40):
    clock = time.perf_counter()
    ff.execute("step[dt=300]")
    seconds += time.perf_counter() - clock
    burnt = cells()
    if burnt > 100_000 or seconds > 20.0:
        break
print(json.dumps({"version": version("forefire"), "cells": round(burnt), "seconds": seconds}))
