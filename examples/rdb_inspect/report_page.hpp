#pragma once
// The files of page/ as strings. The data go behind page_body, which ends inside a script element.

#include <string_view>

namespace rdb_inspect {

extern const std::string_view page_head;
extern const std::string_view page_style;
extern const std::string_view page_body;
extern const std::string_view page_pictures;
extern const std::string_view page_tables;

}  // namespace rdb_inspect
