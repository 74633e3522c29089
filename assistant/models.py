"""The brains: the embedded model, or a reasoning model behind any OpenAI-compatible endpoint (vLLM)."""

from __future__ import annotations

from pydantic import SecretStr

from assistant.embedded.intent import IntentReader
from assistant.embedded.model import EmbeddedModel
from assistant.embedded.understand import Reader
from assistant.served import ServedModel
from assistant.settings import Settings
from index.catalogue import Catalogue


def embedded_model(catalogue: Catalogue) -> EmbeddedModel:
    """The model that comes with the program."""
    return EmbeddedModel(reader=Reader(catalogue, IntentReader(catalogue.embedder)))


def served_model(settings: Settings) -> ServedModel:
    """The model at the settings' endpoint. A turn's budget sets time limits and retries, not the client."""
    return ServedModel(
        model=settings.model,
        base_url=settings.base_url,
        api_key=SecretStr(settings.api_key),
        max_retries=0,
        temperature=0.6,
        top_p=0.95,
    )
