// The memory of what rests: blocks that lie together, apart from the heap, and slabs that are given back.

#include <boost/test/unit_test.hpp>

#include <snapshot/folded_login.hpp>
#include <support/slab_pool.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <random>
#include <set>
#include <thread>
#include <vector>

BOOST_AUTO_TEST_SUITE(slab_pool)

using namespace sallyport;

namespace {

constexpr std::size_t page = 4096;
constexpr std::size_t block_size = 640;
constexpr std::size_t many = 4000;  // Of some slabs.

std::vector<void*> allocate(SlabPool& pool, std::size_t count) {
  std::vector<void*> blocks(count);
  for (auto& block : blocks) block = pool.allocate(block_size);
  return blocks;
}

void deallocate(std::vector<void*> const& blocks) {
  for (auto* const block : blocks) SlabPool::deallocate(block, block_size);
}

/// A block that is full of one byte, and was never anybody else's.
struct Marked {
  unsigned char* place;
  std::size_t size;
  unsigned char mark;

  [[nodiscard]] bool is_whole() const {
    return std::all_of(place, place + size, [this](unsigned char byte) { return byte == mark; });
  }
};

/// Makes and drops blocks of many sizes in no order. Whether each was whole when it went, and aligned.
bool come_and_go(SlabPool& pool, unsigned seed) {
  std::minstd_rand random(seed);
  std::vector<Marked> held;
  auto is_good = true;
  for (auto round = 0; round < 20'000; ++round) {
    if (held.size() < 50 || random() % 2 == 0) {
      auto const size = 1 + random() % (SlabPool::block_max + 100);
      held.push_back({static_cast<unsigned char*>(pool.allocate(size)), size, static_cast<unsigned char>(random())});
      auto const& [place, length, mark] = held.back();
      std::memset(place, mark, length);
      is_good = is_good && reinterpret_cast<std::uintptr_t>(place) % 16 == 0;
    } else {
      std::swap(held[random() % held.size()], held.back());
      is_good = is_good && held.back().is_whole();
      SlabPool::deallocate(held.back().place, held.back().size);
      held.pop_back();
    }
  }
  for (auto const& one : held) {
    is_good = is_good && one.is_whole();
    SlabPool::deallocate(one.place, one.size);
  }
  return is_good;
}

}  // namespace

BOOST_AUTO_TEST_CASE(blocks_of_one_size_lie_side_by_side) {
  auto const pool = SlabPool::create();
  auto const blocks = allocate(*pool, many);
  std::set<std::uintptr_t> pages;
  for (auto* const block : blocks) {
    auto const place = reinterpret_cast<std::uintptr_t>(block);
    pages.insert(place / page);
    pages.insert((place + block_size - 1) / page);
  }
  BOOST_TEST(pages.size() <= many * block_size / page + 2 * pool->slabs());
  BOOST_TEST(pool->slabs() > 1U);
  deallocate(blocks);
}

BOOST_AUTO_TEST_CASE(what_was_given_back_last_is_given_out_first) {
  auto const pool = SlabPool::create();
  auto const blocks = allocate(*pool, many);
  SlabPool::deallocate(blocks[1], block_size);
  SlabPool::deallocate(blocks[0], block_size);
  BOOST_TEST(pool->allocate(block_size) == blocks[0]);
  BOOST_TEST(pool->allocate(block_size) == blocks[1]);
  deallocate(blocks);
}

BOOST_AUTO_TEST_CASE(slabs_that_are_empty_go_but_for_one_of_a_size) {
  auto const pool = SlabPool::create();
  for (auto round = 0; round < 3; ++round) {
    auto const blocks = allocate(*pool, many);
    BOOST_TEST(pool->slabs() > 2U);
    deallocate(blocks);
    BOOST_TEST(pool->slabs() == 1U);
  }
}

BOOST_AUTO_TEST_CASE(blocks_do_not_overlap_whatever_comes_and_goes) {
  for (auto seed = 1U; seed <= 5; ++seed) BOOST_TEST(come_and_go(*SlabPool::create(), seed), "seed " << seed);
}

BOOST_AUTO_TEST_CASE(threads_share_a_pool) {
  auto const pool = SlabPool::create();
  std::array<bool, 4> good{};
  std::vector<std::thread> threads;
  for (auto number = 0U; number < good.size(); ++number) {
    threads.emplace_back([&, number] { good[number] = come_and_go(*pool, number + 1); });
  }
  for (auto& thread : threads) thread.join();
  for (auto const one : good) BOOST_TEST(one);
}

BOOST_AUTO_TEST_CASE(a_block_outlives_who_made_the_pool) {
  auto pool = SlabPool::create();
  std::weak_ptr<SlabPool> const watched = pool;
  auto* const block = static_cast<char*>(pool->allocate(block_size));
  pool.reset();
  BOOST_TEST(!watched.expired());
  std::memset(block, 1, block_size);
  SlabPool::deallocate(block, block_size);
  BOOST_TEST(watched.expired());
}

BOOST_AUTO_TEST_CASE(a_folded_login_leaves_no_byte_behind) {
  auto const pool = SlabPool::create();
  std::string const secret(300, '!');
  Limits const limits;
  auto login = keep({.session = Session(Role::claimant, limits), .watch = {}, .schemes = {}}, secret, *pool);
  BOOST_TEST(login->bytes() == secret);
  auto const size = sizeof(FoldedLogin) + secret.size();
  void const* const place = login.get();
  login.reset();
  auto* const block = static_cast<char*>(pool->allocate(size));
  BOOST_TEST_REQUIRE(static_cast<void const*>(block) == place);
  BOOST_TEST(std::count(block, block + size, '!') == 0);
  SlabPool::deallocate(block, size);
}

BOOST_AUTO_TEST_SUITE_END()
