#include "runtime/observation.hpp"

#include "files/file.hpp"
#include "runtime/failure.hpp"
#include "runtime/line_writer.hpp"
#include "view/output.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace sallyport::app {
namespace {

constexpr std::string_view remark = "# sallyport " SALLYPORT_VERSION "\n";

class AppendedFile {
public:
  explicit AppendedFile(std::string const& path)
      : descriptor_(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666)) {
    if (descriptor_ < 0) throw UsageError("--events", path + ": " + std::generic_category().message(errno));
  }
  AppendedFile(AppendedFile const&) = delete;
  AppendedFile& operator=(AppendedFile const&) = delete;
  ~AppendedFile() { ::close(descriptor_); }
  [[nodiscard]] int descriptor() const noexcept { return descriptor_; }

private:
  int descriptor_;
};

void need_written(bool written) {
  if (!written) throw std::runtime_error("the line was not written");
}

/// Lines that wait for their reader, and the file that they go to, if it is ours.
struct Queue {
  explicit Queue(int descriptor) : writer(descriptor) {}
  explicit Queue(std::string const& path) : file(std::in_place, path), writer(file->descriptor()) {}

  std::optional<AppendedFile> file;
  LineWriter writer;
};

std::shared_ptr<Observer> lines_to(std::string const& path, Telling telling) {
  if (telling == Telling::goes_on) {
    auto const queue = path == "-" ? std::make_shared<Queue>(STDERR_FILENO) : std::make_shared<Queue>(path);
    return std::make_shared<JsonLines>(
        [queue](std::string_view line) { need_written(queue->writer.write(Shown::json(line))); });
  }
  if (path == "-") {
    return std::make_shared<JsonLines>(
        [](std::string_view line) { need_written(show(STDERR_FILENO, Shown::json(line))); });
  }
  auto const file = std::make_shared<AppendedFile>(path);
  return std::make_shared<JsonLines>(
      [file](std::string_view line) { need_written(write_all(file->descriptor(), line)); });
}

}  // namespace

Observation::Observation(std::optional<std::string> const& events_file, std::shared_ptr<Observer> other,
                         Telling telling)
    : observer_(std::move(other)) {
  if (!events_file) return;
  auto lines = lines_to(*events_file, telling);
  if (observer_) {
    lines = std::make_shared<ObserverGroup>(std::vector<std::shared_ptr<Observer>>{std::move(lines), observer_});
  }
  observer_ = std::move(lines);
}

RecordFile::RecordFile(std::optional<std::string> path) : path_(std::move(path)) {
  if (!path_) return;
  recorder_ = std::make_shared<FlightRecorder>();
  write_file("--record", *path_, std::string(remark) + "# nothing has happened yet\n");
}

void RecordFile::write() const {
  auto const record = recorder_ ? recorder_->newest() : std::nullopt;
  if (record) write_file("--record", *path_, std::string(remark) + write_flight_record(*record));
}

}  // namespace sallyport::app
