#pragma once

#include <new>
#include <utility>

namespace sallyport {

/// Does some work of one connection or one login. Where it finds no memory, it ends that one instead, and nobody else
/// hears of it: what passed on would end the whole server, or whatever a host makes of an exception. What a host throws
/// passes.
template <class Work, class End>
void work_or_end(Work&& work, End&& end) {
  try {
    std::forward<Work>(work)();
  } catch (std::bad_alloc const&) {
    std::forward<End>(end)();
  }
}

}  // namespace sallyport
