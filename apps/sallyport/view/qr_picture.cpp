#include "view/qr_picture.hpp"

#include "options/closest.hpp"
#include "runtime/failure.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cstddef>

namespace sallyport::app {
namespace {

/// Far above any QR code, and below what a reply may have.
constexpr std::size_t picture_bytes_max = 512 * 1024;
constexpr std::string_view data_scheme = "data:";

struct Kind {
  std::string_view begins_with;
  std::string_view ending;
};

/// Pictures and nothing else: what a browser or a viewer would run, such as SVG, is never made a file of.
constexpr auto kinds = std::to_array<Kind>({
    {"\x89PNG\r\n\x1a\n", ".png"},
    {"\xff\xd8\xff", ".jpg"},
    {"GIF8", ".gif"},
});

Kind const* kind_of(std::string_view bytes) noexcept {
  auto const found =
      std::ranges::find_if(kinds, [bytes](Kind const& kind) { return bytes.starts_with(kind.begins_with); });
  return found == kinds.end() ? nullptr : &*found;
}

bool is_data_url(std::string_view text) noexcept {
  return same_but_for_case(text.substr(0, data_scheme.size()), data_scheme);
}

/// Base64, with padding or without; nothing where it is none.
std::optional<Secret> decode(std::string_view text) {
  auto const is_digit = [](char letter) {
    return (letter >= 'A' && letter <= 'Z') || (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') ||
           letter == '+' || letter == '/';
  };
  while (text.ends_with('=')) text.remove_suffix(1);
  auto const rest = text.size() % 4;
  if (text.empty() || rest == 1 || !std::ranges::all_of(text, is_digit)) return std::nullopt;
  Secret whole(text);
  auto const padding = (4 - rest) % 4;
  whole.append(std::string_view("==").substr(0, padding));
  Secret bytes;
  auto* const room = bytes.prepare(whole.size() / 4 * 3);
  auto const size =
      EVP_DecodeBlock(reinterpret_cast<unsigned char*>(room),
                      reinterpret_cast<unsigned char const*>(whole.reveal().data()), static_cast<int>(whole.size()));
  if (size < 0) return std::nullopt;
  bytes.commit(static_cast<std::size_t>(size) - padding);
  return bytes;
}

/// The part of a URL of the scheme `data` that is Base64; of any other text the text.
std::string_view base64_part(std::string_view content) noexcept {
  if (!is_data_url(content)) return content;
  constexpr std::string_view mark = ";base64,";
  auto const comma = content.find(',');
  auto const head = content.substr(0, comma == std::string_view::npos ? 0 : comma + 1);
  return head.ends_with(mark) ? content.substr(head.size()) : std::string_view();
}

}  // namespace

bool is_qr_picture(std::string_view content) {
  if (is_data_url(content)) return true;
  constexpr std::size_t enough = 16;  // Twelve bytes, more than any kind begins with.
  auto const beginning = content.size() < enough ? std::nullopt : decode(content.substr(0, enough));
  return beginning && kind_of(beginning->reveal()) != nullptr && decode(content).has_value();
}

void QrPicture::take(Prompt const& prompt) {
  auto const is_picture = prompt.qr_code && is_qr_picture(prompt.qr_code->reveal());
  auto const content = is_picture ? prompt.qr_code->reveal() : std::string_view();
  if (content == shown_.reveal()) return;
  file_.reset();
  problem_.clear();
  shown_.clear();
  shown_.append(content);
  if (!is_picture) return;
  auto const text = base64_part(content);
  auto const picture = text.size() / 4 * 3 > picture_bytes_max ? std::nullopt : decode(text);
  auto const* const kind = picture ? kind_of(picture->reveal()) : nullptr;
  if (kind == nullptr) {
    problem_ = "came as something that is no PNG, JPEG or GIF, or is too large";
    return;
  }
  try {
    file_.emplace(picture->reveal(), kind->ending);
  } catch (Failure const& failure) {
    problem_ = std::string("came as a picture that cannot be written to a file: ") + failure.what();
  }
}

}  // namespace sallyport::app
