#include "learn/softmax_rows.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

namespace aisle {
namespace {

constexpr int kSteps = 400;
constexpr double kRate = 0.05, kPenalty = 1e-4;

using Eigen::ArrayXd;
using Eigen::MatrixXd;

// Moves values against their gradient.
class Adam {
 public:
  explicit Adam(const MatrixXd& values) : first_(MatrixXd::Zero(values.rows(), values.cols())), second_(first_) {}
  void step(const MatrixXd& gradient, int step, MatrixXd& values) {
    const double rate = kRate * (1 - static_cast<double>(step) / kSteps);
    first_ = 0.9 * first_ + 0.1 * gradient;
    second_ = 0.999 * second_ + 0.001 * gradient.cwiseAbs2();
    const double mean = 1 - std::pow(0.9, step + 1), square = 1 - std::pow(0.999, step + 1);
    values.array() -= rate * (first_ / mean).array() / ((second_ / square).array().sqrt() + 1e-10);
  }

 private:
  MatrixXd first_, second_;
};

// P(row) of each new row, in place of its logit.
void to_probabilities(const ArrayXd& others, MatrixXd& logits) {
  const ArrayXd most = logits.rowwise().maxCoeff().array().max(others);
  logits = (logits.colwise() - most.matrix()).array().exp().matrix();
  const ArrayXd sum = logits.rowwise().sum().array() + (others - most).exp();
  logits.array().colwise() /= sum;
}

}  // namespace

SoftmaxRows fit_rows(const std::vector<SoftmaxExample>& examples, size_t width, size_t rows) {
  const auto count = static_cast<Eigen::Index>(examples.size()), columns = static_cast<Eigen::Index>(width), outputs = static_cast<Eigen::Index>(rows);
  MatrixXd x(count, columns), truth = MatrixXd::Zero(count, outputs);
  ArrayXd others(count), weight(count);
  for (Eigen::Index e = 0; e < count; ++e) {
    const SoftmaxExample& example = examples[static_cast<size_t>(e)];
    x.row(e) = Eigen::Map<const Eigen::RowVectorXf>(example.x, columns).cast<double>();
    if (example.target >= 0) truth(e, example.target) = 1;
    others[e] = static_cast<double>(example.others);
    weight[e] = static_cast<double>(example.weight);
  }
  weight /= weight.sum();
  // One scale for all columns, so that the penalty means the same for every encoder.
  const Eigen::RowVectorXd mean = x.colwise().mean();
  x.rowwise() -= mean;
  const double scale = std::max(std::sqrt(x.squaredNorm() / static_cast<double>(x.size())), 1e-9);
  x /= scale;

  MatrixXd values = MatrixXd::Zero(columns + 1, outputs), gradient = values, p;  // the bias last
  Adam adam(values);
  for (int step = 0; step < kSteps; ++step) {
    p = (x * values.topRows(columns)).rowwise() + values.row(columns);
    to_probabilities(others, p);
    p -= truth;
    p.array().colwise() *= weight;
    gradient.topRows(columns) = x.transpose() * p + 2 * kPenalty * values.topRows(columns);
    gradient.row(columns) = p.colwise().sum();
    adam.step(gradient, step, values);
  }
  SoftmaxRows found;
  for (Eigen::Index r = 0; r < outputs; ++r) {
    const Eigen::VectorXd weights = values.col(r).head(columns) / scale;
    found.biases.push_back(static_cast<float>(values(columns, r) - mean.dot(weights)));
    const Eigen::VectorXf rounded = weights.cast<float>();
    found.weights.emplace_back(rounded.begin(), rounded.end());
  }
  return found;
}

}  // namespace aisle
