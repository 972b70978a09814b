#include <sallyport/protocol/error.hpp>

#include <boost/system/system_error.hpp>
#include <boost/throw_exception.hpp>

namespace sallyport {
namespace {

// Boost's base class has a protected destructor that is not virtual, on purpose: a category is never deleted.
class CodecCategory final : public boost::system::error_category {
public:
  char const* name() const noexcept override { return "sallyport.codec"; }

  std::string message(int value) const override {
    switch (static_cast<CodecErrc>(value)) {
      case CodecErrc::syntax: return "the text is not JSON";
      case CodecErrc::bad_utf8: return "the text is not UTF-8";
      case CodecErrc::too_deep: return "the text nests too deep";
      case CodecErrc::too_large: return "the text, a string or an array is too large";
      case CodecErrc::wrong_type: return "a member has another type than described";
      case CodecErrc::missing_member: return "a required member is missing";
      case CodecErrc::number_out_of_range: return "a number does not fit its type";
      case CodecErrc::bad_base64: return "a sensitive field is not Base64";
    }
    return "unknown codec error";
  }
};

}  // namespace

boost::system::error_category const& codec_category() noexcept {
  static CodecCategory const category;
  return category;
}

boost::system::error_code make_error_code(CodecErrc code) noexcept {
  return {static_cast<int>(code), codec_category()};
}

void throw_exception_from_error(CodecError const& error, boost::source_location const& location) {
  boost::throw_exception(boost::system::system_error(make_error_code(error.code), error.message()), location);
}

}  // namespace sallyport
