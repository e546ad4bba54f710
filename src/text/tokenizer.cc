#include "text/tokenizer.h"

#include <sentencepiece_processor.h>

namespace sentencepiece::logging {
void SetMinLogLevel(int level);  // of sentencepiece's common.h, which cannot be included alone
}

namespace aisle {

struct Tokenizer::Model {
  sentencepiece::SentencePieceProcessor processor;
  int space = -1;  // the piece of a space alone
};

Tokenizer::Tokenizer(std::unique_ptr<Model> model) : model_(std::move(model)) {}
Tokenizer::Tokenizer(Tokenizer&&) noexcept = default;
Tokenizer& Tokenizer::operator=(Tokenizer&&) noexcept = default;
Tokenizer::~Tokenizer() = default;

Result<Tokenizer> Tokenizer::create(std::string_view model) {
  sentencepiece::logging::SetMinLogLevel(3);  // fatal ones only: errors come back as values
  auto loaded = std::make_unique<Model>();
  const auto status = loaded->processor.LoadFromSerializedProto({model.data(), model.size()});
  if (!status.ok() || loaded->processor.GetPieceSize() < 1) {
    return error(ErrorCode::kBadPack, "the tokenizer section's sentencepiece model does not load: " + std::string(status.error_message()));
  }
  loaded->space = loaded->processor.PieceToId("\u2581");
  return Tokenizer(std::move(loaded));
}

void Tokenizer::encode(std::string_view text, size_t max_tokens, std::vector<int>& ids) const {
  ids.clear();
  if (text.empty()) return;
  if (!model_->processor.Encode({text.data(), text.size()}, &ids).ok()) ids.clear();
  if (ids.size() > max_tokens) ids.resize(max_tokens);
}

std::vector<std::string> Tokenizer::pieces(std::string_view text) const {
  std::vector<std::string> pieces;
  if (!text.empty() && !model_->processor.Encode({text.data(), text.size()}, &pieces).ok()) pieces.clear();
  return pieces;
}

size_t Tokenizer::size() const { return static_cast<size_t>(model_->processor.GetPieceSize()); }

bool Tokenizer::carries_text(int id) const { return id != model_->processor.unk_id() && id != model_->space; }

}  // namespace aisle
