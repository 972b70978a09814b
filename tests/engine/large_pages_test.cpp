#include <sallyport/engine/large_pages.hpp>

#include <boost/test/unit_test.hpp>

#ifdef __GLIBC__
#include <malloc.h>
#endif

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace sallyport::engine_test {
namespace {

constexpr int large_page = 2 << 20;

template <class Value>
using Table = std::vector<Value, LargePages<Value>>;

template <class Value>
std::uintptr_t place_of(Table<Value> const& table) {
  return reinterpret_cast<std::uintptr_t>(table.data());
}

/// Whether the system was asked for large pages at this place ("hg" among the flags of its part of the memory); true
/// where it does not say.
bool large_pages_were_asked_for(std::uintptr_t place) {
  std::ifstream file("/proc/self/smaps");
  auto is_there = false;
  auto knows = false;
  for (std::string line; std::getline(file, line);) {
    std::uintptr_t begin = 0;
    std::uintptr_t end = 0;
    char dash = 0;
    std::istringstream words(line);
    if (words >> std::hex >> begin >> dash >> end && dash == '-') is_there = begin <= place && place < end;
    if (!is_there || !line.starts_with("VmFlags:")) continue;
    knows = true;
    if ((line + ' ').find(" hg ") != std::string::npos) return true;
  }
  return !knows;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(large_pages)

BOOST_AUTO_TEST_CASE(a_large_table_begins_at_a_large_page_and_asks_for_those_that_it_fills) {
  Table<std::uint64_t> const table(5U * large_page / 2 / sizeof(std::uint64_t));
  BOOST_TEST(place_of(table) % large_page == 0U);
  BOOST_TEST(large_pages_were_asked_for(place_of(table)));
  BOOST_TEST(large_pages_were_asked_for(place_of(table) + 2 * large_page - 1));
}

#ifdef __linux__
BOOST_AUTO_TEST_CASE(the_end_of_a_table_and_a_small_one_take_no_large_page) {
  Table<std::uint64_t> const large(5U * large_page / 2 / sizeof(std::uint64_t));
  Table<std::uint64_t> const small(3U * large_page / 2 / sizeof(std::uint64_t));
  BOOST_TEST(!large_pages_were_asked_for(place_of(large) + 2 * large_page));
  BOOST_TEST(!large_pages_were_asked_for(place_of(small)));
}
#endif

#ifdef __GLIBC__
BOOST_AUTO_TEST_CASE(memory_that_is_given_back_asks_for_large_pages_no_longer) {
  // So that malloc keeps the block and hands it out again. Afterwards it is as it was at the start of the process.
  mallopt(M_MMAP_THRESHOLD, 32 * large_page);
  mallopt(M_TRIM_THRESHOLD, 32 * large_page);
  { Table<char> const table(3 * large_page); }
  {
    std::vector<char> const next(4 * large_page);
    auto const begin = reinterpret_cast<std::uintptr_t>(next.data());
    for (std::size_t offset = 0; offset < next.size(); offset += large_page / 2) {
      BOOST_TEST(!large_pages_were_asked_for(begin + offset));
    }
  }
  mallopt(M_MMAP_THRESHOLD, 128 * 1024);
  mallopt(M_TRIM_THRESHOLD, 128 * 1024);
}
#endif

BOOST_AUTO_TEST_CASE(what_lies_in_a_table_keeps_its_alignment) {
  struct alignas(128) Line {
    char bytes[128] = {};
  };
  Table<Line> const few(3);
  Table<Line> const many(100'000);
  BOOST_TEST(place_of(few) % alignof(Line) == 0U);
  BOOST_TEST(place_of(many) % alignof(Line) == 0U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace sallyport::engine_test
