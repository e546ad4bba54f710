"""The encoder that ships, in PyTorch: a pre-norm transformer with hard-swish and mean pooling (src/encoder is its twin)."""

import copy
import random

import torch
from torch import nn
from torch.nn import functional as F

from quantize import fake_quantize, quantize_rows_dynamic, table_scales, weight_scales
from vocabulary import PADDING, UNKNOWN


class QuantizableLinear(nn.Linear):
    """A linear layer that can act as the engine's: int8 weights, inputs quantised row by row."""

    scales = None  # set by Encoder.quantize

    def forward(self, x):
        if self.scales is None:
            return super().forward(x)
        return F.linear(quantize_rows_dynamic(x), fake_quantize(self.weight, self.scales, 127), self.bias)


class Layer(nn.Module):
    def __init__(self, width, heads, hidden, post_norm):
        super().__init__()
        self.heads, self.post_norm = heads, post_norm
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.qkv, self.out = QuantizableLinear(width, 3 * width), QuantizableLinear(width, width)
        self.up, self.down = QuantizableLinear(width, hidden), QuantizableLinear(hidden, width)

    def forward(self, x, mask):
        batch, tokens, width = x.shape
        normed = self.norm1(x)
        queries, keys, values = self.qkv(normed).view(batch, tokens, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        scores = queries @ keys.transpose(-1, -2) * (width // self.heads) ** -0.5 + mask
        mixed = scores.softmax(-1).to(values.dtype) @ values
        x = (normed if self.post_norm else x) + self.out(mixed.transpose(1, 2).reshape(batch, tokens, width))
        normed = self.norm2(x)
        return (normed if self.post_norm else x) + self.down(F.hardswish(self.up(normed)))


class Encoder(nn.Module):
    """`columns`: width of the piece table; when it is not `width` a linear projection follows (a factorised table, as in
    ALBERT: Lan et al. 2019, arXiv:1909.11942). `locales`: tags with a vector that is added to every token, zero at first.
    `post_norm`: what a layer adds to is its normalised input, as in BERT (bert.py), not the input itself."""

    def __init__(self, pieces, width=256, heads=4, hidden=1024, layers=4, max_tokens=40, columns=None, locales=(), post_norm=False):
        super().__init__()
        columns = columns or width
        self.config = {"pieces": pieces, "width": width, "heads": heads, "hidden": hidden, "layers": layers, "max_tokens": max_tokens,
                       "columns": columns, "locales": list(locales), "post_norm": post_norm}
        self.pieces = nn.Embedding(pieces, columns, padding_idx=PADDING)
        self.projection = QuantizableLinear(columns, width) if columns != width else None
        self.positions = nn.Embedding(max_tokens, width)
        self.locales = nn.Embedding(len(locales) + 1, width, padding_idx=0)  # row 0: no locale, or one not known
        self.layers = nn.ModuleList(Layer(width, heads, hidden, post_norm) for _ in range(layers))
        self.final_norm = nn.LayerNorm(width)
        self.table_scales = None
        nn.init.normal_(self.pieces.weight, 0, 0.05)
        nn.init.normal_(self.positions.weight, 0, 0.02)
        nn.init.zeros_(self.locales.weight)

    def forward(self, ids, locales=None):
        """ids [batch, tokens], padded with PADDING; locales [batch], of locale_ids(); the result is [batch, width]."""
        known = ids != PADDING
        table = self.pieces.weight if self.table_scales is None else fake_quantize(self.pieces.weight, self.table_scales, 7)
        x = F.embedding(ids, table, padding_idx=PADDING)
        x = (x if self.projection is None else self.projection(x)) + self.positions.weight[: ids.shape[1]]
        if locales is not None:
            x = x + self.locales(locales)[:, None]
        mask = torch.where(known, 0.0, -1e4)[:, None, None, :].to(torch.bfloat16 if torch.is_autocast_enabled("cpu") else x.dtype)
        for layer in self.layers:
            x = layer(x, mask)
        x = self.final_norm(x).float()
        share = known[..., None].float()
        return (x * share).sum(1) / share.sum(1)

    def locale_ids(self, tags):
        """Numbers of locale tags for forward(); "" and unknown ones are 0."""
        number = {tag: i for i, tag in enumerate(self.config["locales"], 1)}
        return torch.tensor([number.get(tag, 0) for tag in tags])

    def linears(self):
        if self.projection is not None:
            yield self.projection
        for layer in self.layers:
            yield from (layer.qkv, layer.out, layer.up, layer.down)

    def quantize(self, step):
        """From here on the encoder computes as the engine does; scales stay as they are now."""
        with torch.no_grad():
            self.table_scales = table_scales(self.pieces.weight)
            for linear in self.linears():
                linear.scales = weight_scales(linear.weight, step)

    def dequantize(self):
        """From here on in floating point, until quantize()."""
        self.table_scales = None
        for linear in self.linears():
            linear.scales = None

    def initialize_pieces(self, vectors):
        """Starts the piece table from `vectors` [pieces, n >= columns], a teacher's embedding of each piece, by their
        principal components (as Model2Vec does, Tulkens & van Dongen 2024)."""
        vectors = F.normalize(vectors.float(), dim=-1)
        vectors = vectors - vectors.mean(0)
        _, _, basis = torch.linalg.svd(vectors, full_matrices=False)
        table = vectors @ basis[: self.config["columns"]].T
        with torch.no_grad():
            self.pieces.weight.copy_(table / table.std() * 0.05)
            self.pieces.weight[PADDING] = 0


def piece_vectors(donor, donor_processor, processor):
    """[pieces of `processor`, width]: the donor's vector of the same piece, or the mean of those it is cut into."""
    with torch.no_grad():
        known = donor.pieces.weight if donor.projection is None else donor.projection(donor.pieces.weight)
    rows = []
    for i in range(processor.vocab_size()):
        piece = processor.id_to_piece(i)
        same = donor_processor.piece_to_id(piece)
        ids = [same] if same != UNKNOWN else donor_processor.encode(piece.replace("\u2581", " ").strip()) or [UNKNOWN]
        rows.append(known[ids].mean(0))
    rows = torch.stack(rows)
    return rows + 0.1 * rows.std() * torch.randn_like(rows)  # so that what the donor can't tell apart isn't the same


def pad(sequences):
    width = max(map(len, sequences))
    return torch.tensor([s + [PADDING] * (width - len(s)) for s in sequences])


def tokenize(processor, query, max_tokens, sample=False):
    """Ids of a normalised query; sampled segmentations regularise (Kudo 2018, arXiv:1804.10959)."""
    ids = processor.encode(query, enable_sampling=True, alpha=0.3, nbest_size=-1) if sample else processor.encode(query)
    return ids[:max_tokens] or [UNKNOWN]


def noisy_ids(rows, noise, processor, max_tokens):
    """Padded ids of the rows' queries as a shopper might have typed them, some in a sampled segmentation."""
    return pad([tokenize(processor, text, max_tokens, random.random() < 0.3) for text in [noise(row) for row in rows]])


def baked(encoder):
    """A copy with the integer weights written in and activations left in floating point: close to the engine, and fast."""
    copied = copy.deepcopy(encoder)
    with torch.no_grad():
        copied.pieces.weight.copy_(fake_quantize(encoder.pieces.weight, encoder.table_scales, 7))
        for linear in copied.linears():
            linear.weight.copy_(fake_quantize(linear.weight, linear.scales, 127))
            linear.scales = None
    copied.table_scales = None
    return copied


@torch.no_grad()
def embed(encoder, processor, queries, locales=None, batch=512):
    """Embeddings [queries, width] in float32, in order. locales: a tag for each query ("" for none), or None."""
    encoder.eval()
    ids = [tokenize(processor, q, encoder.config["max_tokens"]) for q in queries]
    tags = None if locales is None else encoder.locale_ids(locales)
    order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
    out = torch.zeros(len(ids), encoder.config["width"])
    for start in range(0, len(order), batch):
        rows = order[start:start + batch]
        out[rows] = encoder(pad([ids[i] for i in rows]), None if tags is None else tags[rows])
    return out


def save(encoder, path, **more):
    scales = {"table": encoder.table_scales, "linears": [linear.scales for linear in encoder.linears()]}
    torch.save({"config": encoder.config, "state": encoder.state_dict(), "scales": scales, **more}, path)


def load(path):
    """(encoder, everything saved with it)"""
    saved = torch.load(path, weights_only=True)
    config = dict(saved["config"])
    encoder = Encoder(**config)
    encoder.load_state_dict(saved["state"])
    encoder.table_scales = saved["scales"]["table"]
    for linear, scales in zip(encoder.linears(), saved["scales"]["linears"]):
        linear.scales = scales
    return encoder, saved


