// Comes before each of sentencepiece's own files in the WebAssembly build (-include). They put messages together with iostreams,
// whose locales alone would be a third of the engine. Here a stream is a string that takes text and whole numbers, and what goes
// to cerr is dropped: the engine never prints.
#ifndef AISLE_LEAN_STREAMS_H_
#define AISLE_LEAN_STREAMS_H_

// All that sentencepiece includes and that speaks of streams, before the names change.
#include <algorithm>
#include <fstream>
#include <functional>
#include <iomanip>
#include <iostream>
#include <map>
#include <memory>
#include <random>
#include <sstream>
#include <string>
#include <thread>
#include <unordered_map>

namespace std {

class lean_stream {
 public:
  lean_stream() = default;
  explicit lean_stream(bool keeps) : keeps_(keeps) {}
  explicit lean_stream(const char* text) : text_(text) {}

  lean_stream& append(const char* text, size_t size) {
    if (keeps_) text_.append(text, size);
    return *this;
  }
  lean_stream& operator<<(const char* text) { return append(text, char_traits<char>::length(text)); }
  lean_stream& operator<<(const string& text) { return append(text.data(), text.size()); }
  lean_stream& operator<<(char character) { return append(&character, 1); }
  lean_stream& operator<<(long long number) { return *this << to_string(number); }
  lean_stream& operator<<(int number) { return *this << to_string(number); }
  lean_stream& operator<<(unsigned number) { return *this << to_string(number); }
  lean_stream& operator<<(long number) { return *this << to_string(number); }
  lean_stream& operator<<(unsigned long number) { return *this << to_string(number); }
  lean_stream& operator<<(double) { return *this; }  // in no message that reaches the engine
  lean_stream& operator<<(basic_ostream<char>& (*)(basic_ostream<char>&)) { return *this; }  // endl
  lean_stream& operator<<(ios_base& (*)(ios_base&)) { return *this; }                        // hex

  // Only options and vocabulary files have numbers to read, and the engine uses neither.
  template <class T>
  lean_stream& operator>>(T&) {
    failed_ = true;
    return *this;
  }
  lean_stream& operator>>(ios_base& (*)(ios_base&)) { return *this; }
  explicit operator bool() const { return !failed_; }

  const string& str() const { return text_; }

 private:
  string text_;
  bool keeps_ = true, failed_ = false;
};

inline lean_stream lean_cerr(false);

}  // namespace std

#define ostream lean_stream
#define ostringstream lean_stream
#define istringstream lean_stream
#define stringstream lean_stream
#define cerr lean_cerr

#endif  // AISLE_LEAN_STREAMS_H_
