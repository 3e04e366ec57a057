#include "session_texts.hpp"

#include <catch2/catch.hpp>

namespace tally::soap::test {
namespace {

std::optional<model::Settings> settings_of(std::string_view text) {
  XmlReader reader;
  return parse_settings(reader, text);
}

model::SessionView view_of(model::Settings settings) {
  using namespace std::chrono;
  model::SessionView view;
  view.session.id = *model::parse_guid("0a000000-0000-4000-8000-00000000000b");
  view.session.user = "DOM\\ivanov";
  view.session.database = "archive";
  view.session.address = "192.0.2.1";
  view.session.login_time = sys_days{2026y / 3 / 4} + 5h + 6min + 7s + 999'999us;
  view.session.settings = std::move(settings);
  view.server_time = sys_days{2026y / 12 / 31} + 23h + 59min + 59s;
  return view;
}

/// The value of one property, with the escapes of the text.
std::string property(const std::string& text, const std::string& name) {
  const auto at = text.find("<Setting Name=\"" + name + "\"");
  if (at == std::string::npos) return "(missing)";
  const auto begin = text.find('>', at) + 1;
  return text.substr(begin, text.find("</Setting>", begin) - begin);
}

}  // namespace

TEST_CASE("settings are read as clients write them", "[soap]") {
  const auto settings = settings_of(
      "<?xml version=\"1.0\" encoding=\"utf-16\"?>\r\n<Settings>\r\n <Setting Name=\"ComputerName\" Type=\"string\" "
      "ReadOnly=\"0\">"
      "\xd0\x81\xd0\xbb\xd0\xba\xd0\xb0 &amp; &lt;&#1025;<![CDATA[<raw>]]></Setting>\r\n"
      " <Setting Name='LocaleID' Type='int' ReadOnly='1'>1049</Setting><Setting Name='AppID'/></Settings>");
  REQUIRE(settings);
  CHECK(*settings ==
        model::Settings{{"ComputerName", "string", "\xd0\x81\xd0\xbb\xd0\xba\xd0\xb0 & <\xd0\x81<raw>", false},
                        {"LocaleID", "int", "1049", true},
                        {"AppID", "", "", false}});
}

TEST_CASE("what is unknown in settings is passed over without harm to the rest", "[soap]") {
  const auto [text, expected] = GENERATE(table<const char*, model::Settings>({
      {"", {}},
      {" \t\r\n", {}},
      {"<Settings/>", {}},
      {"<Settings>text<Other Name='x'>y</Other><Setting Name='a' More='z'>1</Setting></Settings>",
       {{"a", "", "1", false}}},
      {"<Settings><Setting Name='a'>1<b>2</b>3</Setting></Settings>", {{"a", "", "13", false}}},
      {"<Settings><Deep><Setting Name='a'>1</Setting></Deep></Settings>", {}},
      {"<Settings><Setting Name='a'><Setting Name='b'>1</Setting>2</Setting></Settings>", {{"a", "", "2", false}}},
      {"<Settings><Setting>1</Setting></Settings>", {{"", "", "1", false}}},
      {"<Settings xmlns='urn:x'><Setting Name='a' ReadOnly='true'/></Settings>", {{"a", "", "", true}}},
      {"<Settings><Setting Name='a' ReadOnly='false'/><Setting Name='b' ReadOnly=''/></Settings>",
       {{"a", "", "", false}, {"b", "", "", false}}},
  }));
  INFO(text);
  const auto settings = settings_of(text);
  REQUIRE(settings);
  CHECK(*settings == expected);
}

TEST_CASE("a text that is no settings is refused", "[soap]") {
  const auto* text =
      GENERATE("x", "<Setting Name='a'/>", "<settings/>", "<Settings>", "<Settings></Settings><Settings/>",
               "<!DOCTYPE Settings><Settings/>", "<Settings>&nbsp;</Settings>", "<p:Settings/>", "{}");
  INFO(text);
  CHECK_FALSE(settings_of(text));
}

TEST_CASE("a session's properties are what the client set and what the server knows, marked read-only", "[soap]") {
  const auto text = session_settings_text(
      view_of({{"ComputerName", "string", "PC <1> & \xd0\xaf", false}, {"AppID", "", "x", true}}), "1.2");
  CHECK(text.starts_with(
      "<Settings><Setting Name=\"ComputerName\" Type=\"string\" ReadOnly=\"0\">PC &lt;1&gt; &amp; \xd0\xaf</Setting>"
      "<Setting Name=\"AppID\" Type=\"string\" ReadOnly=\"1\">x</Setting>"));
  CHECK(property(text, "AccountName") == "DOM\\ivanov");
  CHECK(property(text, "BaseName") == "archive");
  CHECK(property(text, "ConnectAddress") == "192.0.2.1");
  CHECK(property(text, "DatabaseType") == "1");
  CHECK(property(text, "LoginTime") == "2026-03-04T05:06:07Z");
  CHECK(property(text, "ServerTime") == "2026-12-31T23:59:59Z");
  CHECK(property(text, "ServerVersion") == "1.2");
  CHECK(property(text, "Offline") == "false");
  CHECK(property(text, "SessionID") == "0a000000-0000-4000-8000-00000000000b");
  CHECK(property(text, "Features").empty());
  CHECK(property(text, "License") == "&lt;License&gt;&lt;Features&gt;&lt;/Features&gt;&lt;/License&gt;");
  CHECK(property(text, "ExpirationDate") == "(missing)");
}

TEST_CASE("the client's own word for the database stands", "[soap]") {
  CHECK(property(session_settings_text(view_of({{"baseNAME", "string", "mine", false}}), ""), "BaseName") ==
        "(missing)");
}

TEST_CASE("features and the license list the options of valid licenses", "[soap]") {
  auto view = view_of({});
  view.features = {
      {*model::parse_guid("da212a06-edcd-461f-8134-c5e39f1559f7"), "One \"<1>\"", model::Quantity::units(10)},
      {*model::parse_guid("604EA6A5-7988-4099-9539-C8EB82497199"), "Two", {}}};
  view.expires = std::chrono::sys_days{std::chrono::year{2027} / 1 / 1};
  const auto text = session_settings_text(view, "");
  CHECK(property(text, "Features") == "da212a06-edcd-461f-8134-c5e39f1559f7;604ea6a5-7988-4099-9539-c8eb82497199");
  CHECK(property(text, "License") ==
        "&lt;License&gt;&lt;Features&gt;&lt;Feature ID=&quot;da212a06-edcd-461f-8134-c5e39f1559f7&quot; Name=&quot;One "
        "&amp;quot;&amp;lt;1&amp;gt;&amp;quot;&quot; MaxConnections=&quot;10&quot; /&gt;&lt;Feature "
        "ID=&quot;604ea6a5-7988-4099-9539-c8eb82497199&quot; Name=&quot;Two&quot; "
        "/&gt;&lt;/Features&gt;&lt;/License&gt;");
  CHECK(property(text, "ExpirationDate") == "2027-01-01T00:00:00Z");
}

TEST_CASE("what was written is read back as it was, line breaks and all", "[soap]") {
  const model::Settings settings{{"a\nb\tc\"<", "str&ing", "line\r\nline\ttab \xd0\xaf ]]> <x/>", false},
                                 {"empty", "int", "", true}};
  auto read = settings_of(session_settings_text(view_of(settings), ""));
  REQUIRE(read);
  read->resize(2);
  CHECK(*read == settings);
}

TEST_CASE("the session list has one element with attributes a session", "[soap]") {
  using namespace std::chrono;
  auto one =
      view_of({{"ComputerName", "string", "PC\"1\"", false}, {"ComputerAddress", "string", "10.0.0.1", false}}).session;
  one.last_contact = sys_days{2026y / 3 / 4};
  auto two = view_of({}).session;
  two.computer = "192.0.2.1";
  two.offline = true;
  two.user = "a\xef\xbf\xbf\x01<b>";
  CHECK(session_list_text({{one}}) ==
        "<Sessions><Session ID=\"0a000000-0000-4000-8000-00000000000b\" AccountName=\"DOM\\ivanov\" "
        "LoginTime=\"2026-03-04T05:06:07Z\" LastAccessTime=\"2026-03-04T00:00:00Z\" ComputerName=\"PC&quot;1&quot;\" "
        "ComputerAddress=\"10.0.0.1\" Offline=\"false\" /></Sessions>");
  const auto text = session_list_text({{two}});
  CHECK(text.find("AccountName=\"a&lt;b&gt;\"") != std::string::npos);
  CHECK(text.find("ComputerName=\"192.0.2.1\" ComputerAddress=\"192.0.2.1\" Offline=\"true\"") != std::string::npos);
  CHECK(session_list_text({}) == "<Sessions></Sessions>");
}

}  // namespace tally::soap::test
