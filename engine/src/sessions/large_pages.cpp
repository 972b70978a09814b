#include <sallyport/engine/large_pages.hpp>

#include <algorithm>

#ifdef __linux__
#include <sys/mman.h>
#endif

namespace sallyport {
namespace {

constexpr std::size_t large_page = std::size_t{2} << 20U;

// The end of a table that fills no large page stays in small ones, so that the table takes not a byte more for them.
bool is_large(std::size_t bytes) noexcept {
  return bytes >= 2 * large_page;
}

std::align_val_t place_of(std::size_t bytes, std::size_t alignment) noexcept {
  return std::align_val_t(is_large(bytes) ? std::max(alignment, large_page) : alignment);
}

}  // namespace

void* allocate_table(std::size_t bytes, std::size_t alignment) {
  auto* const table = ::operator new(bytes, place_of(bytes, alignment));
#ifdef __linux__
  // A wish: where it is not granted, the table lies in small pages.
  if (is_large(bytes)) static_cast<void>(::madvise(table, bytes - bytes % large_page, MADV_HUGEPAGE));
#endif
  return table;
}

void deallocate_table(void* table, std::size_t bytes, std::size_t alignment) noexcept {
#ifdef __linux__
  // Whoever gets the memory next did not ask for large pages.
  if (is_large(bytes)) static_cast<void>(::madvise(table, bytes - bytes % large_page, MADV_NOHUGEPAGE));
#endif
  ::operator delete(table, place_of(bytes, alignment));
}

}  // namespace sallyport
