#include "net/stream.hpp"

#include <asio/buffer.hpp>
#include <asio/error.hpp>

#include <array>

namespace sandpiper::net {

transfer stream::read(std::span<char> into) {
  if (tls_) {
    const auto done = tls_->read(into);
    if (done.status == io::failed) cause_ = tls_->why();
    return done;
  }
  std::error_code why;
  const auto n = socket_.read_some(asio::buffer(into.data(), into.size()), why);
  if (!why) return {io::done, n};
  if (why == asio::error::would_block || why == asio::error::try_again) {
    return {io::want_readable, 0};
  }
  return why == asio::error::eof ? transfer{io::ended, 0} : failed(why);
}

transfer stream::write(std::span<const std::string_view> pieces) {
  if (tls_) {
    const auto done = tls_->write(pieces);
    if (done.status == io::failed) cause_ = tls_->why();
    return done;
  }
  std::error_code why;
  std::size_t n = 0;
  if (pieces.size() == 1) {  // send() instead of sendmsg()
    n = socket_.write_some(asio::buffer(pieces[0].data(), pieces[0].size()), why);
  } else {
    std::array<asio::const_buffer, pieces_max> buffers;
    const auto count = std::min(pieces.size(), pieces_max);
    for (std::size_t i = 0; i < count; ++i) {
      buffers[i] = asio::const_buffer(pieces[i].data(), pieces[i].size());
    }
    n = socket_.write_some(buffers, why);
  }
  if (!why) return {io::done, n};
  if (why == asio::error::would_block || why == asio::error::try_again) {
    return {io::want_writable, 0};
  }
  return failed(why);
}

transfer stream::failed(const std::error_code& why) {
  cause_ = why.message();
  return {io::failed, 0};
}

void stream::close() noexcept {
  tls_.reset();
  std::error_code ignored;
  socket_.close(ignored);
}

}  // namespace sandpiper::net
