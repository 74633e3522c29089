"""The command line, `linernotes`: one parser, one function a command. Bad input ends with one line and exit code 2."""

from __future__ import annotations

import argparse
import errno
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import NoReturn

# Nothing here may ask a hub or report usage; both libraries read these when they are imported.
os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # threads that spin while they wait cost more than they give

from assistant.settings import load
from index.errors import UserError
from ui.dialogs import dialogs_options, replay_options, runs_options, simulate_options
from ui.options import Command
from ui.options import lazy as _lazy
from ui.options import positive as _positive
from ui.rights_options import rights_options

_FULL = {errno.ENOSPC, errno.EDQUOT}  # where output goes to, a disk is full


def main(argv: Sequence[str] | None = None) -> int:
    """Runs a command; returns its exit code: 0 done, 1 and 3 as the command says, 2 bad input, 130 interrupted."""
    args = _parser().parse_args(argv)
    try:
        settings = load(base_url=getattr(args, "base_url", None)).with_options(
            brain=getattr(args, "model", None),
            fallback=getattr(args, "fallback", None),
            device=getattr(args, "device", None),
            contributions=getattr(args, "contributions", None),
        )
        command: Command = args.run
        code = command(args, settings)
        sys.stdout.flush()
    except BrokenPipeError:
        _silence()
        return 0
    except OSError as exc:
        if exc.errno not in _FULL:
            raise
        print(f"linernotes: nothing more could be written: {exc.strerror}", file=sys.stderr)
        _silence()
        return 2
    except UserError as wrong:
        print(f"linernotes: {wrong}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("linernotes: interrupted", file=sys.stderr)
        return 130
    return code


def _silence() -> None:
    """Nothing more goes to a standard output that takes nothing."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class _Parser(argparse.ArgumentParser):
    """Says in one line what is wrong with a command."""

    def error(self, message: str) -> NoReturn:
        """Ends the program with exit code 2."""
        self.exit(2, f"{self.prog}: {message}; see `{self.prog} --help`\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="linernotes", description="A conversational companion to a music catalogue.")
    parser.add_argument("--version", action="version", version=f"linernotes {version('linernotes')}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _index(commands.add_parser("index", help="build an index of a catalogue, look into it, search it"))
    _analyze(commands.add_parser("analyze", help="measure audio files: tempo, key, chords, sections, loudness"))
    _chat(commands.add_parser("chat", help="talk to a catalogue in the terminal, or in JSON lines"))
    _web(commands.add_parser("web", help="open the web page on 127.0.0.1"))
    _demo(commands.add_parser("demo", help="make the demo catalogue and its index, then open the web page"))
    rights_options(commands.add_parser("rights", help="block, withdraw and look up tracks for their rights holders"))
    _doctor(commands.add_parser("doctor", help="say what is there, what is missing, and what to do"))
    _serve(commands.add_parser("serve", help="serve the reasoning model and the audio model with vLLM"))
    _replay(commands.add_parser("replay", help="hold scripted dialogs and check them"))
    _dialogs(commands.add_parser("dialogs", help="check, begin, derive dialogs; let simulated listeners talk"))
    runs_options(commands.add_parser("runs", help="runs of dialogs: list, show, compare"))
    return parser


def _index(parser: argparse.ArgumentParser) -> None:
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    build = commands.add_parser(
        "build", help="read a folder of music or a manifest into an index; run again to update or resume"
    )
    build.add_argument("source", type=Path, help="a folder of music, or a .jsonl, .csv or .parquet manifest")
    build.add_argument("--index", type=Path, required=True, metavar="DIR", help="where the index is kept")
    build.add_argument(
        "--replace", action="store_true", help="let most tracks of the index go, where the source has them no longer"
    )
    build.add_argument("--captions", choices=("writer", "flamingo"), default="writer", help="who describes tracks without a caption: the caption writer, from measurements (default), or the audio language model that is configured")  # fmt: skip
    _jobs(build, "tracks")
    _device(build)
    info = commands.add_parser("info", help="what an index holds")
    search = commands.add_parser("search", help="search an index without a conversation")
    search.add_argument("text", help="what to look for")
    search.add_argument("-n", "--count", type=_positive, default=10, help="how many tracks (default: %(default)s)")
    check = commands.add_parser("check", help="prove that an index is sound; mends its vector index")
    duplicates = commands.add_parser("duplicates", help="copies of a recording and versions of a song, by their sound")
    for command in (info, search, check, duplicates):
        command.add_argument("--index", type=Path, metavar="DIR", help="default: the demo catalogue's")
    for command, name in (
        (build, "build_index"),
        (info, "info"),
        (search, "search_index"),
        (check, "check"),
        (duplicates, "duplicates"),
    ):
        command.add_argument("--json", action="store_true", help="print JSON")
        command.set_defaults(run=_lazy("ui.commands", name))


def _analyze(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE")
    parser.add_argument("--json", action="store_true", help="one JSON object a line, in order")
    parser.add_argument("--plot", type=Path, metavar="PNG", help="draw it; with several files, a folder")
    parser.add_argument(
        "--only", metavar="PARTS", help="some of rhythm, harmony, form, sound, ..., with commas between"
    )
    _jobs(parser, "files")
    _device(parser)
    parser.set_defaults(run=_lazy("ui.analyze", "analyze"))


def _chat(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("message", nargs="?", help="one turn; without it the chat is interactive")
    parser.add_argument("--thread", default=None, help="go on with a conversation of this name")
    parser.add_argument(
        "--jsonl",
        action="store_true",
        help="requests as JSON lines on stdin, answers as JSON lines on stdout",
    )
    _brain(parser)
    _device(parser)
    parser.set_defaults(run=_lazy("ui.chat", "chat"))


def _web(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--port", type=_port, default=7860, help="default: %(default)s; the next free one if it is taken"
    )
    parser.add_argument(
        "--contributions",
        choices=("off", "ask"),
        help="whether artists may add their own tracks to the catalogue, when they say so (default: ask)",
    )
    parser.add_argument("--host", metavar="ADDRESS", help="where to listen (default: 127.0.0.1); others ask for --auth")
    parser.add_argument("--auth", metavar="FILE|NAME:PASSWORD", help="who may sign in: a file of users (a line is made by `python -m ui.signin NAME`), or one user")  # fmt: skip
    parser.add_argument("--root-path", metavar="PATH", help="the path under which a proxy serves the page")
    _brain(parser)
    _device(parser)
    parser.set_defaults(run=_lazy("ui.site", "serve"))


def _demo(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--prepare", action="store_true", help="stop before serving")
    parser.add_argument("--limit", type=_positive, default=None, help="only the first tracks, for a quick look")
    parser.add_argument("--port", type=_port, default=7860)
    _jobs(parser, "tracks")
    parser.add_argument("--index", type=Path, default=None, help=argparse.SUPPRESS)
    _device(parser)
    parser.set_defaults(run=_lazy("ui.demo", "demo"))


def _doctor(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print JSON")
    _brain(parser)
    _device(parser)
    parser.set_defaults(run=_lazy("ui.commands", "doctor"))


def _serve(parser: argparse.ArgumentParser) -> None:
    parser.description = "Serves the models that suit this machine's GPU with vLLM until it is interrupted. Meanwhile `linernotes web --model vllm` finds them by itself."
    parser.add_argument("--print", action="store_true", help="print the commands, start nothing")
    parser.add_argument("--gpu-memory", type=_memory, metavar="GB", help="memory of one GPU (default: what it says)")
    parser.add_argument("--agent-model", metavar="ID|DIR|none", help="default: what suits the memory")
    parser.add_argument("--audio-model", metavar="ID|DIR|none", help="default: what suits the memory, or none")
    parser.add_argument("--port", type=_port, default=8000, help="of the agent model (default: %(default)s)")
    parser.add_argument("--audio-port", type=_port, default=8001, help="of the audio model (default: %(default)s)")
    parser.add_argument("--host", default="127.0.0.1", help="where to listen (default: %(default)s)")
    parser.add_argument(
        "--replicas", type=_positive, default=1, help="copies of the agent model, a GPU each, behind one URL"
    )
    parser.add_argument("--max-model-len", type=_positive, metavar="TOKENS", help="longest context of the agent model")
    parser.add_argument("--tool-call-parser", metavar="NAME", help="for a model that is not in the table")
    parser.add_argument("--reasoning-parser", metavar="NAME", help="for a model that is not in the table, or none")
    parser.add_argument("--python", metavar="PATH", help="an interpreter that has vLLM (LINERNOTES_VLLM_PYTHON)")
    parser.add_argument("--cpu", action="store_true", help="serve a small model on the processor")
    parser.add_argument("--offline", action="store_true", help="fetch nothing: the models are on this machine already")
    parser.add_argument("--json", action="store_true", help="print JSON: where the servers answer, or the commands")
    parser.set_defaults(run=_lazy("ui.serve", "serve"))


def _dialogs(parser: argparse.ArgumentParser) -> None:
    simulated = dialogs_options(parser).add_parser(
        "simulate", help="listeners who look for hidden tracks, and how many find them"
    )
    simulate_options(simulated)
    _brain(simulated)
    _device(simulated)


def _replay(parser: argparse.ArgumentParser) -> None:
    replay_options(parser)
    _brain(parser)
    _device(parser)


def _brain(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--index", type=Path, metavar="DIR", help="default: the demo catalogue's")
    parser.add_argument("--model", choices=("embedded", "vllm"), help="the brain (default: embedded)")
    parser.add_argument("--base-url", help="an OpenAI-compatible endpoint, for --model vllm")
    parser.add_argument(
        "--fallback",
        action="store_true",
        default=None,
        help="let the embedded reader answer turns in which the served model fails; it says so",
    )


def _jobs(parser: argparse.ArgumentParser, what: str) -> None:
    parser.add_argument(
        "-j",
        "--jobs",
        type=_positive,
        default=max(os.cpu_count() or 1, 1),
        help=f"{what} analyzed at once (default: %(default)s)",
    )


def _device(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--device", choices=("auto", "cpu", "cuda"), help="where audio is analyzed (default: auto)")


def _memory(text: str) -> float:
    with suppress(ValueError):
        if 0 < float(text) < 10_000:
            return float(text)
    raise argparse.ArgumentTypeError(f"{text!r} is no amount of memory in GB")


def _port(text: str) -> int:
    with suppress(ValueError):
        if 0 < int(text) < 65_536:
            return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is no port")


if __name__ == "__main__":
    sys.exit(main())
