-- A store of format 1, as SQL: every later version must read it. Never change it; a later format gets a file of its own.

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

INSERT INTO cases VALUES (1, 'L-1', 3, X'599a4e459b8169b073ab3e44a121073d900165a1975b04baed6130041ab316fe', 'lead', 'd-1', 'Lot 7', 'review checks', NULL, '2026-11-03T10:00:00', '2026-11-10T16:00:00', '2026-11-09T08:00:00', NULL);
INSERT INTO cases VALUES (2, 'L-2', 1, X'8da519363d7b1983025cb2a6ee60f6bc6a48b5e5b8c93530a9dc3ac918ac305e', 'lead', 'd-1', 'it''s 检测', 'open', NULL, '2026-11-02T09:05:00.500', NULL, NULL, NULL);
INSERT INTO cases VALUES (3, 'L-3', 1, X'780e7882fb2686796d5adb1900feb86cafc3a6756029ee216da09604dc0f036f', 'order', 'd-2', '', 'done', 'won', '2026-11-03T10:00:00', NULL, NULL, 'L-1');
INSERT INTO event VALUES (1, 1, 1, '2026-11-02T09:00:00', 'zhang.san', 'k-1', 'started', 1, '{"label":"Lot 7"}', X'a13971bb558b8606c42e76a197a31cb680ae3773bbddf6dc5ddac7bf47ca2cd0');
INSERT INTO event VALUES (2, 1, 2, '2026-11-02T09:00:00', 'zhang.san', 'k-1', 'entered', 1, '{"stage":"open"}', X'02a702a98519800e2823166eb70b88768cf2c8b3a9ccf8590e4906aa9cf30e64');
INSERT INTO event VALUES (3, 2, 1, '2026-11-02T09:05:00.500', 'li.si', NULL, 'started', 1, '{"label":"it''s 检测"}', X'8da519363d7b1983025cb2a6ee60f6bc6a48b5e5b8c93530a9dc3ac918ac305e');
INSERT INTO event VALUES (4, 1, 3, '2026-11-03T10:00:00', 'wang.wu', 'k-2', 'moved', 2, '{"stage":"review","amount":"24999.50"}', X'599a4e459b8169b073ab3e44a121073d900165a1975b04baed6130041ab316fe');
INSERT INTO event VALUES (5, 3, 1, '2026-11-03T10:00:00', 'wang.wu', NULL, 'started', 1, '{"parent":"L-1"}', X'780e7882fb2686796d5adb1900feb86cafc3a6756029ee216da09604dc0f036f');
UPDATE head SET position = 5, hash = X'780e7882fb2686796d5adb1900feb86cafc3a6756029ee216da09604dc0f036f';
INSERT INTO stage VALUES ('review', 1);
INSERT INTO stage VALUES ('checks', 1);
INSERT INTO stage VALUES ('open', 2);
INSERT INTO stage VALUES ('done', 3);
INSERT INTO wait VALUES (1, 1, 'li.si', 'holds the role `officer`', 'review', '2026-11-03T10:00:00', NULL);
INSERT INTO wait VALUES (1, 2, 'wang.wu', 'asked to', 'checks', '2026-11-03T10:00:00', '2026-11-10T16:00:00');
INSERT INTO wait VALUES (2, 1, 'li.si', 'owns it', 'open', '2026-11-02T09:05:00.500', '2026-11-04T16:00:00');
INSERT INTO definition VALUES ('d-1', 'workflow: lead');
PRAGMA application_id = 1953459303;
PRAGMA user_version = 1;
