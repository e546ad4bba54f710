"""A pretrained encoder in the shape of the engine computes what it computed before, but for GELU. Run by test_tiny.py, where PyTorch is."""
import pathlib
import sys
import types
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
GELU = 0.15  # what hard-swish in its place may change of three layers, relative to an embedding


def teacher_of(processor):
    """A random BERT whose WordPieces are the processor's pieces, one for one."""
    import torch
    from transformers import BertConfig, BertModel

    torch.manual_seed(1)
    config = BertConfig(vocab_size=processor.vocab_size(), hidden_size=32, num_hidden_layers=3, num_attention_heads=4, intermediate_size=64,
                        hidden_dropout_prob=0, attention_probs_dropout_prob=0)
    bert = BertModel(config, add_pooling_layer=False).eval()
    for parameter in bert.parameters():  # as initialised, neurons and positions hardly matter
        parameter.data += 0.2 * torch.randn_like(parameter)
    pieces = [processor.id_to_piece(i) for i in range(processor.vocab_size())]
    words = {piece[1:] if piece.startswith("\u2581") else "##" + piece: i for i, piece in enumerate(pieces)}
    tokens = types.SimpleNamespace(get_vocab=lambda: words, encode=lambda text, **_: [words[text]] if text in words else [], unk_token_id=0)
    return types.SimpleNamespace(encoder=bert, tokens=tokens)


class Adopted(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        sys.path.insert(0, str(ROOT / "scripts" / "train"))
        import bert
        import sentencepiece
        import torch

        cls.bert, cls.torch = bert, torch
        cls.processor = sentencepiece.SentencePieceProcessor(model_file=str(ROOT / "tests" / "unit" / "data" / "tiny.model"))
        bert.predict = lambda teacher, queries: teacher.encoder(torch.tensor([cls.processor.encode(q) for q in queries]))  # without a head
        cls.ids = torch.tensor([[7, 20, 33, 4], [50, 51, 52, 53]])

    def setUp(self):
        self.teacher = teacher_of(self.processor)

    def adopt(self, keep, **more):
        return self.bert.adopt(self.teacher, self.processor, keep, ["hammer"], **more).eval()

    def expected(self, layers):
        kept, encoder = self.teacher.encoder.encoder.layer, self.teacher.encoder
        encoder.encoder.layer = kept[:layers]
        with self.torch.no_grad():
            found = encoder(self.ids, position_ids=self.torch.arange(1, 5)[None].expand(2, 4)).last_hidden_state.mean(1)
        encoder.encoder.layer = kept
        return found

    def difference(self, encoder, layers):
        """Of the embeddings, relative to their length."""
        with self.torch.no_grad():
            expected = self.expected(layers)
            return float((encoder(self.ids) - expected).norm() / expected.norm())

    def test_all_layers(self):
        self.assertLess(self.difference(self.adopt(range(3)), 3), GELU)

    def test_first_layers(self):
        self.assertLess(self.difference(self.adopt([0, 1]), 2), GELU)
        self.assertGreater(self.difference(self.adopt([0, 1]), 3), 2 * GELU)

    def test_whole_table_through_a_projection(self):
        self.assertLess(self.difference(self.adopt(range(3), columns=31), 3), 2 * GELU)

    def test_busiest_neurons_are_kept(self):
        for layer in self.teacher.encoder.encoder.layer:  # half of them do nothing
            layer.output.dense.weight.data[:, ::2] = 0
        encoder = self.adopt(range(3), hidden=32)
        self.assertEqual(encoder.config["hidden"], 32)
        self.assertLess(self.difference(encoder, 3), GELU)


if __name__ == "__main__":
    unittest.main()
