#pragma once

#include <sallyport/protocol/secret.hpp>

#include <boost/json/memory_resource.hpp>
#include <boost/json/parser.hpp>
#include <boost/json/value.hpp>
#include <boost/system/error_code.hpp>

#include <cstddef>
#include <new>
#include <string_view>

namespace sallyport::app {

/// Memory for JSON that holds secrets: it is wiped when it is given back.
class WipingMemory final : public boost::json::memory_resource {
  void* do_allocate(std::size_t size, std::size_t alignment) override {
    return ::operator new(size, std::align_val_t(alignment));
  }
  void do_deallocate(void* block, std::size_t size, std::size_t alignment) override {
    wipe(block, size);
    ::operator delete(block, std::align_val_t(alignment));
  }
  bool do_is_equal(boost::json::memory_resource const& other) const noexcept override { return this == &other; }
};

/// Reads JSON that holds secrets. Both what comes of it and what the parser itself keeps meanwhile are in that memory.
[[nodiscard]] inline boost::json::value parse_wiped(std::string_view text, WipingMemory& memory,
                                                    boost::system::error_code& ec) {
  boost::json::parser parser(&memory);
  parser.reset(&memory);
  parser.write(text.data(), text.size(), ec);
  return ec ? boost::json::value() : parser.release();
}

}  // namespace sallyport::app
