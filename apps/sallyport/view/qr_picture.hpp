#pragma once

#include "files/file.hpp"

#include <sallyport/protocol/secret.hpp>
#include <sallyport/transport/prompt.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace sallyport::app {

/// A QR code that came as a picture instead of the text that it says: `data:image/png;base64,…`, or the Base64 alone. A
/// terminal cannot show it, so it is put into a file that its user opens and nobody else can read. The file takes no
/// other's place, and is gone when this is.
class QrPicture {
public:
  /// Takes over what a door shows. The same picture stays in its file, another one gets another file.
  void take(Prompt const& prompt);

  /// Where it is; empty where the door has no picture, or there is a problem with it.
  [[nodiscard]] std::string path() const { return file_ ? file_->path() : std::string(); }
  /// Why it is in no file, in our words; empty where it is in one, or where there is none.
  [[nodiscard]] std::string const& problem() const noexcept { return problem_; }

private:
  Secret shown_;
  std::optional<TemporaryFile> file_;
  std::string problem_;
};

/// Whether the content of a QR code is a picture of it, of whatever kind: a URL of the scheme `data`, or a PNG, JPEG or
/// GIF as Base64.
[[nodiscard]] bool is_qr_picture(std::string_view content);

}  // namespace sallyport::app
