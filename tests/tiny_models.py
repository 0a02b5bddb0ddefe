"""Small embedding models of several kinds, never trained, saved as sentence-transformers saves its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
import transformers
from sentence_transformers import SentenceTransformer
from sentence_transformers.base.modules.transformer import Transformer
from sentence_transformers.sentence_transformer.modules.pooling import Pooling
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors, trainers

from index.encode import DEFAULT_MODEL
from index.encoders.find import find_model
from tests.test_imports import ROOT

SIZES: dict[str, Any] = {
    "hidden_size": 48,
    "num_hidden_layers": 3,
    "num_attention_heads": 4,
    "intermediate_size": 80,
    "initializer_range": 0.3,  # so that texts lie well apart
}
_DISTIL: dict[str, Any] = {"dim": 48, "n_layers": 3, "n_heads": 4, "hidden_dim": 80, "initializer_range": 0.3}
_LATIN = {"bos_token": "<s>", "eos_token": "</s>", "cls_token": "<s>", "sep_token": "</s>", "pad_token": "<pad>"}


def wordpieces() -> Any:
    return transformers.AutoTokenizer.from_pretrained(find_model(DEFAULT_MODEL))


def _texts() -> list[str]:
    return [path.read_text("utf-8") for path in sorted((ROOT / "data" / "articles").iterdir())]


def _wrapped(tokenizer: Tokenizer, window: int) -> Any:
    last, first = ((name, int(tokenizer.token_to_id(name) or 0)) for name in ("</s>", "<s>"))
    tokenizer.post_processor = processors.RobertaProcessing(last, first)
    fast: Any = transformers.PreTrainedTokenizerFast
    return fast(tokenizer_object=tokenizer, unk_token="<unk>", mask_token="<mask>", model_max_length=window, **_LATIN)


def byte_pairs(window: int = 62) -> Any:
    """A tokenizer as RoBERTa has it: of bytes, the space being part of the word."""
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    tokenizer.train_from_iterator(
        _texts(), trainers.BpeTrainer(vocab_size=600, special_tokens=special, initial_alphabet=alphabet)
    )
    return _wrapped(tokenizer, window)


def pieces(window: int = 62) -> Any:
    """A tokenizer as XLM-RoBERTa has it: pieces with a mark where a word begins."""
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.NFKC()
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    tokenizer.train_from_iterator(
        _texts(), trainers.UnigramTrainer(vocab_size=600, special_tokens=special, unk_token="<unk>")
    )
    return _wrapped(tokenizer, window)


KINDS: dict[str, tuple[Callable[[], Any], Callable[[int], Any]]] = {
    "bert": (wordpieces, lambda n: transformers.BertConfig(vocab_size=n, max_position_embeddings=70, **SIZES)),
    "bert-relu": (
        wordpieces,
        lambda n: transformers.BertConfig(
            vocab_size=n, max_position_embeddings=70, hidden_act="relu", layer_norm_eps=1e-5, **SIZES
        ),
    ),
    "bert-tanh": (
        wordpieces,
        lambda n: transformers.BertConfig(vocab_size=n, max_position_embeddings=70, hidden_act="gelu_new", **SIZES),
    ),
    "distilbert": (wordpieces, lambda n: transformers.DistilBertConfig(vocab_size=n, **_DISTIL)),
    "mpnet": (wordpieces, lambda n: transformers.MPNetConfig(vocab_size=n, max_position_embeddings=514, **SIZES)),
    "roberta": (
        byte_pairs,
        lambda n: transformers.RobertaConfig(vocab_size=n, max_position_embeddings=64, type_vocab_size=1, **SIZES),
    ),
    "xlm-roberta": (
        pieces,
        lambda n: transformers.XLMRobertaConfig(vocab_size=n, max_position_embeddings=64, type_vocab_size=1, **SIZES),
    ),
    "camembert": (
        pieces,
        lambda n: transformers.CamembertConfig(vocab_size=n, max_position_embeddings=64, type_vocab_size=1, **SIZES),
    ),
}


def make(kind: str, folder: Path, pooling: str = "mean", *more: Any, window: int | None = None) -> Path:
    """Saves a model of the kind to the folder; `more` are modules behind the pooling."""
    tokenizer, configure = KINDS[kind]
    cut = tokenizer()
    auto: Any = transformers.AutoModel
    with torch.random.fork_rng():
        torch.manual_seed(11)
        network = auto.from_config(configure(len(cut)))
    # Norms and biases begin as 1 and 0, and then nobody would see one that is left out.
    with torch.no_grad():
        for name, weight in network.named_parameters():
            if weight.ndim == 1:
                weight.add_(
                    torch.linspace(-0.3, 0.3, len(weight)) if "bias" in name else torch.linspace(0, 0.5, len(weight))
                )
    raw = folder.with_name(f"{folder.name}-raw")
    network.save_pretrained(raw)
    cut.save_pretrained(raw)
    transformer = Transformer(str(raw))
    if window:
        transformer.max_seq_length = window
    pool: Any = pooling  # its annotation lists the modes
    SentenceTransformer(modules=[transformer, Pooling(SIZES["hidden_size"], pool), *more], device="cpu").save(
        str(folder)
    )
    return folder
