// Sessions that live through random events at random times keep their promises.

#include "seed.hpp"
#include "session_support.hpp"
#include "session_walk.hpp"

#include <cstddef>
#include <map>
#include <string>

namespace sallyport::engine_test {
namespace {

constexpr unsigned steps_max = 100'000;

void broken(std::string const& what) {
  BOOST_FAIL(what);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(random_walk)

BOOST_AUTO_TEST_CASE(a_session_keeps_its_promises_whatever_happens_to_it) {
  auto const the_seed = seed();
  Dice dice(the_seed);
  std::map<State, unsigned> ends;
  unsigned steps = 0;
  BOOST_TEST_CONTEXT("SALLYPORT_SEED=" << the_seed) {
    while (steps < steps_max) {
      Walk<Dice> walk(roles[dice.below(2)], dice, broken);
      for (; !walk.is_over() && steps < steps_max; ++steps) walk.step();
      ++ends[walk.state()];
    }
    for (std::size_t index = 0; index < state_count; ++index) {
      if (is_end(state_at(index)))
        BOOST_TEST(ends[state_at(index)] > 0, "no walk ended as " << name_of(state_at(index)));
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace sallyport::engine_test
