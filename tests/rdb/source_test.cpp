#include "sandpiper/rdb/source.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <thread>

#include "rdb/building.hpp"
#include "rdb/reading.hpp"
#include "rdb/samples.hpp"
#include "support/temporary_folder.hpp"

namespace sandpiper::rdb {
namespace {

std::string drain(source& from) {
  std::string all;
  for (;;) {
    const auto piece = from.next();
    EXPECT_TRUE(piece) << piece.error().message();
    if (!piece || piece->empty()) return all;
    all += *piece;
  }
}

std::string many_bytes(std::size_t size) {
  std::string bytes(size, '\0');
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(i * 2654435761U >> 13);
  return bytes;
}

TEST(Source, MemoryComesInPieces) {
  memory_source whole("0123456789");
  EXPECT_EQ(*whole.next(), "0123456789");
  EXPECT_TRUE(whole.next()->empty());
  memory_source pieces("0123456789", 4);
  EXPECT_EQ(pieces.size_bytes(), 10u);
  EXPECT_EQ(*pieces.next(), "0123");
  EXPECT_EQ(drain(pieces), "456789");
}

TEST(Source, AFileIsMappedOrRead) {
  const test::temporary_folder folder;
  const auto bytes = many_bytes((9 << 20) + 17);
  const auto path = folder.write("file", bytes);
  for (const bool map : {true, false}) {
    const auto file = open_file(path, map);
    ASSERT_TRUE(file) << file.error().message();
    EXPECT_EQ((*file)->size_bytes(), bytes.size());
    EXPECT_TRUE(drain(**file) == bytes) << map;
    EXPECT_TRUE((*file)->next()->empty()) << "and stays at its end";
  }
}

TEST(Source, AnEmptyFileIsAtItsEnd) {
  const test::temporary_folder folder;
  const auto path = folder.write("empty", "");
  for (const bool map : {true, false}) EXPECT_EQ(drain(**open_file(path, map)), "");
  EXPECT_EQ(drain(**mapped_source::open(path)), "");
}

TEST(Source, WhatCannotBeOpenedSaysWhy) {
  const auto none = open_file("/nowhere/at all");
  ASSERT_FALSE(none);
  EXPECT_NE(none.error().message().find("/nowhere/at all: No such file"), std::string::npos);
  EXPECT_FALSE(mapped_source::open("/nowhere/at all"));
}

TEST(Source, WhatCannotBeReadFailsTheReader) {
  const auto folder = open_file("/");  // it opens, but reading it does not work
  ASSERT_TRUE(folder);
  transcript told;
  reader reads(told);
  EXPECT_EQ(pump(**folder, reads), progress::failed);
  EXPECT_EQ(reads.why()->kind, fault_kind::io);
}

TEST(Source, APipeIsReadToItsEnd) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const auto bytes = many_bytes(300000);
  std::thread writer([&] {
    for (std::string_view left = bytes; !left.empty();) {
      const auto n = ::write(ends[1], left.data(), std::min<std::size_t>(left.size(), 7777));
      ASSERT_GT(n, 0);
      left.remove_prefix(static_cast<std::size_t>(n));
    }
    ::close(ends[1]);
  });
  descriptor_source pipe(ends[0], 4096);
  EXPECT_TRUE(drain(pipe) == bytes);
  EXPECT_EQ(pipe.size_bytes(), std::nullopt);
  writer.join();
  ::close(ends[0]);
}

TEST(Source, ACallbackMayGiveWhatItHas) {
  std::string_view left = "some bytes";
  const auto read = [](void* context, char* room, std::size_t) -> std::ptrdiff_t {
    auto& bytes = *static_cast<std::string_view*>(context);
    if (bytes.empty()) return 0;
    room[0] = bytes.front();
    bytes.remove_prefix(1);
    return 1;
  };
  callback_source from(read, &left);
  EXPECT_EQ(drain(from), "some bytes");

  callback_source broken([](void*, char*, std::size_t) -> std::ptrdiff_t { return -1; }, nullptr);
  EXPECT_FALSE(broken.next());
}

TEST(Source, PumpsASnapshotAndNothingBehindIt) {
  const auto bytes = read_file(samples("fixtures") / "hashes.rdb");
  const auto expected = read_whole(bytes).text;
  const auto with_more = bytes + "what follows";
  for (const std::size_t piece : {std::size_t{1}, std::size_t{100}, SIZE_MAX}) {
    memory_source from(with_more, piece);
    transcript told;
    reader reads(told);
    EXPECT_EQ(pump(from, reads), progress::done);
    EXPECT_EQ(told.text(), expected);
    EXPECT_EQ(reads.offset(), bytes.size());
  }
  memory_source early(std::string_view(bytes).substr(0, 100), 7);
  transcript told;
  reader reads(told);
  EXPECT_EQ(pump(early, reads), progress::failed);
  EXPECT_EQ(reads.why()->kind, fault_kind::truncated);
}

}  // namespace
}  // namespace sandpiper::rdb
