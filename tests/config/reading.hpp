#pragma once

#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "tally/config/command_line.hpp"

namespace tally::config {

using Variables = std::map<std::string, std::string>;

inline std::expected<Command, Stop> read(const std::vector<std::string>& arguments, const Variables& environment = {}) {
  return read_command_line(arguments, Surroundings{environment, false});
}

/// The settings of `tally serve` with these arguments, which must be right.
inline ServeOptions serve_settings(std::vector<std::string> arguments, const Variables& environment = {}) {
  arguments.insert(arguments.begin(), "serve");
  const auto command = read(arguments, environment);
  INFO((command ? "" : command.error().text));
  REQUIRE(command);
  return std::get<Serve>(*command).settings;
}

/// Why `tally serve` does not start with these arguments.
inline Stop serve_stop(std::vector<std::string> arguments, const Variables& environment = {}) {
  arguments.insert(arguments.begin(), "serve");
  const auto command = read(arguments, environment);
  REQUIRE_FALSE(command);
  return command.error();
}

/// A configuration file that lives as long as this.
class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& text) {
    std::string name = std::filesystem::temp_directory_path() / "tally-config-XXXXXX";
    const int descriptor = mkstemp(name.data());
    REQUIRE(descriptor >= 0);
    close(descriptor);
    path_ = name;
    std::ofstream{path_} << text;
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile() { std::filesystem::remove(path_); }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace tally::config
