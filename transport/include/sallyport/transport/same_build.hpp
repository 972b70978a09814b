#pragma once

// As <sallyport/protocol/same_build.hpp>, of Asio: its macros change its classes, and it is compiled once, in here.

#include <sallyport/protocol/same_build.hpp>

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/any_io_executor.hpp>

// The last five are what Asio makes of the platform and of macros such as BOOST_ASIO_DISABLE_THREADS.
// It would take the calls for one expression:
// clang-format off
#define SALLYPORT_EACH_MACRO_SEEN_OF_ASIO(call)                                              \
  call(BOOST_ASIO_SEPARATE_COMPILATION, boost_asio_separate_compilation)                     \
  call(BOOST_ASIO_NO_DEPRECATED, boost_asio_no_deprecated)                                   \
  call(BOOST_ASIO_NO_TS_EXECUTORS, boost_asio_no_ts_executors)                               \
  call(BOOST_ASIO_USE_TS_EXECUTOR_AS_DEFAULT, boost_asio_use_ts_executor_as_default)         \
  call(BOOST_ASIO_NO_TYPEID, boost_asio_no_typeid)                                           \
  call(BOOST_ASIO_ENABLE_HANDLER_TRACKING, boost_asio_enable_handler_tracking)               \
  call(BOOST_ASIO_CUSTOM_HANDLER_TRACKING, boost_asio_custom_handler_tracking)               \
  call(BOOST_ASIO_ENABLE_BUFFER_DEBUGGING, boost_asio_enable_buffer_debugging)               \
  call(BOOST_ASIO_DISABLE_SMALL_BLOCK_RECYCLING, boost_asio_disable_small_block_recycling)   \
  call(BOOST_ASIO_RECYCLING_ALLOCATOR_CACHE_SIZE, boost_asio_recycling_allocator_cache_size) \
  call(BOOST_ASIO_HAS_THREADS, boost_asio_has_threads)                                       \
  call(BOOST_ASIO_HAS_EPOLL, boost_asio_has_epoll)                                           \
  call(BOOST_ASIO_HAS_EVENTFD, boost_asio_has_eventfd)                                       \
  call(BOOST_ASIO_HAS_TIMERFD, boost_asio_has_timerfd)                                       \
  call(BOOST_ASIO_HAS_IO_URING, boost_asio_has_io_uring)
// clang-format on

namespace sallyport {

[[gnu::used, gnu::retain]] constexpr void (*asio_as_seen_here[])() = {
    SALLYPORT_EACH_MACRO_SEEN_OF_ASIO(SALLYPORT_REFER_TO_BUILD)};

}  // namespace sallyport
