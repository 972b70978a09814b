#include <sallyport/sandbox/error.hpp>

#include <boost/throw_exception.hpp>

#include <stdexcept>

namespace sallyport {
namespace {

class SandboxCategory final : public boost::system::error_category {
public:
  char const* name() const noexcept override { return "sallyport.sandbox"; }
  std::string message(int code) const override {
    switch (static_cast<SandboxErrc>(code)) {
      case SandboxErrc::no_reply: return "the simulated institution gave no reply";
      case SandboxErrc::too_many_logins: return "the sandbox has no room for another login";
      case SandboxErrc::certificate_not_made: return "OpenSSL could not make a key or a certificate";
    }
    return "unknown error of the sandbox";
  }
};

}  // namespace

boost::system::error_category const& sandbox_category() noexcept {
  static SandboxCategory const category;
  return category;
}

boost::system::error_code make_error_code(SandboxErrc code) noexcept {
  return {static_cast<int>(code), sandbox_category()};
}

void throw_exception_from_error(ScenarioError const& error, boost::source_location const& location) {
  boost::throw_exception(std::runtime_error(error.message()), location);
}

}  // namespace sallyport
