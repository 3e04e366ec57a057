# Everything here comes from Debian 12's packages; ./dev installs them.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
# Of the static libraries a process has only the pages that it uses: a megabyte less.
set(Boost_USE_STATIC_LIBS ON)
find_package(Boost 1.81 EXACT REQUIRED COMPONENTS json url log thread)
pkg_check_modules(sodium REQUIRED IMPORTED_TARGET libsodium)
pkg_check_modules(libpq REQUIRED IMPORTED_TARGET libpq)
pkg_check_modules(libpqxx REQUIRED IMPORTED_TARGET libpqxx)
pkg_check_modules(gsoap REQUIRED IMPORTED_TARGET gsoap++)
find_package(EXPAT REQUIRED)
find_package(tomlplusplus REQUIRED)
find_package(CLI11 REQUIRED)
