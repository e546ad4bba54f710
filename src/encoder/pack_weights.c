// XNNPACK's packing of int8 weights, by SIMD. Its own goes byte by byte, which in WebAssembly that was compiled a moment ago is the
// longest part of a page's start-up. Compiled with XNNPACK, whose gemm-config.c gets this function in place of its own
// (cmake/xnnpack.cmake); what the engine does not need is left to XNNPACK's.
//
// The layout, for `nr` outputs at a time: their nr int32 sums of weights, negated (the inputs' zero point is 1 where packing is
// concerned); for every 8 inputs the outputs' 8 weights each; then what init_extra_data0/1 write. With kr = 8 the weights of one output
// stay together. With kr = 2, sr = 4 they go two by two, each output starting two further than the one before and wrapping round.
#include <wasm_simd128.h>

#include <xnnpack/config-types.h>
#include <xnnpack/pack.h>

enum { kInputs = 8, kMostOutputs = 8 };

// The weights of two outputs.
static v128_t load_pair(const int8_t* first, const int8_t* second) {
  return wasm_v128_load64_lane(second, wasm_v128_load64_zero(first), 1);
}

// Adds up the weights of both: two partial sums each.
static v128_t add_pair(v128_t sums, v128_t pair) {
  return wasm_i32x4_add(sums, wasm_i32x4_extadd_pairwise_i16x8(wasm_i16x8_extadd_pairwise_i8x16(pair)));
}

static int8_t* store_rotated(int8_t* to, v128_t a, v128_t b) {
  wasm_v128_store(to, wasm_i16x8_shuffle(a, b, 0, 5, 10, 15, 1, 6, 11, 12));
  wasm_v128_store(to + 16, wasm_i16x8_shuffle(a, b, 2, 7, 8, 13, 3, 4, 9, 14));
  return to + 32;
}

// nr outputs of `inputs` weights each, of which `given` are there (more is as good as nr); the last stands for those that are not,
// whose results nobody reads. Returns the end.
static int8_t* pack_block(const int8_t* weights, size_t inputs, size_t given, size_t nr, int rotated, int8_t* to) {
  int32_t* sums_to = (int32_t*)to;
  v128_t sums[kMostOutputs / 2] = {0};
  const int8_t* rows[kMostOutputs];
  for (size_t row = 0; row < nr; ++row) rows[row] = weights + (row < given ? row : given - 1) * inputs;
  to += nr * sizeof(int32_t);
  for (size_t at = 0; at < inputs; at += kInputs) {
    v128_t pairs[kMostOutputs / 2];
    for (size_t p = 0; p < nr / 2; ++p) {
      pairs[p] = load_pair(rows[2 * p] + at, rows[2 * p + 1] + at);
      sums[p] = add_pair(sums[p], pairs[p]);
      if (!rotated) wasm_v128_store(to + 16 * p, pairs[p]);
    }
    if (rotated) store_rotated(to, pairs[0], pairs[1]);
    to += nr * kInputs;
  }
  for (size_t p = 0; p < nr / 2; ++p) {
    sums_to[2 * p] = -(wasm_i32x4_extract_lane(sums[p], 0) + wasm_i32x4_extract_lane(sums[p], 1));
    sums_to[2 * p + 1] = -(wasm_i32x4_extract_lane(sums[p], 2) + wasm_i32x4_extract_lane(sums[p], 3));
  }
  return to;
}

void aisle_pack_weights(uint32_t flags, const struct xnn_gemm_config* config, size_t inputs, size_t outputs, size_t groups, size_t k_stride,
                        const void* accumulator_init, const void* weights, xnn_init_scale_params_fn init0, const void* extra0, size_t size0,
                        xnn_init_scale_params_fn init1, const void* extra1, size_t size1, void* packed, const void* params) {
  const size_t nr = config->nr;
  const int together = nr == 8 && config->log2_kr == 3 && config->log2_sr == 0;
  const int rotated = nr == 4 && config->log2_kr == 1 && config->log2_sr == 2;
  const int zero_point = ((const struct xnn_qs8_packing_params*)params)->input_zero_point;
  if (!(together || rotated) || flags || groups != 1 || accumulator_init || inputs % kInputs || !extra0 || !extra1 || zero_point != 1) {
    xnn_pack_qs8_weights_and_biases(flags, config, inputs, outputs, groups, k_stride, accumulator_init, weights, init0, extra0, size0, init1, extra1,
                                    size1, packed, params);
    return;
  }
  const size_t extra_bytes = nr * (size0 + size1), block_bytes = nr * (sizeof(int32_t) + inputs) + extra_bytes;
  int8_t* to = (int8_t*)packed;
  for (size_t output = 0; output < outputs; output += nr) {
    to = pack_block((const int8_t*)weights + output * inputs, inputs, outputs - output, nr, rotated, to) + extra_bytes;
  }
  int8_t* extra = (int8_t*)packed + block_bytes - extra_bytes;
  init1(outputs, nr, nr, block_bytes, block_bytes, 0, extra1, extra);
  init0(outputs, nr, nr, block_bytes, block_bytes, 0, extra0, extra + nr * size1);
}
