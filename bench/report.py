"""Samples into medians and ratios; the table, and the JSON for machines."""

import json
import os
import platform
import statistics

from cases import LIMIT, OURS, PEER


def median(samples, key="wall"):
    return statistics.median(sample[key] for sample in samples) if samples else None


def spread(samples, key="wall"):
    """Half the distance between the quartiles, relative to the median."""
    if len(samples) < 4:
        return None
    quartiles = statistics.quantiles((sample[key] for sample in samples), n=4)
    return (quartiles[2] - quartiles[0]) / 2 / quartiles[1] if quartiles[1] else None


def ratio(above, below, key="wall"):
    """Of medians; None where one side was not measured."""
    a, b = median(above, key), median(below, key)
    return a / b if a is not None and b else None


def summary(row):
    ours, peer, limit = (row["samples"][who] for who in (OURS, PEER, LIMIT))
    equal = not row["differences"]
    return {
        "case": row["case"], "count": row["count"], "limit_is": row["limit_is"], "note": row["note"],
        "against_limit": ratio(ours, limit) if equal else None,
        "against_limit_cpu": ratio(ours, limit, "cpu") if equal else None,
        "faster_than_peer": ratio(peer, ours) if equal else None,
        "median_ms": {who: milliseconds(median(row["samples"][who])) for who in row["samples"]},
        "cpu_ms": {who: milliseconds(median(row["samples"][who], "cpu")) for who in row["samples"]},
        "spread": {who: spread(row["samples"][who]) for who in row["samples"]},
        "samples": {who: len(row["samples"][who]) for who in row["samples"]},
        "differences": row["differences"],
    }


def milliseconds(seconds):
    return None if seconds is None else seconds * 1000


def machine():
    model = next((line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "unknown")
    return {"kernel": platform.release(), "processors": os.cpu_count(), "model": model, "load": os.getloadavg()[0]}


def cell(value, form):
    return "-" if value is None else form.format(value)


def table(rows):
    """Markdown: what docs/performance.md holds."""
    lines = ["| case | interfaces | to the limit | same, processor time | faster than ifupdown2 | drawbridge | limit | ifupdown2 |",
             "|---|---|---|---|---|---|---|---|"]
    for row in rows:
        where = "**outcomes differ**" if row["differences"] else cell(row["against_limit"], "{:.2f}×")
        lines.append("| " + " | ".join([
            row["case"] + row["note"], str(row["count"] or ""), where, cell(row["against_limit_cpu"], "{:.2f}×"),
            cell(row["faster_than_peer"], "{:.0f}×"),
            time_cell(row, OURS), time_cell(row, LIMIT), time_cell(row, PEER)]) + " |")
    return "\n".join(lines) + "\n"


def time_cell(row, who):
    value = row["median_ms"][who]
    if value is None:
        return "-"
    text = f"{value:.1f} ms" if value < 1000 else f"{value / 1000:.2f} s"
    return text + (f" ±{row['spread'][who] * 100:.0f} %" if row["spread"][who] is not None else "")


def document(rows, place):
    return json.dumps({"place": place, "machine": machine(), "rows": rows}, indent=1) + "\n"
