"""The group of commands, and the one place where errors become a line and an exit code."""

from __future__ import annotations

import importlib
import os
import sys
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

import click

from papermesh.cli.exits import MEANINGS, CommandFailed, Exit
from papermesh.cli.visible import one_line

COMMANDS: Final = {
    "classify": "papermesh.cli.classify:classify",
    "analyze": "papermesh.cli.analyze:analyze",
    "extract": "papermesh.cli.extract:extract",
    "up": "papermesh.cli.up:up",
    "serve": "papermesh.cli.serve:serve",
    "bridge": "papermesh.cli.bridge:bridge",
    "version": "papermesh.cli.version:version",
}
"""Where each command is, in the order the help lists them. Loaded when asked for, so that each starts quickly."""

INTERRUPTED: Final = "interrupted"
EPILOG: Final = "\b\nExit codes:\n" + "\n".join(f"  {code:3}  {meaning}" for code, meaning in MEANINGS.items())


class Group(click.Group):
    """A group that loads its commands late, and whose errors are one line each."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  the signature is click's
        """The names of the commands, in the order of the help."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  likewise
        """The command of a name, loaded now."""
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the arguments name. Raises click.UsageError, with the name that was probably meant."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            near = get_close_matches(args[0], COMMANDS, n=1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            raise click.UsageError(f"{error.message}{hint}", ctx) from error

    def invoke(self, ctx: click.Context) -> Any:
        """Runs a command. What click would answer in its own way, an interrupt and a lost reader, is told in ours."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            raise CommandFailed(INTERRUPTED, Exit.INTERRUPTED) from None
        except BrokenPipeError:
            drop_output()
            return Exit.BROKEN_PIPE

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Runs the command line and exits with its code."""
        kwargs["standalone_mode"] = False
        # The gRPC core logs to standard error on its own, what our errors say better. Must be set before it is loaded.
        os.environ.setdefault("GRPC_VERBOSITY", "NONE")
        replace_closed_streams()
        survive_any_encoding()
        try:
            code = super().main(*args, **kwargs)
            sys.stdout.flush()
        except click.exceptions.NoArgsIsHelpError as error:
            error.show()
            code = Exit.USAGE
        except (CommandFailed, click.ClickException) as error:
            code = tell(error)
        except click.Abort:  # an interrupt before the command began
            code = tell(CommandFailed(INTERRUPTED, Exit.INTERRUPTED))
        except BrokenPipeError:  # at the last flush
            drop_output()
            code = Exit.BROKEN_PIPE
        except OSError as error:  # a full disk behind standard output, a current folder that is gone
            drop_output()
            code = tell(CommandFailed(f"Cannot go on: {error.strerror or error}.", Exit.FAILED))
        sys.exit(int(code or 0))


@click.version_option(package_name="papermesh", message="%(package)s %(version)s")
@click.group(
    cls=Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}, epilog=EPILOG
)
def main() -> None:
    """Papermesh reads documents: what kind each one is, and how good it is."""


def tell(error: CommandFailed | click.ClickException) -> int:
    """Prints the line of an error, and returns its exit code."""
    if isinstance(error, CommandFailed):
        message, code = error.message, int(error.code)
    else:
        message, code = error.format_message(), error.exit_code
    if isinstance(error, click.UsageError) and error.ctx:
        stop = "" if message.endswith((".", "?", "!")) else "."
        message = f"{message}{stop} See: {error.ctx.command_path} --help"
    click.echo(f"papermesh: {one_line(message)}", err=True)
    return code


def replace_closed_streams() -> None:
    """Puts nothing in the place of standard streams that were closed, so that they can be read and written."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115  for as long as we live


def survive_any_encoding() -> None:
    """Has characters that the terminal cannot show come out as escapes, where they would be an error."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(errors="backslashreplace")


def drop_output() -> None:
    """Sends what is still to be printed nowhere, so that nothing complains when the process ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
