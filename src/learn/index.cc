#include "learn/index.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <unordered_set>

#include "text/normalize.h"

namespace aisle {
namespace {

// Fewer dimensions lose recall, more of them gain none.
constexpr size_t kDimensions = 128;
// So few head queries say little of their principal components, and all dimensions cost little.
constexpr size_t kFew = 4 * kDimensions;
// A value has as many steps to either side. They are fewer than fit, for the download: brotli is the entropy coder.
constexpr float kSteps = 15;
constexpr float kProjectionSteps = 127;

using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

// What the pieces see of the query: the same for "Red  Shoes" and "red shoes".
std::string fold(const std::string& query, Classifier& classifier) {
  std::string folded;
  for (const std::string& piece : classifier.pieces(query)) folded += piece;
  return folded;
}

// [dimensions, width]: the directions in which the rows reach furthest from zero.
Matrix principal_components(const Matrix& rows, Eigen::Index dimensions) {
  const Eigen::MatrixXd moments = (rows.transpose() * rows).cast<double>();
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(moments);  // eigenvalues ascend
  return solver.eigenvectors().rightCols(dimensions).transpose().cast<float>();
}

}  // namespace

Result<HeadQueries> read_head_queries(const std::string& path, Classifier& classifier, std::string_view locale) {
  const auto bytes = read_file(path);
  if (!bytes) return tl::unexpected(bytes.error());
  HeadQueries found;
  std::unordered_set<std::string> seen;
  std::string_view rest(reinterpret_cast<const char*>(bytes->data()), bytes->size());
  std::string query;
  for (size_t number = 1; !rest.empty(); ++number) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    normalize(line, classifier.pack().tokenizer.max_code_points, query);
    if (query.empty()) continue;
    if (!seen.insert(fold(query, classifier)).second) {
      ++found.doubles;
      continue;
    }
    const auto embedding = classifier.embed(query, locale);
    if (embedding.empty()) {
      found.bad_lines.push_back(path + ":" + std::to_string(number) + ": no piece of \"" + query + "\" is known to the pack");
      continue;
    }
    found.queries.push_back(query);
    found.embeddings.insert(found.embeddings.end(), embedding.begin(), embedding.end());
  }
  return found;
}

TensorView QueryIndexData::Rows::view() const {
  return {TensorType::kInt8, scales.size(), columns, {reinterpret_cast<const uint8_t*>(values.data()), values.size()}, scales};
}

QueryIndexData::QueryIndexData(HeadQueries heads) : queries_(std::move(heads.queries)) {
  const auto quantize = [](Matrix& matrix, float steps) {
    Rows rows{static_cast<size_t>(matrix.cols()), {}, {}};
    for (auto row : matrix.rowwise()) {
      const float scale = std::max(row.cwiseAbs().maxCoeff() / steps, 1e-12f);
      row = (row / scale).array().round();
      for (const float value : row) rows.values.push_back(static_cast<int8_t>(value));
      rows.scales.push_back(scale);
      row *= scale;
    }
    return rows;
  };
  const auto count = static_cast<Eigen::Index>(queries_.size()), width = static_cast<Eigen::Index>(heads.embeddings.size()) / count;
  Matrix embeddings = Eigen::Map<const Matrix>(heads.embeddings.data(), count, width);
  embeddings.rowwise().normalize();
  Matrix projection = principal_components(embeddings, queries_.size() < kFew ? width : std::min<Eigen::Index>(width, kDimensions));
  projection_ = quantize(projection, kProjectionSteps);
  bias_.assign(projection_.scales.size(), 0.0f);
  Matrix projected = embeddings * projection.transpose();
  projected.rowwise().normalize();
  rows_ = quantize(projected, kSteps);
}

IndexView QueryIndexData::view() const { return {{projection_.view(), bias_}, rows_.view(), {queries_.begin(), queries_.end()}}; }

}  // namespace aisle
