"""The right call: what the rules want on generated estates whose next thirty days are known.

A machine is a workload, a function of absolute time, on an instance type. What the look-back shows of it goes the real
way: series as CloudWatch keeps them, `observe.measuring`, the observation, the planners. What the days after the
finding hold decides what was right. `python -m bench.truth.figures --help` has the sizes.
"""
