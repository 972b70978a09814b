#include "runtime/line_writer.hpp"

#include "view/output.hpp"

#include <cstddef>
#include <string_view>
#include <utility>

namespace sallyport::app {
namespace {

/// Some ten thousand lines: more than a reader that is only slow ever leaves.
constexpr std::size_t waiting_bytes_max = 1024 * 1024;
/// How long the reader has once the program ends.
constexpr auto farewell = std::chrono::seconds(1);
/// How soon a writer that waits for its reader sees that the program ends.
constexpr auto patience = std::chrono::milliseconds(50);

}  // namespace

LineWriter::~LineWriter() {
  {
    std::lock_guard const lock(changing_);
    ends_ = true;
    ends_by_ = std::chrono::steady_clock::now() + farewell;
  }
  changed_.notify_all();
  thread_.join();
}

bool LineWriter::write(Shown const& lines) {
  std::lock_guard const lock(changing_);
  if (waiting_.size() + lines.text().size() > waiting_bytes_max) return false;
  waiting_ += lines.text();
  changed_.notify_all();
  return true;
}

// Where nobody will ever read, the lines are taken and forgotten.
void LineWriter::work() {
  auto is_read = true;
  std::string batch;
  while (take_batch(batch)) {
    std::string_view left = batch;
    while (is_read && !left.empty() && !is_too_late()) is_read = write_some(descriptor_, left, patience);
  }
}

bool LineWriter::take_batch(std::string& batch) {
  std::unique_lock lock(changing_);
  changed_.wait(lock, [this] { return ends_ || !waiting_.empty(); });
  batch = std::exchange(waiting_, {});
  return !batch.empty();
}

bool LineWriter::is_too_late() const {
  std::lock_guard const lock(changing_);
  return ends_ && std::chrono::steady_clock::now() >= ends_by_;
}

}  // namespace sallyport::app
