"""What a random client does over REST: places of named users, units, and what it was told of them."""

import datetime
import json
import time

from model_catalog import OPTIONS, UNITS, product_of
from model_words import Asked, Wish
from patient_asker import floating_call, floating_question

CHOICES = (["register"] * 6 + ["borrow"] * 2 + ["take"] * 12 + ["release"] * 5 + ["unregister"] * 2 + ["consume"] * 16 + ["once"] * 2 +
           ["read"] * 2 + ["leave"] * 2)
EVERYBODY = 0.01  # of the steps end everybody's places
LENT = 0.15  # of the features' places are taken for a time
USERS_MAX = 3
_PATHS = {"register": "register", "borrow": "borrow", "take": "featureRegister", "release": "featureRelease", "unregister": "unregister"}


class RandomLicenses:
    def __init__(self, number, dice, asker):
        self.asked = []  # all of it, in order
        self._number = number
        self._dice = dice
        self._asker = asker
        self._users = []
        self._names = 0

    def step(self):
        command = "everybody" if self._dice.random() < EVERYBODY else self._dice.choice(CHOICES)
        if command in ("consume", "once"):
            return self._consume(command)
        if command == "everybody":
            return self._end_everybodys()
        if command == "read":
            return self._read()
        if len(self._users) < USERS_MAX:
            self._users.append(self._new_name("user"))
        user = self._dice.choice(self._users)
        if command == "leave":  # without a word: the place must end by itself
            return self._users.remove(user)
        self._ask_for_place(command, user)

    def _new_name(self, kind):
        self._names += 1
        return "%s-%d-%d" % (kind, self._number, self._names)

    def _note(self, command, user, counter, wish, told):
        reply = json.loads(told.body) if told.word == "ok" and told.body[:1] == b"{" else None
        self.asked.append(Asked(command, user, counter, wish, told.word, reply, told.sent, told.answered))

    def _ask_for_place(self, command, user):
        counter = self._dice.choice([*OPTIONS, "desk", "desk"]) if command in ("take", "release") else "@users"
        body = {"product": product_of(counter), "user": user, **({} if counter == "@users" else {"feature": counter})}
        until = None
        if command == "borrow" or (command == "take" and self._dice.random() < LENT):
            moment = datetime.datetime.fromtimestamp(round(time.time() + self._dice.uniform(-0.2, 4), 3), datetime.timezone.utc)
            until, body["borrowed_until"] = moment.timestamp(), moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        self._note(command, user, counter, until, self._asker.outcome(floating_call(_PATHS[command], body)))

    def _end_everybodys(self):
        counter = self._dice.choice([None, "@users", *OPTIONS, "desk"])  # none: all of them
        if counter in (None, "@users"):  # with the places of a license go those of its features
            path, body = "unregister/all", {} if counter is None else {"product": product_of(counter)}
        else:
            path, body = "featureRelease/all", {"product": product_of(counter), "feature": counter}
        self._note("everybody", None, counter, None, self._asker.outcome(floating_call(path, body)))

    def _consume(self, command):
        counter = self._dice.choice([*UNITS, "@consumption", "@consumption"])
        wish = Wish(self._dice.choice([0, 1, 1, 2, 3, 5, -1, -2, -4, 40]))
        body = {"product": product_of(counter), "consumptions": wish.units}
        if counter != "@consumption":
            path = "add_feature_consumption"
            body["feature"] = counter
        else:
            path = "add_consumption"
            if self._dice.random() < 0.3:
                wish = wish._replace(allowed=self._dice.choice([True, True, False, None]), maximum=self._dice.choice([None, 0, 4, 10]))
                body.update(allow_overages=wish.allowed, max_overages=wish.maximum)
        if command == "once":  # without a key, and so with a name of its own: it may have been done, but not twice
            body["user"] = self._new_name("once")
            return self._note(command, body["user"], counter, wish, self._asker.once(floating_call(path, body)))
        body["user"] = "units-%d" % self._number
        self._note(command, body["user"], counter, wish, self._asker.outcome(floating_call(path, body)))

    def _read(self):
        product = self._dice.choice(["p", "q"])
        self._note("read", None, None, product, self._asker.outcome(floating_question("license?product=" + product), changes=False))
