//! Histories that somebody changes past the store, by plain SQL: `verify` names the first place that is not as it was written.
//!
//! It must not forge more than SQL can: whoever rewrites every hash after his change is found by a head that was noted elsewhere.

use super::{Folder, append, case, fill, with_key};
use tollgate::store::{Break, BreakKind, CaseStore, MemoryStore, Position, Revision, SqliteStore, StoreError};

/// Three cases whose events are mixed: A1 B1 A2 C1 B2 A3 B3 A4.
const ORDER: [(&str, u64); 8] = [("A", 0), ("B", 0), ("A", 1), ("C", 0), ("B", 1), ("A", 2), ("B", 2), ("A", 3)];

fn mixed(store: &dyn CaseStore) {
    for (name, revision) in ORDER {
        store.append(&with_key(append(name, revision, "changed"), &format!("{name}{revision}"))).unwrap();
    }
}

/// What `verify` finds after some SQL.
fn after(sql: &str) -> Result<(), Break> {
    let folder = Folder::new();
    mixed(&folder.store());
    folder.sql().execute_batch(&format!("PRAGMA foreign_keys = OFF; {sql}")).unwrap();
    match folder.store().verify() {
        Ok(_) => Ok(()),
        Err(StoreError::Broken(found)) => Err(found),
        Err(other) => panic!("{other}"),
    }
}

fn broken(position: u64, place: (&str, u64), kind: BreakKind) -> Result<(), Break> {
    Err(Break { position: Position(position), place: Some((case(place.0), Revision(place.1))), kind })
}

#[test]
fn an_untouched_history_is_whole_in_both_stores_alike() {
    let folder = Folder::new();
    let (memory, file) = (MemoryStore::new(), folder.store());
    mixed(&memory);
    mixed(&file);
    assert_eq!(file.verify(), memory.verify());
    assert_eq!(file.verify().unwrap().events, 8);
    assert_eq!(after("ANALYZE"), Ok(()));
}

#[test]
fn every_column_of_an_event_is_held_against_its_hash() {
    let changes = [
        "at = '2026-11-02T00:00:00.5'",
        "author = 'wu'",
        "key = NULL",
        "key = 'other'",
        "kind = 'moved'",
        "version = 2",
        "body = replace(body, '24999.50', '24999.5')",
        "hash = zeroblob(32)",
    ];
    for change in changes {
        assert_eq!(after(&format!("UPDATE event SET {change} WHERE position = 5")), broken(5, ("B", 2), BreakKind::Changed), "{change}");
    }
    // The first of two is named.
    assert_eq!(after("UPDATE event SET version = 2 WHERE position IN (3, 6)"), broken(3, ("A", 2), BreakKind::Changed));
    let renamed = after("UPDATE cases SET name = 'Z' WHERE name = 'C'");
    assert_eq!(renamed, broken(4, ("Z", 1), BreakKind::Changed));
}

#[test]
fn a_missing_event_is_named_with_its_case() {
    for (place, (name, before)) in (1..).zip(ORDER) {
        let found = after(&format!("DELETE FROM event WHERE position = {place}"));
        assert_eq!(found, broken(place, (name, before + 1), BreakKind::Missing));
    }
    // Hidden by moving what follows: the hashes of what follows give it away.
    let closed = "DELETE FROM event WHERE position = 4; UPDATE event SET position = position - 1 WHERE position > 4;";
    assert_eq!(after(closed).unwrap_err().position, Position(4));
    let rest = Break { position: Position(3), place: None, kind: BreakKind::Missing };
    assert_eq!(after("DELETE FROM event WHERE position > 2"), Err(rest.clone()));
    // Which of two it was is not guessed.
    assert_eq!(after("DELETE FROM event WHERE position IN (3, 4)"), Err(rest));
}

#[test]
fn events_that_changed_places_are_told_apart_from_changed_ones() {
    let swap = |left: u64, right: u64| {
        format!(
            "UPDATE event SET position = -1 WHERE position = {left}; UPDATE event SET position = {left} WHERE position = {right}; \
             UPDATE event SET position = {right} WHERE position = -1;"
        )
    };
    // Of different cases.
    assert_eq!(after(&swap(3, 4)), broken(3, ("A", 2), BreakKind::Moved { to: Position(4) }));
    assert_eq!(after(&swap(2, 8)), broken(2, ("B", 1), BreakKind::Moved { to: Position(8) }));
    // Of one case, its revisions in order again.
    let revisions = "UPDATE event SET revision = -1 WHERE position = 3; UPDATE event SET revision = 3 WHERE position = 6; \
                     UPDATE event SET revision = 2 WHERE position = 3;";
    assert_eq!(after(&(swap(3, 6) + revisions)), broken(3, ("A", 2), BreakKind::Moved { to: Position(6) }));
}

#[test]
fn what_is_added_past_the_store_is_found_even_with_the_store_notes_forged() {
    let insert =
        "INSERT INTO event SELECT 9, number, revision + 1, at, author, NULL, kind, version, body, hash FROM event WHERE position = 8;";
    assert_eq!(after(insert), broken(9, ("A", 5), BreakKind::Added));
    let far = insert.replace("SELECT 9", "SELECT 12");
    assert_eq!(after(&far), broken(12, ("A", 5), BreakKind::Added));
    let noted = "UPDATE cases SET revision = 5 WHERE name = 'A'; UPDATE head SET position = 9;";
    assert_eq!(after(&format!("{insert}{noted}")), broken(9, ("A", 5), BreakKind::Changed));
}

#[test]
fn what_the_store_notes_about_ends_is_held_against_the_events() {
    let noted = |position, place: Option<(&str, u64)>| {
        let place = place.map(|(name, revision)| (case(name), Revision(revision)));
        Err(Break { position: Position(position), place, kind: BreakKind::Noted })
    };
    assert_eq!(after("UPDATE head SET hash = zeroblob(32)"), noted(8, None));
    assert_eq!(after("UPDATE cases SET revision = 7 WHERE name = 'B'"), noted(7, Some(("B", 3))));
    assert_eq!(after("UPDATE cases SET hash = zeroblob(32) WHERE name = 'C'"), noted(4, Some(("C", 1))));
    let forged =
        "INSERT INTO cases SELECT 9, 'D', 1, hash, workflow, digest, label, stages, ended, since, due, timer, parent FROM cases LIMIT 1";
    assert_eq!(after(forged), noted(8, Some(("D", 1))));
}

#[test]
fn a_break_is_said_in_a_sentence() {
    let said = |found: Result<(), Break>| StoreError::Broken(found.unwrap_err()).to_string();
    assert_eq!(said(broken(5, ("B", 2), BreakKind::Changed)), "the history is broken: event 2 of the case `B`, at position 5, was changed");
    assert_eq!(
        said(broken(3, ("A", 2), BreakKind::Moved { to: Position(6) })),
        "the history is broken: event 2 of the case `A`, at position 3, was moved to position 6"
    );
}

#[test]
fn a_broken_history_can_still_be_read_and_written_to() {
    let folder = Folder::new();
    fill(&folder.store(), "C", 3);
    folder.sql().execute_batch("UPDATE event SET body = '{}' WHERE position = 2").unwrap();
    let store = SqliteStore::open(&folder.file()).unwrap();
    assert_eq!(store.history(&case("C")).unwrap().len(), 3);
    store.append(&append("C", 3, "changed")).unwrap();
    assert!(matches!(store.verify(), Err(StoreError::Broken(found)) if found.position == Position(2)));
}
