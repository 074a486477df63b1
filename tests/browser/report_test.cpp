// The page of `rdb_inspect report` in a real browser: no error on its console, the program's own
// numbers, and a view that zooms, sorts and filters.

#include <regex>
#include <tuple>

#include "rdb_inspect/json.hpp"
#include "rdb_inspect/running.hpp"

namespace sandpiper::test {
namespace {

struct page {
  std::string dom;
  std::string console;
};

class Report : public testing::Test {
 protected:
  void SetUp() override {
    server_.ask(
        "EVAL \"for i = 1, 150 do local s = tostring(i);"
        "redis.call('SET', 'user:' .. s .. ':name', string.rep('n', i));"
        "redis.call('HSET', 'user:' .. s .. ':profile', 'name', s, 'age', i);"
        "redis.call('SET', 'page:' .. s, string.rep('p', 40), 'EX', 1000 + i * 5000);"
        "redis.call('RPUSH', 'queue:mail', 'item ' .. s) end return 1\" 0");
    server_.ask("SET \"</script><script>throw 1</script>\" " + std::string(500, 'x'));
    path_ = save(server_);
    const auto made = inspect("report -o " + folder_.path("report.html") + " " + path_);
    ASSERT_EQ(made.status, 0) << made.err;
  }

  // What the browser makes of `file`. One process at a time, and little of the machine.
  [[nodiscard]] page browse(const std::string& file, const std::string& more = "") const {
    const auto line = std::string(CHROMIUM) +
                      " --headless --no-sandbox --disable-gpu --no-first-run --disable-extensions"
                      " --disable-background-networking --disable-dev-shm-usage"
                      " --renderer-process-limit=1 --enable-logging=stderr"
                      " --virtual-time-budget=4000 --dump-dom --user-data-dir=" +
                      folder_.path("profile") + " --window-size=1280,1600 " + more + " 'file://" +
                      folder_.path(file) + "' > " + folder_.path("dom") + " 2> " +
                      folder_.path("console");
    EXPECT_EQ(std::system(line.c_str()), 0) << content_of(folder_.path("console"));
    page seen{content_of(folder_.path("dom")), content_of(folder_.path("console"))};
    EXPECT_EQ(seen.console.find("CONSOLE"), std::string::npos) << seen.console;
    return seen;
  }

  // The page as it is once its scripts have run.
  [[nodiscard]] page open(const std::string& view = "") const {
    const auto seen = browse("report.html" + view);
    EXPECT_NE(seen.dom.find("data-ready=\"1\""), std::string::npos) << seen.console;
    EXPECT_EQ(seen.dom.find("data-error"), std::string::npos) << seen.dom.substr(0, 500);
    return seen;
  }

  // The page in a frame of this width, in the hands of a script: it sees `page` and `view`, and
  // what it leaves in `told` comes back.
  [[nodiscard]] json drive(const std::string& script, int width = 1280,
                           const std::string& more = "") const {
    std::string html;
    for (const char c : content_of(folder_.path("report.html"))) {
      html += c == '"' ? "&quot;" : c == '&' ? "&amp;" : std::string(1, c);
    }
    folder_.write(
        "driver.html",
        "<!DOCTYPE html><meta charset=utf-8><iframe style='border:0;height:2000px;width:" +
            std::to_string(width) + "px' srcdoc=\"" + html +
            "\"></iframe><script>\"use strict\";\n"
            "const frame = document.querySelector('iframe'), told = {};\n"
            "frame.onload = () => {\n"
            "const view = frame.contentWindow, page = frame.contentDocument;\n" +
            script +
            "\ndocument.body.dataset.told = encodeURIComponent(JSON.stringify(told));"
            "\n};</script>");
    const auto dom = browse("driver.html", more).dom;
    std::smatch found;
    if (!std::regex_search(dom, found, std::regex("data-told=\"([^\"]*)\""))) {
      ADD_FAILURE() << "the script came to no end";
      return {};
    }
    return json_reader::read(without_percents(found.str(1)));
  }

  static std::string without_percents(const std::string& text) {
    std::string bytes;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] != '%') {
        bytes += text[i];
        continue;
      }
      bytes += static_cast<char>(std::stoi(text.substr(i + 1, 2), nullptr, 16));
      i += 2;
    }
    return bytes;
  }

  static std::string tile(const page& seen, const std::string& name) {
    const std::regex form("data-name=\"" + name + "\" data-value=\"(\\d+)\"");
    std::smatch found;
    EXPECT_TRUE(std::regex_search(seen.dom, found, form)) << name;
    return found.str(1);
  }

  // The first cell of each row of the table of the largest keys.
  static std::vector<std::string> top_names(const page& seen) {
    const auto from = seen.dom.find("id=\"top_table\"");
    const auto table = seen.dom.substr(from, seen.dom.find("</table>", from) - from);
    std::vector<std::string> names;
    const std::regex row("<tr><td class=\"name\">([^<]*)</td>");
    for (std::sregex_iterator it(table.begin(), table.end(), row), end; it != end; ++it) {
      names.push_back(it->str(1));
    }
    return names;
  }

  static std::size_t boxes(const page& seen) {
    const std::regex box("data-node=\"\\d+\"");
    return static_cast<std::size_t>(
        std::distance(std::sregex_iterator(seen.dom.begin(), seen.dom.end(), box), {}));
  }

  redis_server server_;
  temporary_folder folder_;
  std::string path_;
};

TEST_F(Report, ItsNumbersAreThoseOfTheProgram) {
  const auto seen = open();
  std::uint64_t bytes = 0, keys = 0, expiring = 0;
  for (const auto& line : lines_of(inspect("memory -f ndjson " + path_).out)) {
    const auto row = json_reader::read(line);
    bytes += row["size_in_bytes"].number();
    expiring += row["expiry"].text.empty() ? 0 : 1;
    ++keys;
  }
  EXPECT_EQ(tile(seen, "keys"), std::to_string(keys));
  EXPECT_EQ(tile(seen, "bytes"), std::to_string(bytes));
  EXPECT_EQ(tile(seen, "expiring"), std::to_string(expiring));
  EXPECT_EQ(tile(seen, "file"), std::to_string(std::filesystem::file_size(path_)));
  EXPECT_EQ(top_names(seen).front(), "queue:mail");
}

TEST_F(Report, ItLoadsNothingAndRunsNothingOfTheSnapshots) {
  const auto html = content_of(folder_.path("report.html"));
  EXPECT_NE(html.find("default-src 'none'"), std::string::npos);
  EXPECT_EQ(html.find("src=\""), std::string::npos);
  EXPECT_EQ(html.find("href=\""), std::string::npos);
  EXPECT_EQ(html.find("<script>throw"), std::string::npos);
  EXPECT_NE(html.find("\\u003c/script>\\u003cscript>throw"), std::string::npos);
}

TEST_F(Report, ItZoomsSortsAndFilters) {
  const auto whole = open();
  const auto zoomed = open("#node=2");
  EXPECT_NE(zoomed.dom.find("data-node=\"2\""), std::string::npos);
  EXPECT_NE(boxes(zoomed), boxes(whole)) << "other boxes are drawn inside a box";

  const auto sorted = top_names(open("#sort=key&down=0"));
  ASSERT_GT(sorted.size(), 2u);
  EXPECT_TRUE(std::is_sorted(sorted.begin(), sorted.end()));

  const auto filtered = top_names(open("#filter=PROFILE"));
  ASSERT_EQ(filtered.size(), 150u);
  for (const auto& name : filtered) EXPECT_NE(name.find(":profile"), std::string::npos) << name;
}

TEST_F(Report, ItAnswersToItsReader) {
  const auto told = drive(R"js(
    const click = e => e.dispatchEvent(new view.MouseEvent("click", { bubbles: true }));
    const names = () => [...page.querySelectorAll("#top_table td.name")].map(c => c.textContent);
    const boxes = () => page.querySelectorAll("#treemap .box").length;
    const head = title => [...page.querySelectorAll("#top_table th")]
      .find(c => c.textContent === title);
    told.first = names()[0];
    click(head("Elements"));
    told.by_elements = names()[0];
    click(head("Key"));
    told.descending = names()[0] > names()[names().length - 1] ? 1 : 0;
    const filter = page.getElementById("filter");
    filter.value = "queue";
    filter.dispatchEvent(new view.Event("input"));
    told.filtered = names();
    told.matches = page.getElementById("matches").textContent;
    told.whole_boxes = boxes();
    const user = [...page.querySelectorAll("#treemap .box")]
      .find(b => b.querySelector("title").textContent.startsWith("user:"));
    click(user);
    told.node = page.documentElement.dataset.node === user.dataset.node ? 1 : 0;
    told.zoomed_boxes = boxes();
    told.hover = page.getElementById("hover").textContent;
    click(page.querySelector("#crumbs button"));
    told.back_boxes = boxes();
  )js");
  EXPECT_EQ(told["first"].text, "queue:mail");
  EXPECT_EQ(told["by_elements"].text, "queue:mail");
  ASSERT_EQ(told["filtered"].items.size(), 1u);
  EXPECT_EQ(told["filtered"].items[0].text, "queue:mail");
  EXPECT_EQ(told["matches"].text, "1 of 452 shown");
  EXPECT_EQ(told["node"].number(), 1u);
  EXPECT_EQ(told["hover"].text.substr(0, 5), "user:");
  EXPECT_LT(told["zoomed_boxes"].number(), told["whole_boxes"].number());
  EXPECT_EQ(told["back_boxes"].number(), told["whole_boxes"].number());
}

// Ink and paper change places, by the reader's system and by the button.
TEST_F(Report, ItIsLightAndDark) {
  const std::string script = R"js(
    const light = colour => colour.match(/\d+/g).slice(0, 3).reduce((a, b) => a + +b, 0) / 3;
    const style = () => view.getComputedStyle(page.body);
    told.paper = Math.round(light(style().backgroundColor));
    told.ink = Math.round(light(style().color));
    page.getElementById("theme").click();
    told.other_paper = Math.round(light(style().backgroundColor));
    told.other_ink = Math.round(light(style().color));
  )js";
  const auto light = drive(script);
  const auto dark = drive(script, 1280, "--force-dark-mode");
  for (const auto& [one, paper, ink] :
       {std::tuple{&light, "paper", "ink"}, {&dark, "other_paper", "other_ink"}}) {
    EXPECT_GT((*one)[paper].number(), 200u);
    EXPECT_LT((*one)[ink].number(), 60u);
  }
  for (const auto& [one, paper, ink] :
       {std::tuple{&dark, "paper", "ink"}, {&light, "other_paper", "other_ink"}}) {
    EXPECT_LT((*one)[paper].number(), 60u);
    EXPECT_GT((*one)[ink].number(), 200u);
  }
}

TEST_F(Report, ItFitsAPhone) {
  const auto told = drive(R"js(
    told.width = view.innerWidth;
    told.scrolls = page.documentElement.scrollWidth;
    told.viewBox = page.getElementById("treemap").getAttribute("viewBox");
    told.smallest = Math.min(...[...page.querySelectorAll("svg text")].map(
      t => t.getBoundingClientRect().height));
  )js",
                          390);
  EXPECT_EQ(told["width"].number(), 390u);
  EXPECT_LE(told["scrolls"].number(), 390u) << "nothing is wider than the screen";
  EXPECT_EQ(told["viewBox"].text, "0 0 420 400");
  EXPECT_GE(std::stod(told["smallest"].text), 9) << "words can be read";
}

TEST_F(Report, AnEmptySnapshotHasAPageToo) {
  const auto made = inspect("report -o " + folder_.path("report.html") + " " + fixture("empty"));
  ASSERT_EQ(made.status, 0) << made.err;
  EXPECT_EQ(tile(open(), "keys"), "0");
}

}  // namespace
}  // namespace sandpiper::test
