"""The site: the page with its audio on 127.0.0.1. Nothing but tracks of the catalogue and playlists can be fetched."""

from __future__ import annotations

import argparse
import logging
import socket
from contextlib import suppress
from importlib import resources
from pathlib import Path

import gradio as gr
import uvicorn
from fastapi import FastAPI, HTTPException
from fastapi.responses import FileResponse

from assistant.reply import Assistant
from assistant.settings import Settings
from assistant.threads import Threads
from assistant.works import Works
from index.errors import UserError
from ui.commands import open_index, tell_silence
from ui.page.layout import TITLE, page

HOST = "127.0.0.1"
_UPLOAD_LIMIT = "200mb"


def serve(args: argparse.Namespace, settings: Settings) -> int:
    """`web`: runs until Ctrl-C."""
    assistant = Assistant(settings, open_index(args, settings), Threads(settings.threads))
    tell_silence(settings)
    assistant.warm()
    port = _free_port(args.port)
    server = uvicorn.Server(
        uvicorn.Config(application(assistant), host=HOST, port=port, log_level="warning", timeout_graceful_shutdown=2)
    )
    server.config.load()
    logging.getLogger("httpx").setLevel(logging.WARNING)
    print(f"Liner Notes is at http://{HOST}:{port} (Ctrl-C ends it)", flush=True)
    with suppress(KeyboardInterrupt):  # Ctrl-C is how it ends
        server.run()
    return 0


def application(assistant: Assistant) -> FastAPI:
    """The whole site: /, /audio/ID and /playlist/NAME."""
    app = FastAPI(title=TITLE, docs_url=None, redoc_url=None)
    works = Works(assistant.settings.home)

    @app.get("/audio/{track_id:path}")
    def audio(track_id: str) -> FileResponse:
        track = assistant.catalogue.track(track_id)
        if track is None or not track.audio or not Path(track.audio).is_file():
            raise HTTPException(404, "no audio for this track")
        return FileResponse(track.audio)

    @app.get("/work/{identity}")
    def work(identity: str) -> FileResponse:
        path = works.sound(identity)
        if path is None or not path.is_file():
            raise HTTPException(404, "no such track")
        return FileResponse(path, headers={"Cache-Control": "no-store"})

    @app.get("/playlist/{name}")
    def playlist(name: str) -> FileResponse:
        file = assistant.settings.playlists / Path(name).name
        if file.suffix not in {".m3u8", ".jspf"} or not file.is_file():
            raise HTTPException(404, "no such playlist")
        return FileResponse(file, filename=file.name)

    style, script = (resources.files("ui.page").joinpath(name).read_text("utf-8") for name in ("style.css", "page.js"))
    theme = gr.themes.Soft(primary_hue="amber", neutral_hue="stone", font=["Georgia", "serif"], font_mono=["monospace"])
    blocks = page(assistant, works)
    blocks.queue(default_concurrency_limit=4, max_size=64)
    mounted: FastAPI = gr.mount_gradio_app(
        app, blocks, path="/", server_name=HOST, theme=theme, css=style, js=script, max_file_size=_UPLOAD_LIMIT, show_error=True, footer_links=[], run_history=False,
        head='<meta name="color-scheme" content="dark">',
    )  # fmt: skip
    return mounted


def _free_port(wanted: int) -> int:
    """The wanted port, or the next free one of the following fifty."""
    for port in range(wanted, wanted + 50):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if probe.connect_ex((HOST, port)) != 0:
                return port
    raise UserError(f"the ports {wanted} to {wanted + 49} are all taken; choose another with --port")
