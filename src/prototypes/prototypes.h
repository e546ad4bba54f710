// New categories made of a few example queries each: how near a query lies to the mean of their embeddings (Snell et al. 2017,
// arXiv:1703.05175) becomes a probability beside those of the heads.
#ifndef AISLE_PROTOTYPES_PROTOTYPES_H_
#define AISLE_PROTOTYPES_PROTOTYPES_H_

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "decision/calibrate.h"
#include "decision/decide.h"
#include "prototypes/labels.h"

namespace aisle {

struct NewCategory {
  NewLabel label;
  std::span<const std::string_view> examples;  // 1..20 queries
  std::string_view locale;                     // of the examples: a BCP 47 tag; empty: not known
};

class Prototypes {
 public:
  static constexpr size_t kMostExamples = 20, kMostCategories = 256;

  // With the categories that the pack holds. `pack` must outlive it. Errors: kBadPack.
  static Result<Prototypes> create(const Pack& pack);

  // Whether add() may follow; embeddings apart. Errors: kInvalidArgument, kNoPrototypes.
  Result<void> check(const NewCategory& category) const;

  // sum += the direction of an example's embedding. Both are [width].
  void gather(std::span<const float> embedding, std::vector<float>& sum) const;

  // Copies the label. `sum`: of all the examples.
  void add(const NewCategory& category, std::vector<float> sum);

  // Errors: kNotFound.
  Result<void> remove(std::string_view id);

  // The pack's taxonomy and the new categories; valid until add() or remove(), as the views of the next one are.
  const TaxonomyView& taxonomy() const { return taxonomy_; }
  std::vector<PrototypeView> categories() const;

  // Probabilities over the pack's taxonomy -> over this one: a new category takes its share from all others in proportion.
  // `embedding` is [width]. No allocation after the first call.
  void compete(std::span<const float> embedding, Probabilities& probabilities);

  // Whether the decision's category is new, or the group that it rolls up to.
  bool made(const Decision& decision) const;

 private:
  struct Category {
    std::string id, name, group_name;
    size_t examples;
    std::vector<float> vector;
    LabelPlace place;
    float odds;  // scratch: against all that the heads know together
  };

  explicit Prototypes(const Pack& pack) : pack_(&pack) {}
  Result<void> check_label(const NewLabel& label) const;
  void add(const NewLabel& label, size_t examples, std::vector<float> vector);
  void rebuild();
  float odds(const Category& category, float rival, const Probabilities& heads) const;

  const Pack* pack_;
  std::vector<std::unique_ptr<Category>> categories_;  // views point into them
  TaxonomyView taxonomy_;
  // Scratch, kept so that a query does not allocate.
  std::vector<float> query_;
  Probabilities heads_;
};

}  // namespace aisle

#endif  // AISLE_PROTOTYPES_PROTOTYPES_H_
