"""The parts of tests/benchmarks/documents.py."""
