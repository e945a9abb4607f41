-- Format 2: worklists lie in the order in which they are read, so that any page of one is found at once. What is never due says so, and comes last.

ALTER TABLE wait RENAME TO wait_1;

CREATE TABLE wait (
  user   TEXT NOT NULL,
  due    TEXT NOT NULL,                     -- or `never`
  since  TEXT NOT NULL,
  number INTEGER NOT NULL REFERENCES cases (number),
  place  INTEGER NOT NULL,
  why    TEXT NOT NULL,
  what   TEXT NOT NULL,
  PRIMARY KEY (user, due, since, number, place)
) STRICT, WITHOUT ROWID;

INSERT INTO wait SELECT user, ifnull(due, 'never'), since, number, place, why, what FROM wait_1;

DROP TABLE wait_1;

CREATE INDEX wait_case ON wait (number, place);
