#include "support/fork_notice.hpp"

#include "support/process_descriptor.hpp"

#include <boost/asio/execution/context.hpp>
#include <boost/asio/query.hpp>

#include <utility>

namespace sallyport {

namespace asio = boost::asio;

class ForkNotices::Service final : public asio::execution_context::service {
public:
  using key_type = Service;
  static inline asio::execution_context::id id;

  explicit Service(asio::execution_context& owner)
      : asio::execution_context::service(owner), notices(std::make_shared<ForkNotices>()) {}

  std::shared_ptr<ForkNotices> const notices;

private:
  void shutdown() override {}
  void notify_fork(asio::execution_context::fork_event event) override { notices->tell(event); }
};

std::shared_ptr<ForkNotices> ForkNotices::of(Strand const& strand) {
  asio::execution_context& context = asio::query(strand, asio::execution::context);
  return asio::use_service<Service>(context).notices;
}

ForkNotices::ForkNotices() : told_in_(process_number()) {}

bool ForkNotices::is_told() const {
  std::lock_guard const lock(mutex_);
  return told_in_ == process_number();
}

void ForkNotices::tell(asio::execution_context::fork_event event) {
  std::lock_guard const lock(mutex_);
  if (event == asio::execution_context::fork_child) told_in_ = process_number();
  for (auto const& told : listeners_) told(event);
}

ForkNotice::ForkNotice(Strand const& strand, ForkNotices::Told told) : notices_(ForkNotices::of(strand)) {
  std::lock_guard const lock(notices_->mutex_);
  place_ = notices_->listeners_.insert(notices_->listeners_.end(), std::move(told));
}

ForkNotice::~ForkNotice() {
  std::lock_guard const lock(notices_->mutex_);
  notices_->listeners_.erase(place_);
}

}  // namespace sallyport
