"""joblib doing the benchmark's work; one JSON argument in, one line of JSON out, as the children in ../work/child do."""

import json
import os
import resource
import sys
import time
from statistics import median

import joblib
import numpy

task = json.loads(sys.argv[1])


runs = []


def quote(item, region):
    return {"item": item, "region": region, "total": item * 1.19, "currency": "EUR", "inStock": item % 3 == 0}


def numbers(byte_length):
    runs.append(byte_length)
    return numpy.random.default_rng(1).random(byte_length // 8)


def rate(step, warmup=0.25, slice_s=0.06, slices=5):
    def run(seconds):
        done, start = 0, time.perf_counter()
        while (elapsed := time.perf_counter() - start) < seconds:
            step(done)
            done += 1
        return done / elapsed

    run(warmup)
    return median(run(slice_s) for _ in range(slices))


def timed(action):
    start = time.perf_counter()
    result = action()
    return (time.perf_counter() - start) * 1000, result


def anonymous_mb():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("RssAnon")) / 1024


def memory(mmap_mode=None):
    return joblib.Memory(os.path.join(task["dir"], "joblib"), mmap_mode=mmap_mode, verbose=0)


def hit():
    cached = memory().cache(quote)
    regions = ["north", "east", "south", "west"]
    for i in range(100):
        cached(i, regions[i % 4])
    return {"figure": rate(lambda i: cached(i % 100, regions[i % 4]))}


def key_array():
    array = numbers(task["byteLength"])
    joblib.hash(array[:1000])
    ms = median(timed(lambda: joblib.hash(array))[0] for _ in range(1))
    return {"figure": task["byteLength"] / ms / 1e6}


def array():
    mapped = "r" if task.get("variant") == "mapped" else None
    cached = memory(mapped).cache(numbers)
    if task["action"] == "store":
        run_ms, _ = timed(lambda: numbers(task["byteLength"]))
        ms, _ = timed(lambda: cached(task["byteLength"]))
        return {"figure": max(0.0, ms - run_ms)}
    before, start = anonymous_mb(), time.perf_counter()
    loaded = cached(task["byteLength"])
    float(loaded[0])
    first_ms = (time.perf_counter() - start) * 1000
    float(loaded.sum())
    sum_ms = (time.perf_counter() - start) * 1000
    assert not runs, "the array was computed, not loaded"
    return {"firstMs": first_ms, "sumMs": sum_ms, "addedMb": anonymous_mb() - before}


figures = {"hit": hit, "key-array": key_array, "array": array}[task["work"]]()
peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({**figures, "peakMb": peak_mb}))
