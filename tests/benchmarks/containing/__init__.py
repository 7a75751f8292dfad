"""The parts of tests/benchmarks/containment.py."""
