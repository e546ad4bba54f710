// Takes the place of two files of sentencepiece: model_factory.cc, which would link all four kinds of model where packs
// have one, and filesystem.cc, since no file is read.
#include "filesystem.h"
#include "model_factory.h"
#include "unigram_model.h"

namespace sentencepiece {

// No model of another kind: the processor reports that as "Model is not initialized."
std::unique_ptr<ModelInterface> ModelFactory::Create(const ModelProto& model_proto) {
  if (model_proto.trainer_spec().model_type() != TrainerSpec::UNIGRAM) return nullptr;
  return std::make_unique<unigram::Model>(model_proto);
}

namespace filesystem {
namespace {

util::Status no_files() { return util::Status(util::StatusCode::kUnimplemented, "this build reads and writes no files"); }

class NoReadableFile : public ReadableFile {
  util::Status status() const override { return no_files(); }
  bool ReadLine(std::string*) override { return false; }
  bool ReadAll(std::string*) override { return false; }
};

class NoWritableFile : public WritableFile {
  util::Status status() const override { return no_files(); }
  bool Write(absl::string_view) override { return false; }
  bool WriteLine(absl::string_view) override { return false; }
};

}  // namespace

std::unique_ptr<ReadableFile> NewReadableFile(absl::string_view, bool) { return std::make_unique<NoReadableFile>(); }
std::unique_ptr<WritableFile> NewWritableFile(absl::string_view, bool) { return std::make_unique<NoWritableFile>(); }

}  // namespace filesystem
}  // namespace sentencepiece
