#pragma once

#include <boost/intrusive/list.hpp>

#include <cstdint>

namespace sallyport {

/// Counts the forks from the first process to this one. What was made under another number was made by a parent of this
/// process, and belongs to it. Only `fork` counts: whoever clones a process by a system call of his own is not seen.
[[nodiscard]] std::uint64_t process_number();

/// A descriptor of the process that made it. A child that is forked off shares what is behind each descriptor: the same
/// connection, whose TLS would use one nonce twice, the same epoll, the same timer. So before `fork` returns in the
/// child, its copy is gone; nothing else happened to what is behind it, and the parent has it for itself.
class ProcessDescriptor : public boost::intrusive::list_base_hook<> {
public:
  enum class InChild : std::uint8_t {
    closes,  ///< It is ours alone.
    /// An object of Asio has the number and goes on to use it, in an epoll that may be the parent's: something that is
    /// nobody's takes the place. What Asio says of the number there is then not said of the parent's.
    is_replaced,
  };

  explicit ProcessDescriptor(InChild in_child) noexcept : in_child_(in_child) {}
  ProcessDescriptor(ProcessDescriptor const&) = delete;
  ProcessDescriptor& operator=(ProcessDescriptor const&) = delete;
  /// Closes what is ours alone.
  ~ProcessDescriptor() { close(); }

  /// Takes one where it has none.
  void set(int descriptor);
  /// -1 where there is none, as in a child.
  [[nodiscard]] int get() const noexcept { return descriptor_; }
  /// Closes what is ours alone, and lets go of any other.
  void close() noexcept;

private:
  friend class ProcessDescriptors;

  int descriptor_ = -1;
  InChild in_child_;
};

}  // namespace sallyport
