"""What a run found, as a table for people and as JSON."""
import statistics


def spread(values, digits=0):
    """min - median - max, or the one value."""
    low, middle, high = (f"{value:,.{digits}f}" for value in (min(values), statistics.median(values), max(values)))
    return low if low == high else " - ".join((low, middle, high))


def median_of(cells, key):
    return statistics.median(cell[key] for cell in cells)


def rows_of(cells):
    """Cells grouped by (workload, connections), then by contender, in the order in which they were first measured."""
    groups = {}
    for cell in cells:
        groups.setdefault((cell["workload"], cell["connections"]), {}).setdefault(cell["contender"], []).append(cell)
    return groups


def ratios(tally, other):
    """How many times as fast Tally is: by the medians, and round by round."""
    by_round = {cell["round"]: cell["requests_per_second"] for cell in other}
    rounds = [cell["requests_per_second"] / by_round[cell["round"]] for cell in tally if by_round.get(cell["round"])]
    median = median_of(other, "requests_per_second")
    return (median_of(tally, "requests_per_second") / median, rounds) if median and rounds else None


def summary(cells):
    """Medians and ratios, for the JSON file."""
    found = []
    for (workload, connections), measured in rows_of(cells).items():
        entry = {"workload": workload, "connections": connections,
                 "requests_per_second": {name: median_of(own, "requests_per_second") for name, own in measured.items()}}
        for name, own in measured.items():
            if name != "tally" and "tally" in measured and (ratio := ratios(measured["tally"], own)):
                entry[f"tally_to_{name}"] = ratio[0]
        found.append(entry)
    return found


def spread_of(key, digits):
    return lambda own: spread([cell[key] for cell in own], digits)


def median_microseconds(key):
    return lambda own: f"{1e6 * median_of(own, key):.1f}"


def highest(key):
    return lambda own: f"{max(cell[key] for cell in own):.1f}" if key in own[0] else "-"


COLUMNS = {
    "requests/s": spread_of("requests_per_second", 0),
    "p50 ms": spread_of("p50_ms", 2),
    "p99 ms": spread_of("p99_ms", 2),
    "p99.9 ms": spread_of("p999_ms", 2),
    "errors": lambda own: str(sum(cell["errors"] for cell in own)),
    "service us/req": lambda own: median_microseconds("service_cpu_per_request")(own) if "peak_rss_mb" in own[0] else "-",
    "PostgreSQL us/req": median_microseconds("postgres_cpu_per_request"),
    "RSS MB": highest("peak_rss_mb"),
    "PSS MB": highest("peak_pss_mb"),
    "others' CPU": lambda own: f"{100 * max(cell['other_cpu_share'] for cell in own):.0f} %",
}


def line(fields):
    return "| " + " | ".join(fields) + " |"


def tables(cells, contenders):
    """A Markdown table for each workload and number of connections. Who cannot do it has dashes."""
    lines = []
    for (workload, connections), measured in rows_of(cells).items():
        lines += [f"### {workload}, {connections} connection{'s' if connections > 1 else ''}", "",
                  line(["contender", *COLUMNS, "Tally / it (by round)"]), "|" + " --- |" * (len(COLUMNS) + 2)]
        for name in contenders:
            own = measured.get(name)
            if own is None:
                lines.append(line([name] + ["-"] * (len(COLUMNS) + 1)))
                continue
            ratio = ratios(measured["tally"], own) if name != "tally" and "tally" in measured else None
            told = f"**{ratio[0]:.2f}** ({spread(ratio[1], 2)})" if ratio else "-"
            lines.append(line([name, *(show(own) for show in COLUMNS.values()), told]))
        lines.append("")
    return "\n".join(lines)


def facts(machine):
    return "\n".join(f"- {name}: {value}" for name, value in machine.items())
