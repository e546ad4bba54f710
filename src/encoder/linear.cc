#include "encoder/linear.h"

#include <xnnpack.h>

#include <algorithm>
#include <limits>
#include <string>

namespace aisle {
namespace {

struct DeleteOperator {
  void operator()(xnn_operator_t op) const { xnn_delete_operator(op); }
};
using Operator = std::unique_ptr<xnn_operator, DeleteOperator>;

Result<void> initialize() {
  static const xnn_status status = xnn_initialize(nullptr);
  if (status == xnn_status_success) return {};
  return error(ErrorCode::kInternal, "XNNPACK does not start on this processor (status " + std::to_string(status) + ")");
}

Result<void> created(xnn_status status, const char* what) {
  if (status == xnn_status_success) return {};
  const bool memory = status == xnn_status_out_of_memory;
  return error(memory ? ErrorCode::kOutOfMemory : ErrorCode::kInternal, std::string("XNNPACK cannot create ") + what + " (status " + std::to_string(status) + ")");
}

}  // namespace

struct QuantizedRows::State {
  Operator convert;
  std::vector<int8_t> values;
  std::vector<xnn_quantization_params> params;
  size_t rows = 0, columns = 0;
};

QuantizedRows::QuantizedRows(std::unique_ptr<State> state) : state_(std::move(state)) {}
QuantizedRows::QuantizedRows(QuantizedRows&&) noexcept = default;
QuantizedRows& QuantizedRows::operator=(QuantizedRows&&) noexcept = default;
QuantizedRows::~QuantizedRows() = default;

Result<QuantizedRows> QuantizedRows::create(size_t max_rows, size_t max_columns) {
  if (auto started = initialize(); !started) return tl::unexpected(started.error());
  auto state = std::make_unique<State>();
  xnn_operator_t convert = nullptr;
  if (auto ok = created(xnn_create_convert_nc_f32_qd8(0, &convert), "the quantiser"); !ok) return tl::unexpected(ok.error());
  state->convert.reset(convert);
  state->values.resize(max_rows * max_columns + XNN_EXTRA_BYTES);
  state->params.resize(max_rows + XNN_EXTRA_QUANTIZATION_PARAMS);
  return QuantizedRows(std::move(state));
}

void QuantizedRows::quantize(const float* input, size_t rows, size_t columns) {
  State& s = *state_;
  s.rows = rows;
  s.columns = columns;
  // These cannot fail: the operator is valid, and the sizes are within what create() made room for.
  xnn_reshape_convert_nc_f32_qd8(s.convert.get(), rows, columns, columns, columns, nullptr);
  xnn_setup_convert_nc_f32_qd8(s.convert.get(), input, s.values.data(), s.params.data());
  xnn_run_operator(s.convert.get(), nullptr);
  // The kernels read whole tiles of parameters past the last row.
  std::fill_n(s.params.begin() + static_cast<std::ptrdiff_t>(rows), XNN_EXTRA_QUANTIZATION_PARAMS, s.params[rows - 1]);
}

struct Linear::State {
  Operator op;
  size_t inputs, outputs;
};

Linear::Linear(std::unique_ptr<State> state) : state_(std::move(state)) {}
Linear::Linear(Linear&&) noexcept = default;
Linear& Linear::operator=(Linear&&) noexcept = default;
Linear::~Linear() = default;

Result<Linear> Linear::create(const LinearView& weights) {
  if (auto started = initialize(); !started) return tl::unexpected(started.error());
  auto state = std::make_unique<State>();
  state->inputs = weights.weight.columns;
  state->outputs = weights.weight.rows;
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  xnn_operator_t op = nullptr;
  const auto status = xnn_create_fully_connected_nc_qd8_f32_qc8w(
      state->inputs, state->outputs, state->inputs, state->outputs, weights.weight.scales.data(),
      reinterpret_cast<const int8_t*>(weights.weight.values.data()), weights.bias.data(), -kInfinity, kInfinity, 0, nullptr, nullptr, &op);
  if (auto ok = created(status, "a fully connected operator"); !ok) return tl::unexpected(ok.error());
  state->op.reset(op);
  return Linear(std::move(state));
}

void Linear::run(const QuantizedRows& input, float* output) const {
  const QuantizedRows::State& in = *input.state_;
  xnn_reshape_fully_connected_nc_qd8_f32_qc8w(state_->op.get(), in.rows, nullptr);
  xnn_setup_fully_connected_nc_qd8_f32_qc8w(state_->op.get(), in.values.data(), output, in.params.data());
  xnn_run_operator(state_->op.get(), nullptr);
}

size_t Linear::inputs() const { return state_->inputs; }
size_t Linear::outputs() const { return state_->outputs; }

}  // namespace aisle
