#include "text_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "file_descriptor.hpp"

namespace tally::embedded {

std::string read_text(const std::filesystem::path& path, std::uintmax_t from) {
  std::string text;
  const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  if (!file || ::lseek(file.get(), static_cast<off_t>(from), SEEK_SET) < 0) return text;
  std::array<char, 4096> buffer{};
  while (true) {
    const auto count = ::read(file.get(), buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(count));
  }
}

}  // namespace tally::embedded
