#pragma once
// Files and payloads that were made to break their readers, and what is expected of them.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "rdb/building.hpp"
#include "rdb/samples.hpp"

namespace sandpiper::rdb {

struct hostile_file {
  std::string file;
  std::string verdict;
  std::string oracle;
  std::string bytes;
};

inline std::vector<hostile_file> hostile_files() {
  std::vector<hostile_file> rows;
  auto table = lines(read_file(samples("hostile") / "hostile.tsv"));
  table.erase(table.begin());
  for (const auto& line : table) {
    const auto column = words(line);
    rows.push_back({column[0], column[1], column[2], read_file(samples("hostile") / column[0])});
  }
  EXPECT_EQ(rows.size(), files("hostile", ".rdb").size()) << "each file has its line";
  return rows;
}

struct hostile_payload {
  std::string bytes;
  bool checksum_right;
  std::string verdict;
};

inline std::vector<hostile_payload> hostile_payloads() {
  std::vector<hostile_payload> rows;
  auto table = lines(read_file(samples("hostile") / "payloads.tsv"));
  table.erase(table.begin());
  for (const auto& line : table) {
    const auto column = words(line);
    rows.push_back({hex(column[0]), column[1] == "right", column[2]});
  }
  EXPECT_EQ(rows.size(), 69u);
  return rows;
}

}  // namespace sandpiper::rdb
