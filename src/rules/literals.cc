#include "rules/literals.h"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace aisle {
namespace {

constexpr size_t kFew = 16;

size_t shortest(const Texts& texts) {
  size_t size = SIZE_MAX;
  for (const std::string& text : texts) size = std::min(size, text.size());
  return size;
}

// The longer the shortest, the fewer queries have one of them.
void keep_better(Texts& texts, Texts others) {
  if (others.empty() || shortest(others) < kShortestLiteral) return;
  if (texts.empty() || shortest(others) > shortest(texts)) texts = std::move(others);
}

// Each text has one of these in it; empty when there is no telling.
Texts needed_of(Known known) {
  Texts texts = known.all ? std::move(*known.all) : std::move(known.needed);
  if (shortest(texts) < kShortestLiteral) texts.clear();
  return texts;
}

}  // namespace

Texts Known::literals() const {
  Texts texts = needed_of(*this), kept;
  std::sort(texts.begin(), texts.end(), [](const auto& a, const auto& b) { return a.size() != b.size() ? a.size() < b.size() : a < b; });
  for (std::string& text : texts) {
    const auto within = [&](const std::string& other) { return text.find(other) != text.npos; };
    if (std::none_of(kept.begin(), kept.end(), within)) kept.push_back(std::move(text));
  }
  return kept;
}

Known either(Known a, Known b) {
  if (a.all && b.all && a.all->size() + b.all->size() <= kFew) {
    a.all->insert(a.all->end(), b.all->begin(), b.all->end());
    return a;
  }
  Known known{std::nullopt, needed_of(std::move(a))};
  const Texts others = needed_of(std::move(b));
  if (known.needed.empty() || others.empty()) return {};
  known.needed.insert(known.needed.end(), others.begin(), others.end());
  return known;
}

Known repeated(Known part, size_t least, size_t most) {
  if (least == 1 && most == 1) return part;
  if (least == 0 && most == 1) return either(std::move(part), {Texts{""}, {}});
  if (least == 0) return {};
  return {std::nullopt, needed_of(std::move(part))};
}

void KnownSequence::add(Known part) {
  if (!part.all) {
    end_run();
    keep_better(needed_, std::move(part.needed));
    return;
  }
  if (run_.size() * part.all->size() > kFew) end_run();
  Texts longer;
  for (const std::string& start : run_) {
    for (const std::string& end : *part.all) longer.push_back(start + end);
  }
  run_ = std::move(longer);
}

Known KnownSequence::finish() {
  if (whole_) return {std::move(run_), {}};
  end_run();
  return {std::nullopt, std::move(needed_)};
}

void KnownSequence::end_run() {
  whole_ = false;
  keep_better(needed_, std::exchange(run_, {""}));
}

}  // namespace aisle
