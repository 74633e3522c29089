"""An audio language model in this process, by transformers: for the checkpoints that vLLM does not serve.

The weights are loaded when the first question comes, and once. They have to be on this machine already: nothing is
fetched here. One question at a time; a sound longer than the processor takes would be cut by it, so `longest_s` is asked first.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError

from index.errors import ToolFailed
from tools.listener.checkpoints import longest_s
from tools.listener.said import Said, separate
from tools.listener.sound import RATE, Samples

_CLASSES = {
    "musicflamingo": "MusicFlamingoForConditionalGeneration",
    "audioflamingo3": "AudioFlamingo3ForConditionalGeneration",
}


@dataclass
class Local:
    """A checkpoint (a folder, or a name in the Hugging Face cache) on `device`: auto, cuda or cpu."""

    model: str
    device: str = "auto"
    limit_s: float = 600.0
    total_s: float = 1800.0
    _lock: threading.RLock = field(default_factory=threading.RLock, init=False, repr=False)
    _stopped: threading.Event = field(default_factory=threading.Event, init=False, repr=False)
    _loaded: tuple[Any, Any] | None = field(default=None, init=False, repr=False)

    def longest_s(self) -> float:
        """Seconds of sound that go into one question; loads the checkpoint."""
        return min(longest_s(self.model, self.limit_s), float(self._load()[0].max_audio_len))

    def ask(self, sound: Samples, question: str, most_tokens: int) -> Said:
        """The model's answer on a sound (frames,) at 16 kHz, empty if it says nothing; raises `ToolFailed` when it cannot run."""
        with self._lock:
            self._go_on()
            processor, model = self._load()
            content = [{"type": "text", "text": question}, {"type": "audio"}]
            text = processor.apply_chat_template(
                [{"role": "user", "content": content}], add_generation_prompt=True, tokenize=False
            )
            given = processor(text=[text], audio=[sound], sampling_rate=RATE).to(model.device)
            given["input_features"] = given["input_features"].to(model.dtype)
            try:
                with torch.inference_mode():
                    made = model.generate(
                        **given, max_new_tokens=most_tokens, do_sample=False, max_time=self.total_s, stopping_criteria=[self._done]
                    )  # fmt: skip
            except torch.OutOfMemoryError as exc:
                raise ToolFailed(f"{self.model} ran out of memory on {model.device}") from exc
            self._go_on()
            new = made[0, given["input_ids"].shape[1] :]
            answer = processor.tokenizer.decode(new, skip_special_tokens=True)
        return separate(answer, cut=len(new) >= most_tokens)

    def stop(self) -> None:
        """Ends what is being answered with `ToolFailed`, and whatever is asked from now on."""
        self._stopped.set()

    def _done(self, ids: torch.Tensor, scores: Any, **_: Any) -> torch.Tensor:
        """For transformers, after each token: whether the answers (rows of `ids`) are to end here."""
        return torch.full((len(ids),), self._stopped.is_set(), device=ids.device)

    def _go_on(self) -> None:
        if self._stopped.is_set():
            raise ToolFailed(f"{self.model} was stopped")

    def trouble(self) -> str | None:
        """Why this checkpoint cannot be used, in one line, or None; reads its configuration, not its weights."""
        try:
            self._class()
            self._on()
        except ToolFailed as failed:
            return str(failed)
        return None

    def _class(self) -> Any:
        """The class of transformers that runs the checkpoint."""
        import transformers

        try:
            kind = transformers.AutoConfig.from_pretrained(self.model, local_files_only=True).model_type
        except (OSError, ValueError) as exc:
            where = "no checkpoint there" if Path(self.model).is_dir() else "not on this machine"
            raise ToolFailed(
                f"{self.model}: {where}; fetch it first (`hf download {self.model}`), or name a folder (LINERNOTES_AUDIO_MODEL)"
            ) from exc
        if kind not in _CLASSES:
            raise ToolFailed(f"{self.model}: a {kind} checkpoint; here run {', '.join(sorted(_CLASSES))}")
        return getattr(transformers, _CLASSES[kind])

    def _on(self) -> str:
        if self.device != "auto":
            if self.device.startswith("cuda") and not torch.cuda.is_available():
                raise ToolFailed(f"{self.model} is to run on {self.device}, and there is no CUDA device")
            return self.device
        return "cuda" if torch.cuda.is_available() else "cpu"

    def _load(self) -> tuple[Any, Any]:
        """Processor and model, loaded on first use, in the precision that the checkpoint was saved in."""
        with self._lock:
            if self._loaded is None:
                import transformers

                kind, device = self._class(), self._on()
                try:
                    processors: Any = transformers.AutoProcessor
                    processor = processors.from_pretrained(self.model, local_files_only=True)
                    model = kind.from_pretrained(self.model, dtype="auto", local_files_only=True).to(device).eval()
                except (OSError, ValueError, RuntimeError, SafetensorError) as exc:
                    raise ToolFailed(f"{self.model} cannot be loaded: {str(exc).splitlines()[0]}") from exc
                self._loaded = (processor, model)
            return self._loaded
