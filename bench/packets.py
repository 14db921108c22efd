"""What a firewall costs frames, the kernel's memory and the service's: measured on the lab's stock kernel, whose clock counts instructions."""

import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

FLOWS = ["bare", "ct", "ours:1:20", "ours:10:20", "ours:100:20", "ours:1000:20", "ours:10:200", "ours:10:2000", "map:1000:20", "map:10:200", "chain:10:20", "chain:100:20"]
QUICK = ["bare", "ct", "ours:10:20", "ours:1000:20", "map:10:20", "chain:100:20"]
MEMORY = ["ours:1000:20", "map:1000:20"]
COLUMNS = ("in_known", "out_known", "in_new", "out_new")
WORDS = {"bare": "the bridge alone", "ct": "connections alone", "ours": "Drawbridge", "map": "literal rules, found by a map", "chain": "literal rules, found by a chain"}


def in_machine(binary, words, accelerator):
    """Lines of JSON that the command prints."""
    command = [str(binary), "lab", "run", "--vm", "--accel", accelerator, "--timeout", "1800", "--", *map(str, words)]
    answer = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    return [json.loads(line) for line in answer.splitlines() if line.startswith("{")]


def measure_flows(binary, tool, sides, rounds):
    rows = {row["side"]: {column: statistics.median(row[column]) for column in COLUMNS} for row in in_machine(binary, [tool, "flows", rounds, *sides], "count")}
    bare, ct = rows.get("bare"), rows.get("ct")
    for row in rows.values():
        # What is above, measured by what conntrack takes for a frame of a known connection.
        if bare and ct:
            unit = ct["in_known"] - bare["in_known"]
            row["above"] = {column: (row[column] - (ct if column.endswith("known") else bare)[column]) / unit for column in COLUMNS}
    return rows


def measure_memory(binary, tool, guests):
    kernel = {row["side"]: row["kib"][-1] for row in in_machine(binary, [tool, "memory", 2, *(side.replace("1000", str(guests)) for side in MEMORY)], "tcg")}
    service = in_machine(binary, [sys.executable, pathlib.Path(__file__).resolve(), binary, tool, guests], "tcg")[0]
    return {"guests": guests, "kernel_kib": kernel, **service}


def name_of(side):
    kind, *shape = side.split(":")
    return f"{WORDS[kind]}, {shape[0]} × {shape[1]}" if kind in WORDS and shape else WORDS.get(side, side)


def flows_table(rows):
    lines = ["| rules, guests × rules of each | known, in | known, out | new, in | new, out | above: known, in | known, out | new, in | new, out |",
             "|---|---|---|---|---|---|---|---|---|"]
    for side, row in rows.items():
        above = [f"{row['above'][column]:.2f}" for column in COLUMNS] if "above" in row else ["-"] * 4
        lines.append("| " + " | ".join([name_of(side), *(f"{row[column]:,.0f}" for column in COLUMNS), *above]) + " |")
    return "\n".join(lines) + "\n"


def memory_table(found):
    lines = [f"| {found['guests']} guests × 20 rules | MiB |", "|---|---|"]
    lines += [f"| kernel: {name_of(side)} | {kib / 1024:.1f} |" for side, kib in found["kernel_kib"].items()]
    lines += [f"| service, of its own | {found['service_own_kib'] / 1024:.1f} |", f"| service, with pages of files | {found['service_kib'] / 1024:.1f} |"]
    return "\n".join(lines) + "\n"


def of_process(pid, name):
    with open(f"/proc/{pid}/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith(name + ":"))


def measure_enforced(binary, tool, guests, rounds):
    rows = [in_machine(binary, [sys.executable, pathlib.Path(__file__).resolve(), binary, tool, each, rounds], "count")[0] for each in guests]
    return [{"guests": each, **row, "ratio": row["service_ms"] / row["kernel_ms"]} for each, row in zip(guests, rows)]


def enforced_table(rows):
    lines = ["| one guest's file among | saved until enforced, ms | p99 | the kernel's part alone, ms | p99 | ratio |", "|---|---|---|---|---|---|"]
    lines += [f"| {row['guests']} | {row['service_ms']:.2f} | {row['service_p99_ms']:.2f} | {row['kernel_ms']:.2f} | {row['kernel_p99_ms']:.2f} | {row['ratio']:.2f} |" for row in rows]
    return "\n".join(lines) + "\n"


def watch_service(binary, tool, guests, rounds=None):
    """Inside the machine: the service with these guests' files, once their rules are in force and all is quiet."""
    with tempfile.TemporaryDirectory() as root:
        subprocess.run([tool, "files", root, guests, "20"], check=True)
        os.makedirs(f"{root}/etc/network")
        pathlib.Path(f"{root}/etc/network/interfaces").write_text("auto vmbr0\niface vmbr0 inet manual\n\tbridge-ports none\n")
        subprocess.run("ip link set lo up; ip link add vmbr0 type bridge; ip link set vmbr0 up", shell=True, check=True)
        service = subprocess.Popen([binary, "--root", root, "--node", "n1", "daemon"])
        until = time.monotonic() + 300
        while subprocess.run(["nft", "list", "chain", "bridge", "drawbridge", "guest-in"], capture_output=True, check=False).returncode != 0:
            if service.poll() is not None or time.monotonic() > until:
                sys.exit("bench: the service does not bring its rules into force")
            time.sleep(0.5)
        time.sleep(10)
        if rounds:
            subprocess.run([tool.replace("bench_packets", "bench_enforced"), root, "100", rounds], check=True)
            service.terminate()
            return service.wait()
        print(json.dumps({"service_kib": of_process(service.pid, "VmRSS"), "service_own_kib": of_process(service.pid, "RssAnon"), "service_peak_kib": of_process(service.pid, "VmHWM")}))
        service.terminate()
        return service.wait()


if __name__ == "__main__":
    sys.exit(watch_service(*sys.argv[1:]))
