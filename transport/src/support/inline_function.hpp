#pragma once

#include <cstddef>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

namespace sallyport {

template <class Signature, std::size_t Size = 48>
class InlineFunction;

/// A callable that lies in the object itself: it never allocates, moves, and is called as often as it is there. What
/// does not fit does not compile.
template <class Result, class... Arguments, std::size_t Size>
class InlineFunction<Result(Arguments...), Size> {
public:
  InlineFunction() noexcept = default;

  template <class Callable>
  requires(!std::is_same_v<std::remove_cvref_t<Callable>, InlineFunction>) InlineFunction(Callable&& callable)
      : table_(&table_of<std::decay_t<Callable>>) {
    using Stored = std::decay_t<Callable>;
    static_assert(sizeof(Stored) <= Size && alignof(Stored) <= alignof(std::max_align_t));
    static_assert(std::is_nothrow_move_constructible_v<Stored>);
    ::new (static_cast<void*>(bytes_)) Stored(std::forward<Callable>(callable));
  }

  InlineFunction(InlineFunction&& other) noexcept { take(other); }
  InlineFunction& operator=(InlineFunction&& other) noexcept {
    if (this != &other) {
      reset();
      take(other);
    }
    return *this;
  }
  InlineFunction(InlineFunction const&) = delete;
  InlineFunction& operator=(InlineFunction const&) = delete;
  ~InlineFunction() { reset(); }

  explicit operator bool() const noexcept { return table_ != nullptr; }
  Result operator()(Arguments... arguments) { return table_->call(bytes_, std::forward<Arguments>(arguments)...); }
  void reset() noexcept {
    if (auto const* const table = std::exchange(table_, nullptr)) table->destroy(bytes_);
  }

private:
  struct Table {
    Result (*call)(void* stored, Arguments&&... arguments);
    void (*move)(void* to, void* from) noexcept;
    void (*destroy)(void* stored) noexcept;
  };

  template <class Stored>
  static constexpr Table table_of{
      .call = [](void* stored, Arguments&&... arguments) -> Result {
        return (*static_cast<Stored*>(stored))(std::forward<Arguments>(arguments)...);
      },
      .move =
          [](void* to, void* from) noexcept {
            ::new (to) Stored(std::move(*static_cast<Stored*>(from)));
            std::destroy_at(static_cast<Stored*>(from));
          },
      .destroy = [](void* stored) noexcept { std::destroy_at(static_cast<Stored*>(stored)); },
  };

  void take(InlineFunction& other) noexcept {
    table_ = std::exchange(other.table_, nullptr);
    if (table_ != nullptr) table_->move(bytes_, other.bytes_);
  }

  alignas(std::max_align_t) std::byte bytes_[Size];
  Table const* table_ = nullptr;
};

}  // namespace sallyport
