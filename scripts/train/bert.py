"""A pretrained BERT encoder, whole or some of its layers, as an encoder of the engine's shape with other pieces.

The engine adds where BERT adds (post_norm) and has BERT's 2n + 1 norms in the same order, so that but for two things nothing is lost:
hard-swish stands for GELU (both nearly x times a sigmoid; the slope goes into the weights), and pieces that are no WordPiece
need vectors. Dropping layers from the top: Sajjad et al. 2020, arXiv:2004.03844; every other one: Sanh et al. 2019, arXiv:1910.01108;
neurons by what they do on a sample: Muralidharan et al. 2024, arXiv:2407.14679.
"""
import torch

import model
from teacher import predict
from vocabulary import PADDING

SLOPE = 1.8  # x * hardsigmoid(1.8 x) is nearest to GELU(x) for x of deviation 1.5


def split_pieces(teacher, processor):
    """WordPieces [pieces of `processor`][some] of each piece's text; a piece from inside a word by those from inside a word."""
    word_pieces = teacher.tokens.get_vocab()
    rows = []
    for i in range(processor.vocab_size()):
        piece = processor.id_to_piece(i)
        text = piece.replace("\u2581", " ").strip()
        inside = word_pieces.get("##" + text) if not piece.startswith("\u2581") else None
        rows.append([inside] if inside is not None else teacher.tokens.encode(text, add_special_tokens=False) or [teacher.tokens.unk_token_id])
    return rows


def piece_vectors(teacher, processor, known=None):
    """[pieces, width]: the mean of a piece's WordPieces. `known` [pieces, any]: vectors of an encoder trained with these pieces; those
    that the teacher's tokenizer cuts up are taken from there, by the linear map that fits best where it does not (as across languages:
    Mikolov et al. 2013, arXiv:1309.4168)."""
    table = teacher.encoder.embeddings.word_embeddings.weight.detach()
    rows = split_pieces(teacher, processor)
    vectors = torch.stack([table[ids].mean(0) for ids in rows])
    if known is None:
        return vectors
    whole = torch.tensor([len(ids) == 1 and ids[0] != teacher.tokens.unk_token_id for ids in rows])
    inputs = torch.cat([known, torch.ones(len(known), 1)], 1)
    fit = torch.linalg.lstsq(inputs[whole], vectors[whole]).solution
    mapped = inputs @ fit
    spread = vectors[whole].std() / mapped[whole].std()  # a regression's answers lie closer together than what it was fitted to
    middle = vectors[whole].mean(0)
    vectors[~whole] = middle + spread * (mapped[~whole] - middle)
    return vectors


@torch.no_grad()
def busiest(teacher, keep, hidden, queries):
    """Numbers of the `hidden` inner neurons of each kept layer that add most to its output over the queries, ascending."""
    layers = [teacher.encoder.encoder.layer[number] for number in keep]
    outputs = [[] for _ in layers]
    hooks = [layer.intermediate.register_forward_hook(lambda _, __, out, to=to: to.append(out.abs().mean((0, 1)))) for layer, to in zip(layers, outputs)]
    predict(teacher, queries)
    for hook in hooks:
        hook.remove()
    weights = [torch.stack(seen).float().mean(0) * layer.output.dense.weight.norm(dim=0) for seen, layer in zip(outputs, layers)]
    return [weight.topk(hidden).indices.sort().values for weight in weights]


@torch.no_grad()
def adopt(teacher, processor, keep, queries, hidden=None, columns=None, known=None, locales=()):
    """An Encoder with the layers numbered `keep` of a teacher (teacher.Teacher), in each the `hidden` inner neurons that the queries
    use most, or all."""
    bert, config = teacher.encoder, teacher.encoder.config
    width, kept = config.hidden_size, busiest(teacher, keep, hidden, queries) if hidden else [slice(None)] * len(keep)
    encoder = model.Encoder(processor.vocab_size(), width, config.num_attention_heads, hidden or config.intermediate_size, len(keep), columns=columns, locales=locales, post_norm=True)
    vectors = piece_vectors(teacher, processor, known)
    if encoder.projection is None:
        encoder.pieces.weight.copy_(vectors)
    else:
        mean = vectors.mean(0)
        basis = torch.linalg.svd(vectors - mean, full_matrices=False)[2][: encoder.config["columns"]]
        encoder.pieces.weight.copy_((vectors - mean) @ basis.T)
        encoder.projection.weight.copy_(basis.T)
        encoder.projection.bias.copy_(mean)
    encoder.pieces.weight[PADDING] = 0
    tokens = encoder.config["max_tokens"]  # from 1: BERT's first position is [CLS]
    encoder.positions.weight.copy_(bert.embeddings.position_embeddings.weight[1:tokens + 1] + bert.embeddings.token_type_embeddings.weight[0])
    norms = [bert.embeddings.LayerNorm]
    for layer, number, neurons in zip(encoder.layers, keep, kept):
        of = bert.encoder.layer[number]
        attention = of.attention.self
        for name in ("weight", "bias"):
            getattr(layer.qkv, name).copy_(torch.cat([getattr(part, name) for part in (attention.query, attention.key, attention.value)]))
        layer.out.load_state_dict(of.attention.output.dense.state_dict())
        layer.up.weight.copy_(of.intermediate.dense.weight[neurons] * SLOPE)
        layer.up.bias.copy_(of.intermediate.dense.bias[neurons] * SLOPE)
        layer.down.weight.copy_(of.output.dense.weight[:, neurons] / SLOPE)
        layer.down.bias.copy_(of.output.dense.bias)
        norms += [of.attention.output.LayerNorm, of.output.LayerNorm]
    ours = [norm for layer in encoder.layers for norm in (layer.norm1, layer.norm2)] + [encoder.final_norm]
    for norm, theirs in zip(ours, norms):
        norm.load_state_dict(theirs.state_dict())
    return encoder
