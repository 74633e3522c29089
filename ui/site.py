"""The site: the page with its audio. Nothing but tracks of the catalogue and one's own playlists can be fetched; `shield` stands
around it, `signin` at its door. Behind a proxy: `--root-path /music`; for other machines `--host` asks for `--auth`."""

from __future__ import annotations

import argparse
import asyncio
import errno
import logging
import socket
from contextlib import suppress
from importlib import resources
from pathlib import Path

import gradio as gr
import uvicorn
from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import FileResponse

from assistant.redaction import RedactingFilter, Redaction
from assistant.reply import Assistant
from assistant.settings import Settings
from assistant.threads import Threads
from assistant.works import Works
from index.errors import UserError
from tools.audio.decode import is_audio
from ui.commands import open_index, tell_silence
from ui.page.layout import TITLE, page
from ui.shield import LOCAL, Limits, Shield
from ui.signin import COOKIE, Door

HOST = "127.0.0.1"
_UPLOAD_LIMIT = "200mb"
_BACKLOG = 2048  # visitors that wait to be let in
_SHELF = 40  # characters of a listener's folder of playlists; a bearer who knows it is that listener


def serve(args: argparse.Namespace, settings: Settings) -> int:
    """`web`: runs until Ctrl-C."""
    assistant = Assistant(settings, open_index(args, settings), Threads(settings.threads))
    tell_silence(settings)
    assistant.warm()
    host, root, door = _where(args)
    app = application(assistant, door=door, root=root)
    server = uvicorn.Server(
        uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=2, server_header=False, access_log=False)
    )
    server.config.load()
    ear = listen(host, args.port)
    logging.getLogger("httpx").setLevel(logging.WARNING)
    keep_secrets_out_of_logs(Redaction.of(settings))
    logging.getLogger("uvicorn.error").addFilter(_is_no_end)
    named = f"[{host}]" if ":" in host else host
    print(f"Liner Notes is at http://{named}:{ear.getsockname()[1]}{root} (Ctrl-C ends it)", flush=True)
    with suppress(KeyboardInterrupt):  # Ctrl-C is how it ends
        server.run(sockets=[ear])
    return 0


def _where(args: argparse.Namespace) -> tuple[str, str, Door | None]:
    """Address, path behind a proxy, and who may come in; raises `UserError` for a site that everybody could use."""
    host = getattr(args, "host", None) or HOST
    root = "/" + str(getattr(args, "root_path", None) or "").strip("/")
    said = getattr(args, "auth", None)
    if host not in {HOST, "localhost", "::1"} and not said:
        raise UserError(f"--host {host} is open to other machines; say with --auth who may come in")
    return host, root.rstrip("/"), Door.of(said) if said else None


def _is_no_end(record: logging.LogRecord) -> bool:
    """Whether a line of the log is about anything but pages that were still open when the site ended."""
    cancelled = record.exc_info and isinstance(record.exc_info[1], asyncio.CancelledError)
    return not cancelled and "graceful shutdown exceeded" not in record.getMessage()


def keep_secrets_out_of_logs(redaction: Redaction) -> None:
    """Every handler of the program's logs passes its lines through the redaction."""
    logging.lastResort = None
    logging.getLogger().handlers = logging.getLogger().handlers or [logging.StreamHandler()]
    for name in ("", "uvicorn", "uvicorn.error", "uvicorn.access", "linernotes"):
        for handler in logging.getLogger(name).handlers:
            handler.addFilter(RedactingFilter(redaction))


def application(
    assistant: Assistant, *, door: Door | None = None, root: str = "", limits: Limits | None = None
) -> Shield:
    """The whole site: /, /audio/ID and /playlist/SHELF/NAME, /health, and with a door /login and /logout."""
    app = FastAPI(title=TITLE, docs_url=None, redoc_url=None, openapi_url=None)
    works = Works(assistant.settings.home)

    @app.get("/audio/{track_id:path}")
    def audio(track_id: str) -> FileResponse:
        track = assistant.catalogue.track(track_id)
        if track is None or not track.audio or not is_audio(Path(track.audio)):
            raise HTTPException(404, "no audio for this track")
        return FileResponse(track.audio)

    @app.get("/work/{identity}")
    def work(identity: str) -> FileResponse:
        path = works.sound(identity)
        if path is None or not path.is_file():
            raise HTTPException(404, "no such track")
        return FileResponse(path, headers={"Cache-Control": "no-store"})

    @app.get("/playlist/{shelf}/{name}")
    def playlist(shelf: str, name: str, request: Request) -> FileResponse:
        user = door.who(request.cookies.get(COOKIE)) if door else None
        own = (
            assistant.settings.playlists_of(f"user:{user}") if user else assistant.settings.playlists / Path(shelf).name
        )
        file = own / Path(name).name
        if len(own.name) != _SHELF or own.name != shelf or file.suffix not in {".m3u8", ".jspf"} or not file.is_file():
            raise HTTPException(404, "no such playlist")
        return FileResponse(file, filename=file.name)

    style, narrow, script = (
        resources.files("ui.page").joinpath(name).read_text("utf-8") for name in ("style.css", "narrow.css", "page.js")
    )
    theme = gr.themes.Soft(primary_hue="amber", neutral_hue="stone", font=["Georgia", "serif"], font_mono=["monospace"])
    blocks = page(assistant, works)
    blocks.queue(default_concurrency_limit=4, max_size=64)
    mounted: FastAPI = gr.mount_gradio_app(
        app, blocks, path="/", root_path=root or None, auth_dependency=(lambda request: door.who(request.cookies.get(COOKIE))) if door else None, server_name=HOST, theme=theme, css=style, js=script, max_file_size=_UPLOAD_LIMIT, show_error=True, footer_links=[], run_history=False, mcp_server=True,
        head=f'<meta name="color-scheme" content="light dark"><style>{narrow}</style>',
    )  # fmt: skip
    return Shield(mounted, door, root, TITLE, limits or (Limits() if door else LOCAL))


def listen(host: str, wanted: int) -> socket.socket:
    """A socket that listens at the wanted port, or at the next free one of the following fifty: who connects from now on is
    heard, at the latest when the site runs. Raises `UserError` when none is free, or the host is no address of this machine."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    last = min(wanted + 49, 65535)
    for port in range(wanted, last + 1):
        try:
            return socket.create_server((host, port), family=family, backlog=_BACKLOG)
        except OSError as exc:
            if exc.errno != errno.EADDRINUSE:
                raise UserError(f"{host}:{port} cannot be listened on ({exc.strerror}); choose another with --host or --port") from exc  # fmt: skip
    raise UserError(f"the ports {wanted} to {last} are all taken; choose another with --port")
