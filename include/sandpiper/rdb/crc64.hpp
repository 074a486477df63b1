#pragma once
// The checksum of snapshots and of DUMP payloads: CRC-64 with the "Jones" polynomial, reflected,
// starting at 0, without a final xor.

#include <cstdint>
#include <string_view>

namespace sandpiper::rdb {

/// The checksum of `bytes`, going on from that of what stood before them: crc64(crc64(0, a), b) is
/// crc64(0, ab). crc64(0, "123456789") is 0xe9c6d914c4b8d9ca. Uses ISA-L where it was built in.
[[nodiscard]] std::uint64_t crc64(std::uint64_t crc, std::string_view bytes) noexcept;

/// The same by tables, on any machine.
[[nodiscard]] std::uint64_t crc64_portable(std::uint64_t crc, std::string_view bytes) noexcept;

}  // namespace sandpiper::rdb
