"""The command line `papermesh`. main is its entry point; each command is a module that is loaded when it is called."""

from papermesh.cli.app import main

__all__ = ["main"]
