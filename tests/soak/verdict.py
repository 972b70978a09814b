"""Whether a series of measurements grows: the verdict of a soak, apart from what is measured."""

import dataclasses
import statistics

MEBIBYTE = 1024.0 * 1024.0
WARM_UP = 0.25  # This part of a run does not count: caches fill, and ended logins are remembered for a minute.
SAMPLES_MIN = 8


@dataclasses.dataclass(frozen=True)
class Bound:
    """How much a series may grow, and in what unit that is told."""
    growth_max: float
    unit: str = ""
    scale: float = 1.0


@dataclasses.dataclass(frozen=True)
class Finding:
    name: str
    begin: float
    end: float
    growth: float
    bound: Bound

    @property
    def holds(self):
        return self.growth <= self.bound.growth_max

    def __str__(self):
        def text(value):
            return f"{value / self.bound.scale:.1f}"
        return (f"  {self.name:28} {text(self.begin):>9} -> {text(self.end):>9}   grew {text(self.growth):>7}"
                f" of {text(self.bound.growth_max):>6} {self.bound.unit:8} {'' if self.holds else 'TOO MUCH'}").rstrip()


def slope(points):
    """Of Theil and Sen: the median of all slopes, which a few wild points do not move."""
    thinned = points[::max(1, len(points) // 300)]
    slopes = [(other[1] - one[1]) / (other[0] - one[0])
              for index, one in enumerate(thinned) for other in thinned[index + 1:] if other[0] > one[0]]
    return statistics.median(slopes) if slopes else 0.0


def judge(name, points, bound):
    """What became of the series of (time, value). Growth is the slope over the whole span or, where that is more, how
    far the last quarter lies above the first: it may have begun late."""
    if len(points) < SAMPLES_MIN:
        raise ValueError(f"{name}: {len(points)} samples are too few to judge")
    begun, ended = points[0][0], points[-1][0]
    kept = [point for point in points if point[0] >= begun + WARM_UP * (ended - begun)]
    quarter = max(2, len(kept) // 4)
    begin = statistics.median(value for _, value in kept[:quarter])
    end = statistics.median(value for _, value in kept[-quarter:])
    growth = max(slope(kept) * (kept[-1][0] - kept[0][0]), end - begin)
    return Finding(name, begin, end, growth, bound)
