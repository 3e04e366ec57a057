"""What a run found, as a table for people and as JSON."""
import statistics


def spread(values, digits=0):
    """min - median - max, or the one value."""
    low, middle, high = min(values), statistics.median(values), max(values)
    shown = [f"{value:,.{digits}f}" for value in (low, middle, high)]
    return shown[0] if shown[0] == shown[2] else " - ".join(shown)


def median_of(cells, key):
    return statistics.median(cell[key] for cell in cells)


def rows_of(cells):
    """Cells grouped by (workload, connections), then by contender, in the order in which they were first measured."""
    groups = {}
    for cell in cells:
        groups.setdefault((cell["workload"], cell["connections"]), {}).setdefault(cell["contender"], []).append(cell)
    return groups


def summary(cells):
    """Medians and ratios, for the JSON file."""
    found = []
    for (workload, connections), contenders in rows_of(cells).items():
        medians = {name: median_of(own, "requests_per_second") for name, own in contenders.items()}
        entry = {"workload": workload, "connections": connections, "requests_per_second": medians}
        for other in ("naive", "nginx"):
            if "tally" in medians and other in medians:
                entry[f"tally_to_{other}"] = medians["tally"] / medians[other]
        found.append(entry)
    return found


HEADINGS = ["contender", "requests/s", "p50 ms", "p99 ms", "p99.9 ms", "errors", "service us/req", "PostgreSQL us/req",
            "memory MB", "others' CPU"]


def tables(cells):
    """A Markdown table for each workload and number of connections, and the ratios under it."""
    lines = []
    for (workload, connections), contenders in rows_of(cells).items():
        lines += [f"### {workload}, {connections} connection{'s' if connections > 1 else ''}", "",
                  "| " + " | ".join(HEADINGS) + " |", "|" + " --- |" * len(HEADINGS)]
        for name, own in contenders.items():
            lines.append("| " + " | ".join([
                name, spread([cell["requests_per_second"] for cell in own]),
                f"{median_of(own, 'p50_ms'):.2f}", f"{median_of(own, 'p99_ms'):.2f}", f"{median_of(own, 'p999_ms'):.2f}",
                str(sum(cell["errors"] for cell in own)),
                f"{1e6 * median_of(own, 'service_cpu_per_request'):.1f}",
                f"{1e6 * median_of(own, 'postgres_cpu_per_request'):.1f}",
                f"{max(cell['peak_memory_mb'] for cell in own):.1f}",
                f"{100 * max(cell['other_cpu_share'] for cell in own):.0f} %"]) + " |")
        lines += ["", *ratio_lines(contenders), ""]
    return "\n".join(lines)


def ratio_lines(contenders):
    lines = []
    if "tally" in contenders:
        for other in ("naive", "nginx"):
            if other in contenders:
                by_round = {cell["round"]: cell["requests_per_second"] for cell in contenders[other]}
                ratios = [cell["requests_per_second"] / by_round[cell["round"]] for cell in contenders["tally"]
                          if by_round.get(cell["round"])]
                medians = [median_of(contenders[name], "requests_per_second") for name in ("tally", other)]
                if medians[1]:
                    lines.append(f"Tally / {other}: **{medians[0] / medians[1]:.2f}** (round by round {spread(ratios, 2)})")
    return lines


def facts(machine):
    return "\n".join(f"- {name}: {value}" for name, value in machine.items())
