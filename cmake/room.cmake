# tally_room(<name> SOURCES ... [PUBLIC ...] [PRIVATE ...])
#
# One static library and one include root for a room: target tally_<name>, alias tally::<name>. Headers that other rooms
# may read stand in <room>/include/tally/<name>/; everything beside the sources is the room's own. Warnings are errors,
# and every public header must compile alone (target all_verify_interface_header_sets).
function(tally_room name)
  cmake_parse_arguments(ROOM "" "" "SOURCES;HEADERS;PUBLIC;PRIVATE" ${ARGN})
  add_library(tally_${name} STATIC ${ROOM_SOURCES})
  add_library(tally::${name} ALIAS tally_${name})
  target_sources(tally_${name} PUBLIC FILE_SET HEADERS BASE_DIRS include FILES ${ROOM_HEADERS})
  set_target_properties(tally_${name} PROPERTIES VERIFY_INTERFACE_HEADER_SETS ON)
  target_include_directories(tally_${name} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
  target_link_libraries(tally_${name} PUBLIC ${ROOM_PUBLIC} PRIVATE tally::strict ${ROOM_PRIVATE})
endfunction()

# Warnings and sanitizers for our own code; generated code and dependencies are system includes and know nothing of it.
add_library(tally_strict INTERFACE)
add_library(tally::strict ALIAS tally_strict)
target_compile_options(tally_strict INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor -Wold-style-cast
  -Woverloaded-virtual -Wduplicated-cond -Wlogical-op -Wimplicit-fallthrough -Wswitch-enum
  # Designated initializers name what differs from the defaults; that the rest is left out is their point.
  -Wno-missing-field-initializers -Werror)
if(TALLY_SANITIZE STREQUAL "address")
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
  # g++ 12 follows instrumented code into branches that can't be taken, and sees uninitialized memory there.
  target_compile_options(tally_strict INTERFACE -Wno-maybe-uninitialized)
elseif(TALLY_SANITIZE STREQUAL "thread")
  add_compile_options(-fsanitize=thread -fno-omit-frame-pointer)
  add_link_options(-fsanitize=thread)
  target_compile_options(tally_strict INTERFACE -Wno-tsan -Wno-maybe-uninitialized)
elseif(TALLY_SANITIZE STREQUAL "fuzzer")
  add_compile_options(-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined
    -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
  # clang has other warnings than g++, for which the code is kept free of them.
  target_compile_options(tally_strict INTERFACE -w)
endif()
