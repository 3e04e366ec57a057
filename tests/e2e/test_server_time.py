"""GetServerDateTime is the present in UTC, as an OLE Automation date."""

import datetime

EPOCH = datetime.datetime(1899, 12, 30, tzinfo=datetime.timezone.utc)


def test_the_server_time_is_now_in_utc_as_days_since_the_thirtieth_of_december_1899(client):
    before = datetime.datetime.now(datetime.timezone.utc)
    days = float(client.call("GetServerDateTime")["curDateTime"])
    after = datetime.datetime.now(datetime.timezone.utc)
    told = EPOCH + datetime.timedelta(days=days)
    slack = datetime.timedelta(seconds=1)  # a double has about a microsecond left there, a writer of text may have less
    assert before - slack <= told <= after + slack
