"""The table: what happens, which of the engine's commands it needs, and which doors can ask for them.

Every row is played against a fresh store through each of its doors, and, as each door hands it on, through the engine without
a door. All of them must come to the same outcomes, counters, holds and events. A new command needs a row, and a line in
command_reader.cpp: a test says so. A new door is a column: a class with the verbs that it knows, beside over_rest.py, one of
what it asks the engine, in by_engine.py, both named in columns.py, and its words in story.py.

`work` has 3 seats (connections over SOAP, floating users over REST), 2 places of `desk`, any number of `hall`, 10 `units` a
day, and 5 `pages`, which can't be given back. `relic` is an option of a license that has expired.
"""

import collections

Row = collections.namedtuple("Row", "name doors commands story")

EVERY_DOOR = ("soap", "floating", "usage")
NOT_USAGE = ("soap", "floating")
"""The usage door has nothing of the kind: words of a license to read, an end by another user, giving back by an option's name."""
ONLY_SOAP = ("soap",)
"""The floating server's interface has nothing of the kind: settings, offline work, numbers, locks, profiles."""
ONLY_LRM = ("lrm",)
"""No other interface gives products to tenants, and this one has no sessions, places or units."""
ONLY_FLOATING = ("floating",)
"""The StorageServer's interface has nothing of the kind: units, loans, everybody's places at once."""

SEATS = "OpenSession RegisterUser"
PLACES = SEATS + " TakePlace TakeProductPlace"
BOTH_WAYS = PLACES + " GiveBack UnregisterUser GiveBackToken"

ROWS = [
    Row("a place for each until all are taken, and again when one came back", EVERY_DOOR, BOTH_WAYS, """
        anna enters
        anna takes desk
        boris enters
        boris takes desk
        clara enters
        clara takes desk -> no place
        boris frees desk
        clara takes desk
        boris takes desk -> no place
    """),
    Row("who has a place of an option that counts sessions takes no second one", EVERY_DOOR, BOTH_WAYS, """
        anna enters
        anna takes desk
        anna takes desk
        boris enters
        boris takes desk
        anna frees desk
        clara enters
        clara takes desk
    """),
    Row("giving back what nobody has succeeds and changes nothing", EVERY_DOOR, BOTH_WAYS, """
        anna enters
        anna frees desk
        anna takes desk
        anna frees desk
        anna frees desk
        boris enters
        boris frees desk
    """),
    Row("an option without a limit is counted and granted", EVERY_DOOR, PLACES, """
        anna enters
        anna takes hall
        boris enters
        boris takes hall
        clara enters
        clara takes hall
    """),
    Row("what an option allows can be read", NOT_USAGE, SEATS + " ReadSession ReadLicenses", """
        anna enters
        anna reads desk -> 2
        anna reads hall -> no limit
    """),
    Row("who is not there takes nothing", EVERY_DOOR, PLACES + " EndSession UnregisterUser", """
        boris enters
        boris leaves
        boris takes desk -> not there
        anna takes desk -> not there
    """),
    Row("an option that no license has", NOT_USAGE, SEATS + " TakePlace GiveBack UnregisterUser", """
        anna enters
        anna takes nonsense -> unknown option
        anna frees nonsense -> unknown option
        anna takes desk
    """),
    Row("an expired license grants nothing, and takes back what it gave", EVERY_DOOR, BOTH_WAYS + " ImportCatalog", """
        admin imports young
        anna enters
        anna takes relic
        admin imports usual
        boris enters
        boris takes relic -> expired
        anna frees relic
        anna takes relic -> expired
    """),
    Row("a seat for each until all are taken", EVERY_DOOR, SEATS + " EndSession UnregisterUser", """
        anna enters
        boris enters
        clara enters
        dora enters -> no seat
        boris leaves
        dora enters
        boris enters -> no seat
    """),
    Row("whoever leaves gives everything back", EVERY_DOOR, PLACES + " EndSession UnregisterUser", """
        anna enters
        anna takes desk
        anna takes hall
        boris enters
        boris takes desk
        anna leaves
        clara enters
        clara takes desk
        dora enters
        dora takes desk -> no place
    """),
    Row("somebody can be ended by an administrator, and has nothing left", NOT_USAGE, SEATS + " TakePlace" + " TerminateSession UnregisterUser", """
        anna enters
        anna takes desk
        admin ends anna
        anna takes desk -> not there
        boris enters
        boris takes desk
        clara enters
        clara takes desk
    """),
    Row("staying changes nothing", EVERY_DOOR, PLACES + " KeepAlive", """
        anna enters
        anna takes desk
        anna stays
        anna stays
    """),
    Row("the dead block nobody", EVERY_DOOR, PLACES + " KeepAlive", """
        anna enters
        anna takes desk
        boris enters
        boris takes desk
        clara enters
        clara stays
        time passes
        dora enters
        dora takes desk
        emil enters
        emil takes desk
        fanny enters
        fanny takes desk -> no place
    """),
    Row("what was acknowledged outlives Tally", EVERY_DOOR, BOTH_WAYS, """
        anna enters
        anna takes desk
        boris enters
        boris takes desk
        anna takes hall
        tally restarts
        clara enters
        clara takes desk -> no place
        boris frees desk
        clara takes desk
    """),
    Row("a repeat under a key gets the first answer and changes nothing", EVERY_DOOR, BOTH_WAYS, """
        anna enters
        anna takes desk (key one)
        anna frees desk (key one)
        anna takes desk (key one)
        boris enters
        boris takes desk
        clara enters
        clara takes desk (key two)
        clara takes hall (key two) -> idempotency_conflict
        dora enters -> no seat
    """),
    Row("a refusal is remembered under its key, also by the next Tally", EVERY_DOOR, BOTH_WAYS, """
        anna enters
        anna takes desk
        boris enters
        boris takes desk
        clara enters
        clara takes desk (key one) -> no place
        boris frees desk
        clara takes desk (key one) -> no place
        tally restarts
        clara takes desk (key one) -> no place
        clara takes desk (key two)
    """),
    Row("a maximum below use takes force, and then nothing is granted until use is below", EVERY_DOOR, BOTH_WAYS + " ImportCatalog", """
        anna enters
        anna takes desk
        boris enters
        boris takes desk
        admin imports smaller -> catalog_conflict
        admin imports smaller by_force
        anna frees desk
        anna takes desk -> no place
        boris frees desk
        anna takes desk
    """),

    Row("settings are the client's own, but not those of the server", ONLY_SOAP, "OpenSession ChangeSettings ReadSession", """
        anna enters
        anna notes AppID first
        anna recalls AppID -> first
        anna notes Features mine -> invalid_settings
        anna recalls AppID -> first
        boris recalls AppID -> not there
    """),
    Row("offline nothing is held, and coming back takes all or nothing", ONLY_SOAP, "OpenSession SuspendSession ResumeSession TakePlace GiveBack", """
        anna enters
        anna takes desk
        anna takes hall
        anna goes_offline
        anna takes desk -> session_offline
        boris enters
        boris takes desk
        clara enters
        clara takes desk
        anna comes_online -> no place
        clara frees desk
        anna comes_online
        clara takes desk -> no place
    """),
    Row("sessions are for administrators to see, and to end", ONLY_SOAP, "OpenSession ListSessions TerminateSession KeepAlive", """
        anna enters
        boris enters
        anna sees_sessions -> access_denied
        admin sees_sessions -> anna boris
        boris ends anna -> access_denied
        boris ends boris
        admin sees_sessions -> anna
        boris stays -> not there
    """),
    Row("users are known from their first log-in on", ONLY_SOAP, "OpenSession ReadProfile ReadProfileById", """
        anna enters
        anna sees_profile boris -> unknown_user
        boris enters
        anna sees_profile boris -> boris
        anna sees_profile_by_id boris -> boris
        anna sees_profile_by_id clara -> unknown_user
    """),
    Row("numbers from both ends, by range and one by one", ONLY_SOAP, "OpenSession TakeNumbers TakeFreeNumber ReleaseNumbers ReadNumberStatus", """
        anna enters
        anna takes_lowest -> 1
        anna takes_highest -> 2147483647
        anna takes_numbers 3 5
        anna takes_numbers 5 6 -> number_taken
        anna takes_numbers 6 5 -> invalid_number
        anna takes_lowest -> 2
        anna takes_lowest -> 6
        anna releases_number 2
        anna releases_numbers 4 9
        anna takes_lowest -> 2
        anna takes_lowest -> 4
        anna looks_at_number 3 -> taken
        anna looks_at_number 5 -> free
        anna looks_at_number 0 -> outside
        boris takes_lowest -> not there
    """),
    Row("a numerator has bounds", ONLY_SOAP, "OpenSession TakeNumbers TakeFreeNumber ChangeBound ReadNumberStatus", """
        anna enters
        anna moves_left 10
        anna moves_right 12
        anna takes_number 9 -> number_out_of_bounds
        anna takes_numbers 10 12
        anna takes_lowest -> no_free_number
        anna moves_right 11 -> bounds_in_use
        anna moves_left 13 by_force -> invalid_bounds
        anna moves_right 11 by_force
        anna looks_at_number 12 -> taken
        anna looks_at_number 13 -> outside
    """),
    Row("a number has an id", ONLY_SOAP, "OpenSession TakeNumbers ReadNumberId ReadNumberById ReleaseNumberById", """
        anna enters
        anna takes_number 17
        anna finds_by_id 17 -> 17
        anna finds_id 17
        anna finds_by_id 17 -> 17
        anna finds_id 18 -> invalid_number
        anna releases_by_id 17
        anna finds_by_id 17 -> invalid_number
        anna finds_id 17 -> invalid_number
        anna releases_by_id 17
        anna releases_by_id 18 -> invalid_number
    """),
    Row("numbers are listed, in pages where they are many", ONLY_SOAP,
        "OpenSession TakeNumbers ListNumbers ReadCursorPage ReadPageCount CloseCursor", """
        anna enters
        anna takes_numbers 2 3
        anna lists_numbers 0 4 -> 0:outside 1:free 2:taken 3:taken 4:free
        anna lists_numbers 1 2001 -> 3 pages
        anna counts_pages -> 3
        anna reads_page 1 -> 2 taken
        anna reads_page 3 -> 0 taken
        anna reads_page 4 -> invalid_parameter
        anna closes_list
        anna reads_page 1 -> invalid_cursor
        anna counts_pages -> invalid_cursor
    """),
    Row("a lock is its session's or its user's, and an administrator's to break", ONLY_SOAP, "OpenSession EndSession SetLock ClearLock ReadLock", """
        anna enters
        boris enters
        admin enters
        anna locks report
        anna looks_at report -> locked anna
        boris locks report -> locked
        boris unlocks report -> locked
        boris unlocks report by_force -> access_denied
        anna locks letter for_long
        anna leaves
        boris looks_at report -> free
        boris looks_at letter -> checked_out anna
        admin unlocks letter by_force
        boris locks letter
    """),
    Row("locks are listed, and cleared together", ONLY_SOAP, "OpenSession SetLock ClearLocks ListLocks", """
        anna enters
        boris enters
        anna locks report
        boris locks letter
        boris lists_locks -> letter report
        anna unlocks_all report letter plan -> letter
        boris lists_locks -> letter
    """),

    Row("units are used up and given back, and not beyond either end", ONLY_FLOATING, "Consume", """
        anna uses 7 units -> 7 used, 0 over
        boris uses 4 units -> license_not_enough_consumptions
        boris uses 3 units -> 10 used, 0 over
        anna uses -4 units -> 6 used, 0 over
        anna uses -7 units -> negative_consumptions_not_allowed
        anna uses 0 units -> 6 used, 0 over
        anna uses 5 pages -> 5 used, 0 over
        boris uses 1 pages -> feature_not_enough_consumptions
        boris uses -1 pages -> negative_consumptions_not_allowed
        anna uses 1 desk -> feature_not_consumption
        anna uses 1 nonsense -> unsupported_product_feature
    """),
    Row("a request changes what is allowed beyond the maximum, unless it is refused", ONLY_FLOATING, "Consume", """
        anna uses 0 units overages=5 -> 0 used, 5 over
        anna uses 16 units overages=4 -> license_not_enough_consumptions
        anna uses 15 units -> 15 used, 5 over
        anna uses 0 units overages=0 -> 15 used, 0 over
        boris uses 1 units -> license_not_enough_consumptions
        boris uses -6 units -> 9 used, 0 over
        boris uses 1 units -> 10 used, 0 over
    """),
    Row("a period that ended leaves the limit full again, once", ONLY_FLOATING, "Consume", """
        anna uses 10 units -> 10 used, 0 over
        anna uses 2 pages -> 2 used, 0 over
        time passes
        anna uses 10 units -> 10 used, 0 over
        anna uses 1 units -> license_not_enough_consumptions
        anna uses 3 pages -> 5 used, 0 over
    """),
    Row("units under a key are used up once", ONLY_FLOATING, "Consume", """
        anna uses 3 units (key one) -> 3 used, 0 over
        boris uses 3 units (key one) -> 6 used, 0 over
        anna uses 3 units (key one) -> 3 used, 0 over
        anna uses 4 units (key one) -> idempotency_conflict
        tally restarts
        anna uses 3 units (key one) -> 3 used, 0 over
        anna uses 0 units -> 6 used, 0 over
    """),
    Row("a place that is lent needs nobody until its time is over", ONLY_FLOATING, "RegisterUser UnregisterUser", """
        anna borrows 24
        anna enters
        anna takes desk
        boris borrows -1 -> borrow_until_not_valid
        boris enters
        boris borrows 1
        time passes
        clara enters
        clara takes desk
        anna frees desk
    """),
    Row("everybody's places go back at once", ONLY_FLOATING, "RegisterUser UnregisterAll", """
        anna enters
        anna takes desk
        boris enters
        boris takes desk
        boris takes hall
        clara enters
        admin sends_everybody_away nonsense -> unsupported_product_feature
        admin sends_everybody_away @users -> unsupported_product_feature
        admin sends_everybody_away desk
        clara takes desk
        admin sends_everybody_away
        dora enters
    """),
    Row("a license is taken off the server by an administrator, and installed again", ONLY_FLOATING,
        "RegisterUser UnregisterUser Consume RemoveLicense InstallLicense", """
        anna enters
        anna takes desk
        anna uses 4 units -> 4 used, 0 over
        anna removes work -> access_denied
        admin removes work
        anna uses 1 units -> unknown_product
        anna leaves -> unknown_product
        admin removes work -> unknown_product
        anna installs work -> access_denied
        admin installs work
        admin installs work
        admin installs nonsense -> unknown_product
        anna takes desk -> not there
        anna uses 1 units -> 5 used, 0 over
    """),
    Row("licenses are read with all that is counted of them", ONLY_FLOATING, "RegisterUser Consume ReadLicenses", """
        anna enters
        anna takes desk
        anna uses 4 units -> 4 used, 0 over
        boris uses 1 pages -> 1 used, 0 over
        boris sees_license work -> 1 users, 4 units, 1 desk, 0 hall, 1 pages
        boris sees_licenses work -> 1 users, 4 units, 1 desk, 0 hall, 1 pages
        boris sees_license old -> 0 users, 0 units, 0 relic
        boris sees_license nonsense -> unknown_product
    """),
    Row("tenants' services are given of what the account owns, and never more", ONLY_LRM,
        "Allot RemoveAllotments ReadAllotments ReadOwnedProducts", """
        anna gives north/robots ROBOT=2 -> ROBOT=2
        anna gives north/agents AGENT=0.1 -> AGENT=0.1
        boris gives south/robots ROBOT=2 -> product_limit
        boris gives south/robots ROBOT=1 AGENT=0.2 -> AGENT=0.2 ROBOT=1
        boris gives south/robots ROBOT=1 AGENT=0.95 -> product_limit
        boris gives south/robots DRONE=1 -> product_limit
        boris gives south/robots ROBOT=0.5 -> invalid_quantity
        boris gives south/robots -> AGENT=0.2 ROBOT=1
        anna sees_owned -> ROBOT 3 of 3, AGENT 0.3 of 1
        tally restarts
        anna sees_services -> north/agents AGENT=0.1, north/robots ROBOT=2, south/robots AGENT=0.2 ROBOT=1
        anna gives north/robots AGENT=0.5 -> AGENT=0.5
        boris gives south/robots ROBOT=3 -> ROBOT=3
        anna empties south/robots
        anna empties south/robots
        boris sees_service south/robots -> nothing
        anna sees_services north -> north/agents AGENT=0.1, north/robots AGENT=0.5
        anna empties north
        anna sees_owned -> ROBOT 0 of 3, AGENT 0 of 1
    """),
    Row("a repeat of an allocation under a key is answered as the first one was", ONLY_LRM, "Allot RemoveAllotments", """
        anna gives north/robots ROBOT=2 (key one) -> ROBOT=2
        boris gives south/robots ROBOT=2 (key two) -> product_limit
        anna empties north (key three)
        anna gives north/robots ROBOT=2 (key one) -> ROBOT=2
        boris gives south/robots ROBOT=2 (key two) -> product_limit
        boris gives south/robots ROBOT=1 (key two) -> idempotency_conflict
        boris gives south/robots ROBOT=3 -> ROBOT=3
    """),
]
