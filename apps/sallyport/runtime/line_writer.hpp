#pragma once

#include "view/shown.hpp"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

namespace sallyport::app {

/// Writes lines on a thread of its own, so that whoever has something to say never waits for whoever should read it: a
/// terminal that was stopped, a pipe that is full. So much may wait; what is beyond is left out and counted. At the end
/// the reader gets a last moment, not more.
class LineWriter {
public:
  /// The descriptor has to stay open as long as this.
  explicit LineWriter(int descriptor) : descriptor_(descriptor), thread_([this] { work(); }) {}
  LineWriter(LineWriter const&) = delete;
  LineWriter& operator=(LineWriter const&) = delete;
  ~LineWriter();

  /// Takes whole lines, from any thread; false where they are left out.
  bool write(Shown const& lines);

private:
  void work();
  [[nodiscard]] bool take_batch(std::string& batch);
  [[nodiscard]] bool is_too_late() const;

  int descriptor_;
  mutable std::mutex changing_;
  std::condition_variable changed_;
  std::string waiting_;
  bool ends_ = false;
  std::chrono::steady_clock::time_point ends_by_;
  std::thread thread_;
};

}  // namespace sallyport::app
