-- Format 1: events, and beside each case its listing.

CREATE TABLE cases (
  number   INTEGER PRIMARY KEY,             -- in the order of birth
  name     TEXT NOT NULL UNIQUE,
  revision INTEGER NOT NULL CHECK (revision > 0),
  hash     BLOB NOT NULL CHECK (length(hash) = 32),
  workflow TEXT NOT NULL,
  digest   TEXT NOT NULL,
  label    TEXT NOT NULL,
  stages   TEXT NOT NULL,                   -- separated by spaces
  ended    TEXT,
  since    TEXT NOT NULL,
  due      TEXT,
  timer    TEXT,
  parent   TEXT
) STRICT;

CREATE INDEX cases_workflow ON cases (workflow, number);
CREATE INDEX cases_open ON cases (number) WHERE ended IS NULL;
CREATE INDEX cases_open_workflow ON cases (workflow, number) WHERE ended IS NULL;
CREATE INDEX cases_parent ON cases (parent, number) WHERE parent IS NOT NULL;
CREATE INDEX cases_timer ON cases (timer, number) WHERE timer IS NOT NULL;

CREATE TABLE event (
  position INTEGER PRIMARY KEY,
  number   INTEGER NOT NULL REFERENCES cases (number),
  revision INTEGER NOT NULL,
  at       TEXT NOT NULL,
  author   TEXT NOT NULL,
  key      TEXT,
  kind     TEXT NOT NULL,
  version  INTEGER NOT NULL,
  body     TEXT NOT NULL,
  hash     BLOB NOT NULL CHECK (length(hash) = 32),
  UNIQUE (number, revision)
) STRICT;

CREATE INDEX event_key ON event (number, key, revision) WHERE key IS NOT NULL;

-- Where the log ends: without it, nobody would see that its last events are missing.
CREATE TABLE head (
  id       INTEGER PRIMARY KEY CHECK (id = 1),
  position INTEGER NOT NULL,
  hash     BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;

INSERT INTO head VALUES (1, 0, zeroblob(32));

CREATE TABLE stage (
  stage  TEXT NOT NULL,
  number INTEGER NOT NULL REFERENCES cases (number),
  PRIMARY KEY (stage, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE wait (
  number INTEGER NOT NULL REFERENCES cases (number),
  place  INTEGER NOT NULL,
  user   TEXT NOT NULL,
  why    TEXT NOT NULL,
  what   TEXT NOT NULL,
  since  TEXT NOT NULL,
  due    TEXT,
  PRIMARY KEY (number, place)
) STRICT, WITHOUT ROWID;

CREATE INDEX wait_user ON wait (user, due, since);

CREATE TABLE definition (
  digest TEXT NOT NULL PRIMARY KEY,
  text   TEXT NOT NULL
) STRICT;
