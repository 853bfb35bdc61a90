"""The network: MiniLM's encoder, a span head over its tokens, and two figures for the passage as a whole."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor, nn

from index.errors import ModelError


class Output(NamedTuple):
    """Logits: `start` and `end` of shape (batch, tokens), `answered` and `relevance` of shape (batch,).

    Position 0 of a span stands for "not here"; tokens that are not of the passage have the least value.
    """

    start: Tensor
    end: Tensor
    answered: Tensor
    relevance: Tensor


class ReaderNetwork(nn.Module):
    """Reads `[CLS] question [SEP] head [SEP] passage [SEP]`; `passage` marks position 0 and the passage's tokens."""

    def __init__(self, encoder: nn.Module, width: int) -> None:
        super().__init__()
        self.encoder = encoder
        self.span = nn.Linear(width, 2)
        self.hidden = nn.Linear(2 * width, width)
        self.verdict = nn.Linear(width, 2)

    def forward(self, ids: Tensor, types: Tensor, mask: Tensor, passage: Tensor) -> Output:
        states = self.encoder(input_ids=ids, token_type_ids=types, attention_mask=mask)[0]
        spans = self.span(states).float()
        spans = spans.masked_fill(~passage.unsqueeze(-1), -1e4)
        weights = mask.unsqueeze(-1).to(states.dtype)
        mean = (states * weights).sum(1) / weights.sum(1)
        pooled = torch.cat([states[:, 0], mean], dim=1)
        verdict = self.verdict(nn.functional.gelu(self.hidden(pooled))).float()
        return Output(spans[..., 0], spans[..., 1], verdict[:, 0], verdict[:, 1])


def new_network(folder: Path, attention: str = "sdpa") -> ReaderNetwork:
    """A network over the encoder in `folder`, its heads not trained yet, its word embeddings frozen.

    Raises ModelError.
    """
    from safetensors import SafetensorError
    from safetensors.torch import load_file
    from transformers import BertConfig, BertModel

    try:
        config = BertConfig.from_pretrained(folder, local_files_only=True)
        weights = load_file(folder / "model.safetensors")
    except (OSError, ValueError, SafetensorError) as error:
        raise ModelError(f"The encoder in {folder} cannot be read ({error}); delete that folder.") from error
    # Without dropout a step takes two thirds of the time, and one pass over the data does not overfit.
    config.hidden_dropout_prob = config.attention_probs_dropout_prob = 0.0
    config._attn_implementation = attention
    encoder = BertModel(config, add_pooling_layer=False)
    missing = encoder.load_state_dict(weights, strict=False).missing_keys
    if missing:
        raise ModelError(f"The encoder in {folder} lacks {missing[0]}; delete that folder.")
    encoder.get_parameter("embeddings.word_embeddings.weight").requires_grad_(False)
    encoder.loss_type = "ForQuestionAnswering"  # never used; where it is not set, tracing the network warns of it
    return ReaderNetwork(encoder, config.hidden_size)
