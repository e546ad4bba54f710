"""The integer arithmetic of the engine, in PyTorch: what training simulates, what the pack stores, what parity tests compare with."""
import torch


class RoundThrough(torch.autograd.Function):
    """Rounding whose gradient is the identity (straight-through estimator, Bengio et al. 2013, arXiv:1308.3432)."""

    @staticmethod
    def forward(context, values):
        return values.round()

    @staticmethod
    def backward(context, gradient):
        return gradient


def quantize_rows_dynamic(x):
    """XNNPACK's qd8: every row to int8 with its own scale and zero point, and back to float32."""
    low = x.amin(-1, keepdim=True).clamp(max=0)
    high = x.amax(-1, keepdim=True).clamp(min=0)
    scale = torch.where(high == low, torch.ones_like(high), 255 / (high - low).clamp(min=1e-30))
    from_low, from_high = -128 + low * scale, 127 + high * scale
    zero = torch.where(from_low + from_high > 0, -128 - low * scale, 127 - high * scale).clamp(-128, 127).round().detach()
    scale = scale.detach()
    return ((RoundThrough.apply(x * scale) + zero).clamp(-128, 127) - zero) / scale


def weight_scales(weight, step):
    """One scale a row for int8 weights. `step` (in standard deviations of the tensor) trades download size for
    precision: the entropy of round(w / scale), which is what brotli comes close to, is about 2.05 - log2(step) bits a
    weight (a uniform quantiser followed by entropy coding; Gish & Pierce 1968)."""
    scale = torch.full((weight.shape[0],), step * float(weight.std()))
    return torch.maximum(scale, weight.abs().amax(1) / 127).clamp(min=1e-12)


def table_scales(table):
    """One scale a row for int4 tables: of some clipping points, the one with the least squared error."""
    best_error = torch.full((table.shape[0],), float("inf"))
    peak = table.abs().amax(1).clamp(min=1e-6)
    best = peak / 7
    for clip in (1.0, 0.92, 0.84, 0.76, 0.68, 0.6, 0.52):
        scale = peak * clip / 7
        error = ((table / scale[:, None]).round().clamp(-7, 7) * scale[:, None] - table).square().sum(1)
        better = error < best_error
        best_error = torch.where(better, error, best_error)
        best = torch.where(better, scale, best)
    return best


def fake_quantize(weight, scales, limit):
    """round(w / scale) within -limit..limit, times scale; differentiable."""
    return RoundThrough.apply(weight / scales[:, None]).clamp(-limit, limit) * scales[:, None]


def shortened(values, bits=10):
    """Floats whose mantissa has so many bits: its last bits are zero then, and a download that much smaller."""
    mantissa, exponent = torch.frexp(values)
    return torch.ldexp((mantissa * 2**bits).round() / 2**bits, exponent)


def to_integers(weight, scales, limit):
    return (weight / scales[:, None]).round().clamp(-limit, limit).to(torch.int8)
