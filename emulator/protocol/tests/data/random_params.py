"""Random parameters for any operation, by its shapes; the same for the same seed."""

import datetime
import random

EPOCH = datetime.datetime(2026, 11, 23, tzinfo=datetime.timezone.utc)
HEADER_TEXT = "abcXYZ019-_./:=+*"
TEXT = HEADER_TEXT + " ,;'\"&<>%?#@!()[]{}|~äß€𝄞\n\t"


class Generator:
    def __init__(self, seed, is_output=False):
        self.random = random.Random(seed)
        self.is_output = is_output

    def structure(self, shape, depth=0, top=False):
        members = [n for n, s in shape.members.items() if self.usable(s)]
        if not members:
            return {}
        if getattr(shape, "is_tagged_union", False):
            members = [self.random.choice(members if depth < 6 else self.shallow(shape, members))]
        elif depth >= 6:
            return {}
        elif not top:
            members = self.random.sample(members, self.random.randint(1, min(4, len(members))))
        return {n: self.value(shape.members[n], depth + 1) for n in members}

    def shallow(self, shape, members):
        """A union needs one member even where nothing should nest any further."""
        nested = ("structure", "list", "map")
        return [n for n in members if shape.members[n].type_name not in nested] or members

    def usable(self, shape):
        if shape.serialization.get("eventstream"):
            return False
        return self.is_output or shape.serialization.get("location") != "statusCode"

    def value(self, shape, depth):
        location = shape.serialization.get("location")
        if getattr(shape, "is_document_type", False):
            return {"a": [1, None, {"b": self.text(TEXT)}], "c": True}
        kind = shape.type_name
        if kind == "structure":
            return self.structure(shape, depth)
        if kind == "list":
            count = self.random.randint(1, 2) if depth < 6 else 0
            member = shape.member
            if location == "header" and member.type_name == "string" and not member.enum:
                # botocore quotes items in requests, and does not read quotes in responses.
                alphabet = HEADER_TEXT if self.is_output else HEADER_TEXT + ', "'
                return [self.text(alphabet) for _ in range(count)]
            return [self.value(member, depth + 1) for _ in range(count)]
        if kind == "map":
            count = self.random.randint(1, 2) if depth < 6 else 0
            if location == "headers":
                return {f"k{i}": self.text(HEADER_TEXT) for i in range(count)}
            return {
                self.key(shape, i): self.value(shape.value, depth + 1) for i in range(count)
            }
        return self.scalar(kind, shape, location)

    def key(self, shape, number):
        enum = shape.key.enum
        return enum[number % len(enum)] if enum else f"{number}{self.text(TEXT)}"

    def scalar(self, kind, shape, location):
        if kind in ("string", "character"):
            if shape.enum:
                return self.random.choice(shape.enum)
            if shape.serialization.get("hostLabel"):
                return self.text("abc019")
            if location == "header":
                return self.text(HEADER_TEXT)
            return self.text(TEXT)
        if kind == "boolean":
            return self.random.random() < 0.5
        if location == "statusCode":
            return 200
        if kind == "integer":
            return self.random.randint(-5, 2**31 - 1)
        if kind == "long":
            return self.random.randint(0, 2**53)
        if kind in ("float", "double", "bigdecimal"):
            return self.random.randint(-400, 400) / 4 + 0.5
        if kind == "blob":
            return self.random.randbytes(self.random.randint(1, 9))
        if kind == "timestamp":
            return EPOCH + datetime.timedelta(seconds=self.random.randint(-(10**9), 10**9))
        raise ValueError(f"unknown type {kind}")

    def text(self, alphabet):
        inner = "".join(self.random.choice(alphabet) for _ in range(self.random.randint(0, 6)))
        return "x" + inner + "x"
