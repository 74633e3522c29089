"""The brains: the embedded model, or a reasoning model behind any OpenAI-compatible endpoint (vLLM)."""

from __future__ import annotations

from typing import Any

from pydantic import SecretStr

from assistant.embedded.intent import IntentReader
from assistant.embedded.model import EmbeddedModel
from assistant.embedded.understand import Reader
from assistant.profiles import DIALECTS, profile_of
from assistant.served import ServedModel
from assistant.settings import Settings
from index.catalogue import Catalogue


def embedded_model(catalogue: Catalogue) -> EmbeddedModel:
    """The model that comes with the program."""
    return EmbeddedModel(reader=Reader(catalogue, IntentReader(catalogue.embedder)))


# The makers' own figures for known models (profiles.toml); these for the rest.
_SAMPLING = {"temperature": 0.6, "top_p": 0.95}
_STANDARD = {"temperature", "top_p", "presence_penalty", "frequency_penalty", "seed"}


def served_model(settings: Settings) -> ServedModel:
    """The model at the settings' endpoint. A turn's budget sets time limits and retries, not the client."""
    dialect, profile = DIALECTS[settings.server], profile_of(settings.model)
    sampling = dict(profile.sampling) if profile and profile.sampling else dict(_SAMPLING)
    if settings.temperature is not None:
        sampling["temperature"] = settings.temperature
    beyond = {k: v for k, v in sampling.items() if k not in _STANDARD}
    options: dict[str, Any] = {k: v for k, v in sampling.items() if k in _STANDARD}
    if beyond and dialect.extra_fields:
        options["extra_body"] = beyond
    return ServedModel(
        model=settings.model,
        base_url=settings.base_url,
        api_key=SecretStr(settings.api_key),
        max_retries=0,
        strict_tools=dialect.strict_tools,
        extra_fields=dialect.extra_fields,
        length_field=dialect.length_field,
        longest_answer=max(1024, min(8192, settings.context // 4)),
        **options,
    )
