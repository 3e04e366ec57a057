#!/usr/bin/python3
"""Which way dependencies point: the include lines and the CMake link lines of every room, held against one table.

    generated <- service/<door> -> service/common -> engine -> storage (interface) -> engine/model

Installed headers are visible to every target and a link line does not say what is used, so both are read here."""

import collections
import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
SUFFIXES = {".cpp", ".hpp"}


class Room:
    def __init__(self, folder, rooms=(), libraries=()):
        self.folder = folder
        self.rooms = set(rooms)          # rooms whose headers it may read, besides its own
        self.libraries = set(libraries)  # what else it may read besides the standard library


# A new room is entered here first; that is the moment to think about its place.
ROOMS = {
    "model": Room("engine/model"),
    "storage": Room("storage/include", ["model"]),
    "engine": Room("engine", ["storage", "model"]),
    "memory": Room("storage/memory", ["storage", "model"]),
    "catalog_json": Room("storage/catalog_json", ["model"], ["boost.json"]),
    "postgres": Room("storage/postgres", ["storage", "model", "catalog_json"], ["posix", "libpq", "pqxx", "boost.json"]),
    "embedded": Room("storage/embedded", [], ["posix", "libpq"]),
    "logging": Room("service/logging", [], ["posix", "boost.log"]),
    "config": Room("service/config", ["model", "logging", "catalog_json"], ["posix", "cli11", "toml++"]),
    "http": Room("service/http", [], ["posix", "boost.asio", "boost.beast"]),
    "common": Room("service/common", ["engine", "model", "http", "config"], ["sodium", "boost.json", "boost.url"]),
    "forwarding": Room("service/forwarding", ["common", "config", "engine", "http", "model"], ["boost.asio", "boost.beast"]),
    "access": Room("service/access", ["common", "config", "http", "model", "storage"], ["sodium"]),
    "soap": Room("service/soap", ["common", "engine", "model", "http"], ["posix", "gsoap", "expat", "sodium", "boost.uuid"]),
    "floating": Room("service/floating", ["common", "engine", "model", "http", "config", "catalog_json"], ["boost.json", "boost.url", "sodium"]),
    "lrm": Room("service/lrm", ["common", "engine", "model", "http"], ["boost.json", "boost.url"]),
    "usage": Room("service/usage", ["common", "engine", "storage", "model", "http", "catalog_json"], ["boost.json", "boost.url"]),
    "history": Room("service/history", ["common", "storage", "model", "http", "catalog_json"]),
    "openapi": Room("service/openapi", ["common", "http"]),
    "admin": Room("service/admin", ["engine", "storage", "model", "catalog_json"], ["boost.json"]),
    # The composition root, service/*.cpp: the only place that names a concrete store.
    "main": Room("service", ["access", "admin", "catalog_json", "common", "config", "embedded", "engine", "floating", "forwarding", "history", "http", "logging", "lrm", "model",
                             "openapi", "postgres", "soap", "storage", "usage"], ["posix", "sodium"]),
}
DOORS = {"soap", "floating", "lrm", "usage", "history", "openapi", "admin"}
STORES = {"postgres", "embedded"}

# The first pattern that fits a header's name tells its library.
LIBRARIES = [
    ("libpq", r"(libpq|pg_config|postgres)[\w/-]*\.h$|libpq/"),
    ("pqxx", r"pqxx/"),
    ("gsoap", r"(stdsoap2|dom|soap\w*)\.h$|.*\.nsmap$"),
    ("expat", r"expat\w*\.h$"),
    ("sodium", r"sodium(/|\.h)"),
    ("cli11", r"CLI/"),
    ("toml++", r"toml\+\+/"),
    ("boost.json", r"boost/json"),
    ("boost.url", r"boost/url"),
    ("boost.log", r"boost/(log|make_shared|smart_ptr)"),
    ("boost.asio", r"boost/asio"),
    ("boost.beast", r"boost/beast"),
    ("boost.uuid", r"boost/uuid/"),
    ("other boost", r"boost/"),
    ("standard", r"[a-z_0-9]+$"),
    ("posix", r"((sys|arpa|net|netinet|linux)/)?[a-z_0-9]+\.h$"),
]
# CMake's names for them. Those without one here are linked for what needs no header of theirs.
LINKED_LIBRARIES = {
    "PkgConfig::libpq": "libpq", "PkgConfig::libpqxx": "pqxx", "tally::soap_stubs": "gsoap", "EXPAT::EXPAT": "expat",
    "PkgConfig::sodium": "sodium", "CLI11::CLI11": "cli11", "tomlplusplus::tomlplusplus": "toml++", "Boost::json": "boost.json",
    "Boost::log": "boost.log", "Boost::url": "boost.url",
}
LINKED_BY_ANYBODY = {"Threads::Threads", "Boost::headers", "tally::strict"}

# Written by the build beside the room's own sources.
MADE_BY_THE_BUILD = {"operations.inc"}

# Two files may share a name only if their rooms' folders are always part of how they are spoken of.
SAME_NAME_ALLOWED = set()


def code_files(*folders):
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in SUFFIXES and path.is_file():
                yield path


def room_of(path):
    """The name of the room that a file stands in: the one whose folder reaches deepest."""
    relative = path.relative_to(ROOT).as_posix()
    fitting = [name for name, room in ROOMS.items() if relative.startswith(room.folder + "/")]
    name = max(fitting, key=lambda room: len(ROOMS[room].folder), default=None)
    in_a_folder_of_its_own = name == "main" and path.parent != ROOT / "service"
    return None if in_a_folder_of_its_own else name


def includes_of(path):
    """(line, name, quoted) of every include line."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        found = re.match(r'\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>)', line)
        if found:
            yield number, found.group(1) or found.group(2), found.group(1) is not None


def library_of(header):
    return next((name for name, pattern in LIBRARIES if re.match(pattern, header)), "unknown")


def is_generated(header):
    return (ROOT / "generated" / header).is_file()


def link_lines():
    """room -> {"PUBLIC": names, "PRIVATE": names}, as tally_room and target_link_libraries say."""
    links = {}
    for path in sorted(ROOT.glob("**/CMakeLists.txt")):
        if path.relative_to(ROOT).parts[0] not in ("engine", "storage", "service"):
            continue
        text = re.sub(r"#[^\n]*", "", path.read_text(encoding="utf-8"))
        calls = re.findall(r"tally_room\(\s*(\w+)([^)]*)\)", text) + re.findall(r"target_link_libraries\(\s*(?:tally_)?(\w+)([^)]*)\)", text)
        for name, words in calls:
            kind = None
            found = links.setdefault("main" if name == "tally" else name, {"PUBLIC": set(), "PRIVATE": set()})
            for word in words.split():
                if word in ("PUBLIC", "PRIVATE", "INTERFACE", "SOURCES", "HEADERS"):
                    kind = "PUBLIC" if word == "INTERFACE" else word
                elif kind in found:
                    found[kind].add(word)
    return links


def without_comments(text):
    return re.sub(r"//[^\n]*|/\*.*?\*/", "", text, flags=re.DOTALL)


SQL = re.compile(
    # In capitals anywhere, so that raw strings of many lines are seen; otherwise in one line and in quotation marks.
    r'\bSELECT\s[^;]*?\bFROM\b|\bINSERT\s+INTO\b|\bUPDATE\s+[\w.]+\s+SET\b|\bDELETE\s+FROM\b|"\s*(BEGIN|COMMIT|ROLLBACK)\b|'
    r'\b(CREATE|ALTER|DROP)\s+(TABLE|ROLE|SCHEMA|INDEX|DATABASE|VIEW|TYPE|FUNCTION)\b|"\s*(UN)?(LISTEN|NOTIFY)\s+\w|'
    r'(?i:"\s*(select\s[^"\n]*\bfrom\b|insert\s+into\b|update\s+[\w.]+\s+set\b|delete\s+from\b|set\s+(local|session)\b))')


def has_sql(path):
    return SQL.search(without_comments(path.read_text(encoding="utf-8"))) is not None


class EveryRoom(unittest.TestCase):
    def each_include(self):
        for path in code_files("engine", "storage", "service"):
            for line, header, quoted in includes_of(path):
                yield "%s:%d" % (path.relative_to(ROOT), line), room_of(path), path, header, quoted

    def test_is_in_the_table(self):
        strangers = {path.parent.relative_to(ROOT).as_posix() for path in code_files("engine", "storage", "service")
                     if room_of(path) is None}
        self.assertEqual(set(), strangers)

    def test_points_in_one_direction(self):
        """The table itself has no cycles."""
        done = set()

        def visit(name, path):
            self.assertNotIn(name, path, "cycle")
            if name not in done:
                for other in ROOMS[name].rooms:
                    visit(other, path + [name])
                done.add(name)

        for name in ROOMS:
            visit(name, [])

    def test_reads_only_headers_of_permitted_rooms(self):
        for where, room, _, header, _ in self.each_include():
            found = re.match(r"tally/(\w+)/", header)
            if found:
                with self.subTest(where):
                    self.assertIn(found.group(1), ROOMS[room].rooms | {room})

    def test_reads_private_headers_of_its_own_only(self):
        for where, room, path, header, quoted in self.each_include():
            if not quoted or header.startswith("tally/") or header in MADE_BY_THE_BUILD or is_generated(header):
                continue
            with self.subTest(where):
                self.assertNotIn("/", header, "a path out of the folder")
                home = ROOT / (ROOMS[room].folder if room != "main" else "service")
                self.assertTrue((home / header).is_file() or (path.parent / header).is_file(), header)

    def test_reads_only_permitted_libraries(self):
        for where, room, _, header, quoted in self.each_include():
            if quoted and not is_generated(header):
                continue
            with self.subTest(where):
                library = "gsoap" if is_generated(header) else library_of(header)
                self.assertIn(library, ROOMS[room].libraries | {"standard"}, header)

    def test_writes_headers_of_other_rooms_with_their_whole_path(self):
        for where, _, _, header, quoted in self.each_include():
            with self.subTest(where):
                self.assertEqual(quoted, header.startswith("tally/") or quoted, "tally headers stand in quotation marks")
                self.assertNotIn("..", header)

    def test_links_only_permitted_rooms_and_libraries(self):
        for name, kinds in link_lines().items():
            for target in kinds["PUBLIC"] | kinds["PRIVATE"]:
                with self.subTest("%s links %s" % (name, target)):
                    if target in LINKED_BY_ANYBODY:
                        continue
                    if target in LINKED_LIBRARIES:
                        self.assertIn(LINKED_LIBRARIES[target], ROOMS[name].libraries)
                    else:
                        self.assertTrue(target.startswith("tally::"), "an unknown library")
                        self.assertIn(target.removeprefix("tally::"), ROOMS[name].rooms)

    def test_links_what_it_reads(self):
        """Directly, or through what those rooms hand on."""
        links = link_lines()

        def handed_on(room):
            direct = {target.removeprefix("tally::") for target in links.get(room, {"PUBLIC": set()})["PUBLIC"]} & set(ROOMS)
            return direct | {other for next_room in direct for other in handed_on(next_room)}

        for where, room, _, header, _ in self.each_include():
            found = re.match(r"tally/(\w+)/", header)
            if not found or found.group(1) == room:
                continue
            direct = {target.removeprefix("tally::") for kind in links[room].values() for target in kind} & set(ROOMS)
            with self.subTest(where):
                self.assertIn(found.group(1), direct | {other for next_room in direct for other in handed_on(next_room)})

    def test_lists_its_sources_in_its_build_file(self):
        for path in code_files("engine", "storage", "service"):
            if path.suffix == ".cpp":
                home = next(parent for parent in path.parents if (parent / "CMakeLists.txt").is_file())
                with self.subTest(path.relative_to(ROOT)):
                    self.assertRegex((home / "CMakeLists.txt").read_text(encoding="utf-8"),
                                     r"(?m)(^|\s)%s(\s|\)|$)" % re.escape(path.relative_to(home).as_posix()))


class TheTable(unittest.TestCase):
    """Its rows are edited now and then; what design says of them does not change with them."""

    def rooms_with(self, library):
        return {name for name, room in ROOMS.items() if library in room.libraries}

    def test_gives_engine_and_model_the_standard_library_only(self):
        for name in ("model", "engine", "storage", "memory"):
            self.assertEqual(set(), ROOMS[name].libraries, name)

    def test_keeps_each_library_in_its_room(self):
        self.assertEqual({"postgres"}, self.rooms_with("pqxx"))
        self.assertEqual({"postgres", "embedded"}, self.rooms_with("libpq"))
        self.assertEqual({"logging"}, self.rooms_with("boost.log"))
        self.assertEqual({"soap"}, self.rooms_with("gsoap"))
        self.assertEqual({"http", "forwarding"}, self.rooms_with("boost.asio") | self.rooms_with("boost.beast"))

    def test_lets_no_door_see_another(self):
        for door in DOORS & set(ROOMS):
            self.assertEqual(set(), ROOMS[door].rooms & (DOORS - {door}), door)

    def test_lets_the_composition_root_alone_name_a_store(self):
        for name, room in ROOMS.items():
            if name != "main":
                self.assertEqual(set(), room.rooms & STORES, name)

    def test_keeps_doors_away_from_the_store(self):
        for name in ("soap", "common", "http", "config", "logging"):
            self.assertNotIn("storage", ROOMS[name].rooms, name)


class TheTree(unittest.TestCase):
    def test_has_each_file_name_once(self):
        places = collections.defaultdict(list)
        for path in code_files("engine", "storage", "service", "tests", "bench"):
            places[path.name].append(path.relative_to(ROOT).as_posix())
        twice = {name: where for name, where in places.items() if len(where) > 1 and name not in SAME_NAME_ALLOWED}
        self.assertEqual({}, twice)

    def test_needs_every_exception_to_that(self):
        names = collections.Counter(path.name for path in code_files("engine", "storage", "service", "tests", "bench"))
        self.assertEqual(set(), {name for name in SAME_NAME_ALLOWED if names[name] < 2})

    def test_has_no_room_for_whatever_fits_nowhere(self):
        vague = re.compile(r"(?i)^(utils?|utilit(y|ies)|helpers?|misc|stuff|tools)$")
        for path in code_files("engine", "storage", "service", "tests"):
            for part in path.relative_to(ROOT).with_suffix("").parts:
                with self.subTest(path.relative_to(ROOT)):
                    self.assertNotRegex(part, vague)
            with self.subTest(path.relative_to(ROOT)):
                self.assertNotRegex(path.read_text(encoding="utf-8"), r"(?i)namespace\s+(\w+::)*(utils?|helpers?|misc)\b")

    def test_writes_file_names_in_snake_case(self):
        for path in code_files("engine", "storage", "service", "tests"):
            with self.subTest(path.relative_to(ROOT)):
                self.assertRegex(path.stem, r"^[a-z][a-z0-9_]*$")

    def test_spells_license_one_way(self):
        for path in code_files("engine", "storage", "service", "tests", "bench"):
            with self.subTest(path.relative_to(ROOT)):
                self.assertNotRegex(path.as_posix(), r"(?i)licence")
                self.assertNotRegex(without_comments(path.read_text(encoding="utf-8")), r"(?i)licence")

    def test_has_sql_in_the_stores_only(self):
        for path in code_files("engine", "service", "storage/include", "storage/memory", "storage/catalog_json"):
            with self.subTest(path.relative_to(ROOT)):
                self.assertFalse(has_sql(path))


class ThisTest(unittest.TestCase):
    """It must see what it is meant to see: an empty search passes everything."""

    def test_finds_the_code(self):
        rooms = collections.Counter(room_of(path) for path in code_files("engine", "storage", "service"))
        for name in ROOMS:
            self.assertGreater(rooms[name], 0, name)

    def test_finds_the_link_lines(self):
        links = link_lines()
        self.assertLessEqual({name for name in ROOMS}, set(links))
        self.assertIn("tally::engine", links["common"]["PUBLIC"])
        self.assertIn("tally::model", links["storage"]["PUBLIC"])

    def test_sees_sql_where_it_is(self):
        for name in ("reports.cpp", "group_statements.cpp", "inbox.cpp", "snapshot_reader.cpp"):
            self.assertTrue(has_sql(ROOT / "storage" / "postgres" / name), name)

    def test_knows_libraries_by_their_headers(self):
        for header, library in {"libpq-fe.h": "libpq", "pqxx/pqxx": "pqxx", "stdsoap2.h": "gsoap", "soapH.h": "gsoap",
                                "boost/log/trivial.hpp": "boost.log", "boost/asio.hpp": "boost.asio", "vector": "standard",
                                "unistd.h": "posix", "sys/stat.h": "posix", "expat.h": "expat",
                                "boost/regex.hpp": "other boost", "zlib.h": "posix"}.items():
            self.assertEqual(library, library_of(header), header)


if __name__ == "__main__":
    unittest.main()
