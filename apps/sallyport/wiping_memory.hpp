#pragma once

#include <sallyport/protocol/secret.hpp>

#include <boost/json/memory_resource.hpp>

#include <cstddef>
#include <new>

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

}  // namespace sallyport::app
