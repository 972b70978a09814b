"""How many times longer things take here than on an idle machine; as time_scale.hpp has it."""

import os


def time_scale():
    wanted = os.environ.get("SALLYPORT_TIME_SCALE")
    if wanted:
        return max(1, int(wanted))
    try:
        with open("/proc/loadavg", encoding="ascii") as file:
            average, _, _, running, _ = file.read().split()
    except OSError:
        return 1
    demand = max(float(average), float(running.split("/")[0]))
    return min(max(int(demand / (os.cpu_count() or 1)), 1), 30)
