"""The parts of `benchmark.py` and `benchmark_identity.py`.

`shop` makes a shop of any size, `measuring` takes seconds and memory, `rfm_script` is
what the project is compared with, `nights` adds new rows night by night.
"""
