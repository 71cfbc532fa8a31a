"""Power flow of a batch by power-grid-model, for bench/grid.ts: the peer in the same run.

Usage: pgm_batch.py NETWORK.json P.f64 Q.f64 SCENARIOS RUNS
NETWORK.json: {nodes: [u_rated], lines: [[from, to, r1, x1, c1, tan1]], source: [node, u_ref], loads: [node]}.
P.f64 and Q.f64: demand in W and var, float64, [scenarios x loads].
Prints one line of JSON: version, CPU seconds of one thread by method, and the lowest voltage (per unit) as a check.
"""

import json
import statistics
import sys
import time

import numpy as np
import power_grid_model as pgm

network_file, p_file, q_file, scenarios, runs = sys.argv[1:6]
scenarios, runs = int(scenarios), int(runs)
with open(network_file, encoding="utf-8") as f:
    network = json.load(f)


def array(component, count, **columns):
    out = pgm.initialize_array(pgm.DatasetType.input, component, count)
    for name, value in columns.items():
        out[name] = value
    return out


nodes, lines, loads = network["nodes"], np.array(network["lines"]), network["loads"]
first_line = len(nodes)
first_load = first_line + len(lines)
data = {
    "node": array("node", len(nodes), id=np.arange(len(nodes)), u_rated=nodes),
    "line": array(
        "line", len(lines), id=first_line + np.arange(len(lines)), from_node=lines[:, 0], to_node=lines[:, 1],
        from_status=1, to_status=1, r1=lines[:, 2], x1=lines[:, 3], c1=lines[:, 4], tan1=lines[:, 5], i_n=1000.0,
    ),
    "sym_load": array(
        "sym_load", len(loads), id=first_load + np.arange(len(loads)), node=loads, status=1,
        type=pgm.LoadGenType.const_power, p_specified=0.0, q_specified=0.0,
    ),
    "source": array(
        "source", 1, id=first_load + len(loads), node=network["source"][0], status=1, u_ref=network["source"][1], sk=1e20,
    ),
}
model = pgm.PowerGridModel(data)
update = pgm.initialize_array(pgm.DatasetType.update, "sym_load", (scenarios, len(loads)))
update["id"] = data["sym_load"]["id"]
update["p_specified"] = np.fromfile(p_file).reshape(scenarios, len(loads))
update["q_specified"] = np.fromfile(q_file).reshape(scenarios, len(loads))

result = {"version": pgm.__version__ if hasattr(pgm, "__version__") else None, "methods": {}}
if result["version"] is None:
    from importlib.metadata import version

    result["version"] = version("power-grid-model")
for method in ("iterative_current", "newton_raphson", "linear"):
    seconds = []
    for run in range(runs + 1):
        began = time.process_time()
        out = model.calculate_power_flow(
            update_data={"sym_load": update}, calculation_method=method, error_tolerance=1e-8, max_iterations=50,
            threading=-1, output_component_types={"node": ["u_pu", "u_angle"]},
        )
        if run > 0:
            seconds.append(time.process_time() - began)
    result["methods"][method] = {"cpuS": statistics.median(seconds), "minPu": float(out["node"]["u_pu"].min())}
print(json.dumps(result))
