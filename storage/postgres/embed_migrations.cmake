# Writes migrations.cpp: the numbered SQL files of storage/migrations as string literals, so that the program carries its
# schema with it. Called with -DFILES="a.sql;b.sql" -DOUTPUT=migrations.cpp.
set(code "#include \"migrations.hpp\"\n\nnamespace tally::postgres {\n\nconst std::vector<Migration>& migrations() {\n  static const std::vector<Migration> all{\n")
foreach(file ${FILES})
  get_filename_component(name ${file} NAME_WE)
  string(REGEX MATCH "^V0*([0-9]+)__" unused ${name})
  file(READ ${file} sql)
  string(APPEND code "      {${CMAKE_MATCH_1}, \"${name}\", R\"sql(${sql})sql\"},\n")
endforeach()
string(APPEND code "  };\n  return all;\n}\n\n}  // namespace tally::postgres\n")
file(WRITE ${OUTPUT} "${code}")
