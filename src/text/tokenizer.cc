#include "text/tokenizer.h"

#include "text/charsmap.h"
#include "text/unigram.h"

namespace aisle {
namespace {

constexpr std::string_view kSpace = "\u2581";  // as the pieces have it

size_t bytes_with_plain_spaces(std::string_view text) {
  size_t bytes = text.size();
  for (size_t at = text.find(kSpace); at != text.npos; at = text.find(kSpace, at + kSpace.size())) bytes -= kSpace.size() - 1;
  return bytes;
}

}  // namespace

struct Tokenizer::Model {
  Charsmap charsmap;
  Unigram unigram;
  int space;  // the piece of a space alone, or -1
  // Scratch, kept so that a query does not allocate.
  std::string text;
  std::vector<Unigram::Token> tokens;

  float run(std::string_view query) {
    charsmap.apply(query, text);
    return unigram.encode(text, tokens);
  }
};

Tokenizer::Tokenizer(std::unique_ptr<Model> model) : model_(std::move(model)) {}
Tokenizer::Tokenizer(Tokenizer&&) noexcept = default;
Tokenizer& Tokenizer::operator=(Tokenizer&&) noexcept = default;
Tokenizer::~Tokenizer() = default;

[[gnu::noinline]] Result<Tokenizer> Tokenizer::create(std::string_view model) {
  const auto refuse = [](const Error& why) {
    return error(why.code, "the tokenizer section's sentencepiece model does not load: " + why.message);
  };
  auto read = read_model(model);
  if (!read) return refuse(read.error());
  auto charsmap = Charsmap::create(read->rules);
  if (!charsmap) return refuse(charsmap.error());
  auto unigram = Unigram::create(std::move(read->pieces));
  if (!unigram) return refuse(unigram.error());
  const int space = unigram->find(kSpace);
  return Tokenizer(std::make_unique<Model>(Model{std::move(*charsmap), std::move(*unigram), space, {}, {}}));
}

float Tokenizer::encode(std::string_view text, size_t max_tokens, std::vector<int>& ids) {
  const float log_likelihood = model_->run(text);
  ids.clear();
  for (size_t i = 0; i < model_->tokens.size() && i < max_tokens; ++i) ids.push_back(model_->tokens[i].id);
  return ids.empty() ? 0 : log_likelihood / static_cast<float>(bytes_with_plain_spaces(model_->text));
}

std::vector<std::string> Tokenizer::pieces(std::string_view text) {
  model_->run(text);
  std::vector<std::string> pieces;
  for (const Unigram::Token& token : model_->tokens) pieces.push_back(model_->text.substr(token.start, token.end - token.start));
  return pieces;
}

std::string_view Tokenizer::fold(std::string_view text) {
  std::string& folded = model_->text;
  model_->charsmap.apply(text, folded);
  size_t size = 0;
  for (size_t i = 0; i < folded.size(); ++size) {
    const bool space = std::string_view(folded).substr(i).starts_with(kSpace);
    folded[size] = space ? ' ' : folded[i];
    i += space ? kSpace.size() : 1;
  }
  folded.resize(size);
  return std::string_view(folded).substr(folded.starts_with(' '));
}

size_t Tokenizer::size() const { return model_->unigram.size(); }

bool Tokenizer::carries_text(int id) const { return id != model_->unigram.unknown() && id != model_->space; }

}  // namespace aisle
