"""What a figure depends on: the machine, the versions, the build."""
import datetime
import os
import pathlib
import re
import subprocess
import time

from .processes import Failure, machine_cpu_seconds


def processors():
    return os.cpu_count() or 1


def output(command):
    """Standard output and error of a command, or nothing: a fact may be missing."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=30)
        return (done.stdout + done.stderr).strip()
    except (OSError, subprocess.TimeoutExpired):
        return ""


def first_match(pattern, text, default="unknown"):
    found = re.search(pattern, text, re.MULTILINE)
    return found.group(1).strip() if found else default


def file_system(folder):
    return output(["stat", "-f", "-c", "%T", str(folder)])


def require_disk(folder):
    kind = file_system(folder)
    if kind in ("tmpfs", "ramfs", "overlayfs"):
        raise Failure(f"{folder} is on {kind}: choose a folder on a real disk with --scratch")


def flush_microseconds(folder, seconds=0.5):
    """Median time of writing 8 KiB in place and fdatasync."""
    file = folder / "flush-probe"
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT)
    times = []
    try:
        os.pwrite(descriptor, bytes(1 << 20), 0)
        os.fsync(descriptor)
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            start = time.perf_counter()
            os.pwrite(descriptor, bytes(8192), 8192 * (len(times) % 128))
            os.fdatasync(descriptor)
            times.append(time.perf_counter() - start)
    finally:
        os.close(descriptor)
        file.unlink()
    return 1e6 * sorted(times)[len(times) // 2]


def wait_for_quiet(timeout, busy_share=0.1):
    """Until the processes of the machine use less than a tenth of it for half a second, or the time is over."""
    end = time.monotonic() + timeout
    while time.monotonic() < end:
        before, start = machine_cpu_seconds()["processes"], time.monotonic()
        time.sleep(0.5)
        used = machine_cpu_seconds()["processes"] - before
        if used / (time.monotonic() - start) / processors() < busy_share:
            return


def build_type(program):
    """Of the build folder a program lies in."""
    for folder in pathlib.Path(program).resolve().parents:
        cache = folder / "CMakeCache.txt"
        if cache.exists():
            text = cache.read_text(errors="replace")
            kind = first_match(r"^CMAKE_BUILD_TYPE:\w+=(.*)$", text)
            flags = first_match(rf"^CMAKE_CXX_FLAGS_{kind.upper()}:\w+=(.*)$", text, "")
            return f"{kind} ({flags})"
    return "unknown"


def describe(folder, postgres_programs):
    release = first_match(r'^PRETTY_NAME="(.*)"$', pathlib.Path("/etc/os-release").read_text())
    memory = int(first_match(r"^MemTotal:\s+(\d+)", pathlib.Path("/proc/meminfo").read_text(), "0")) / (1 << 20)
    return {
        "date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
        "machine": f"{processors()} processors "
                   f"({first_match(r'^model name.*: (.*)$', pathlib.Path('/proc/cpuinfo').read_text())}), {memory:.0f} GB, "
                   f"{release}, Linux {os.uname().release}",
        "disk": f"{file_system(folder)}, one flush of 8 KiB {flush_microseconds(folder):.0f} us",
        "PostgreSQL": first_match(r"(\d+\.\d+)", output([f"{postgres_programs}/postgres", "--version"])),
        "wrk": first_match(r"^wrk (\S+)", output(["wrk", "-v"])),
        "compiler": output(["c++", "--version"]).split("\n")[0],
    }
