//! What a write does to the tables, inside of a transaction that somebody else begins and ends.
//!
//! It must not decide what is let in; that is `admission`.

use crate::names::CaseId;
use crate::store::admission::{self, Admission, Known};
use crate::store::chain::{Content, Hash};
use crate::store::sqlite::columns::{NEVER, moment, number};
use crate::store::sqlite::failure::Failing;
use crate::store::sqlite::read::{definition, row, rows};
use crate::store::walk::End;
use crate::store::{Append, Appended, CommandKey, Listing, Position, Relisting, Revision, StoreError};
use rusqlite::Connection;

/// A case as it was before a write: what need not be written again.
struct Before {
    number: i64,
    end: End,
    stages: String,
    /// What indexes are about, as it lies in the columns.
    indexed: Indexed,
}

/// What indexes of cases are about.
#[derive(PartialEq, Eq)]
struct Indexed {
    workflow: String,
    ended: Option<String>,
    timer: Option<String>,
    parent: Option<String>,
}

impl Indexed {
    fn of(listing: &Listing) -> Self {
        Self {
            workflow: listing.workflow.as_str().to_owned(),
            ended: listing.ended.as_deref().map(str::to_owned),
            timer: listing.timer.map(moment),
            parent: listing.parent.as_ref().map(|parent| parent.as_str().to_owned()),
        }
    }
}

/// Notes where the log ends.
pub(super) fn set_head(connection: &Connection, head: End) -> Result<(), Failing> {
    connection.prepare_cached("UPDATE head SET position = ?1, hash = ?2")?.execute((number(head.count)?, head.hash.0))?;
    Ok(())
}

/// Writes appends that belong together; `head` moves on with them.
pub(super) fn append_all(connection: &Connection, head: &mut End, appends: &[Append]) -> Result<Vec<Appended>, Failing> {
    let mut answers = Vec::with_capacity(appends.len());
    for append in appends {
        answers.push(append_one(connection, head, append)?);
    }
    admission::whole(appends, &answers)?;
    Ok(answers)
}

fn append_one(connection: &Connection, head: &mut End, append: &Append) -> Result<Appended, Failing> {
    let before = before(connection, &append.case)?;
    let known = match (&before, &append.key) {
        (Some(before), Some(key)) => known(connection, before.number, key)?,
        _ => None,
    };
    let actual = before.as_ref().map_or(End::START, |before| before.end);
    if let Admission::Repeat(answer) = admission::admit(append, Revision(actual.count), known)? {
        return Ok(answer);
    }
    let mut end = actual;
    let first = head.count + 1;
    let mut hashes = Vec::with_capacity(append.entries.len());
    for entry in &append.entries {
        let (revision, position) = (Revision(end.count + 1), Position(head.count + 1));
        let hash = Content::of(append, entry).hash(end.hash, head.hash, revision, position);
        hashes.push(hash);
        end = End { count: revision.0, hash };
        *head = End { count: position.0, hash };
    }
    // Events refer to their case: it comes first.
    let case = store_case(connection, &append.case, before.as_ref(), end, &append.listing)?;
    insert_events(connection, append, case, (actual.count + 1, first), &hashes)?;
    Ok(Appended { revision: Revision(end.count), position: Position(head.count), repeated: false })
}

fn insert_events(connection: &Connection, append: &Append, case: i64, first: (u64, u64), hashes: &[Hash]) -> Result<(), Failing> {
    let mut insert = connection.prepare_cached(
        "INSERT INTO event (position, number, revision, at, author, key, kind, version, body, hash) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )?;
    let at = moment(append.at);
    let key = append.key.as_ref().map(CommandKey::as_str);
    let (mut revision, mut position) = (number(first.0)?, number(first.1)?);
    for (entry, hash) in append.entries.iter().zip(hashes) {
        let values = (position, case, revision, &at, append.by.as_str(), key, &*entry.kind, entry.version, &*entry.body, hash.0);
        insert.execute(values)?;
        revision += 1;
        position += 1;
    }
    Ok(())
}

fn known(connection: &Connection, case: i64, key: &CommandKey) -> Result<Option<Known>, Failing> {
    let sql = "SELECT revision, position, kind, version, body FROM event WHERE number = ?1 AND key = ?2 ORDER BY revision";
    let events = rows(connection, sql, (case, key.as_str()), |mut columns| {
        Ok((Revision(columns.number()?), Position(columns.number()?), columns.entry()?))
    })?;
    let last = events.last().map(|(revision, position, _)| (*revision, *position));
    Ok(last.map(|(revision, position)| Known { entries: events.into_iter().map(|(_, _, entry)| entry).collect(), revision, position }))
}

fn before(connection: &Connection, case: &CaseId) -> Result<Option<Before>, Failing> {
    let sql = "SELECT number, revision, hash, stages, workflow, ended, timer, parent FROM cases WHERE name = ?1";
    row(connection, sql, [case.as_str()], |mut columns| {
        Ok(Before {
            number: number(columns.number()?)?,
            end: End { count: columns.number()?, hash: columns.hash()? },
            stages: columns.text()?.to_owned(),
            indexed: Indexed {
                workflow: columns.text()?.to_owned(),
                ended: columns.optional_text()?.map(str::to_owned),
                timer: columns.optional_text()?.map(str::to_owned),
                parent: columns.optional_text()?.map(str::to_owned),
            },
        })
    })
}

/// Writes a case with its listing, and returns its number.
fn store_case(connection: &Connection, case: &CaseId, before: Option<&Before>, end: End, listing: &Listing) -> Result<i64, Failing> {
    let stages = listing.stages.iter().map(|stage| stage.as_str()).collect::<Vec<_>>().join(" ");
    let (since, due) = (moment(listing.since), listing.due.map(moment));
    let (revision, hash) = (number(end.count)?, end.hash.0);
    let indexed = Indexed::of(listing);
    let (digest, label) = (&*listing.digest, &*listing.label);
    let number = match before {
        None => {
            let sql = "INSERT INTO cases (name, revision, hash, digest, label, stages, since, due, workflow, ended, timer, parent) \
                       VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)";
            let Indexed { workflow, ended, timer, parent } = &indexed;
            let values = (case.as_str(), revision, hash, digest, label, &stages, since, due, workflow, ended, timer, parent);
            connection.prepare_cached(sql)?.insert(values)?
        }
        Some(before) => {
            let sql =
                "UPDATE cases SET revision = ?2, hash = ?3, digest = ?4, label = ?5, stages = ?6, since = ?7, due = ?8 WHERE number = ?1";
            connection.prepare_cached(sql)?.execute((before.number, revision, hash, digest, label, &stages, since, due))?;
            // SQLite writes an index again for every column that is set, changed or not.
            if before.indexed != indexed {
                let Indexed { workflow, ended, timer, parent } = &indexed;
                let sql = "UPDATE cases SET workflow = ?2, ended = ?3, timer = ?4, parent = ?5 WHERE number = ?1";
                connection.prepare_cached(sql)?.execute((before.number, workflow, ended, timer, parent))?;
            }
            before.number
        }
    };
    if before.is_none_or(|before| before.stages != stages) {
        if before.is_some_and(|before| !before.stages.is_empty()) {
            let mut remove = connection.prepare_cached("DELETE FROM stage WHERE stage = ?1 AND number = ?2")?;
            for stage in before.iter().flat_map(|before| before.stages.split_ascii_whitespace()) {
                remove.execute((stage, number))?;
            }
        }
        let mut insert = connection.prepare_cached("INSERT OR IGNORE INTO stage (stage, number) VALUES (?1, ?2)")?;
        for stage in &listing.stages {
            insert.execute((stage.as_str(), number))?;
        }
    }
    if before.is_some() {
        connection.prepare_cached("DELETE FROM wait WHERE number = ?1")?.execute([number])?;
    }
    insert_waits(connection, number, listing)?;
    Ok(number)
}

fn insert_waits(connection: &Connection, case: i64, listing: &Listing) -> Result<(), Failing> {
    let sql = "INSERT INTO wait (user, due, since, number, place, why, what) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    let mut insert = connection.prepare_cached(sql)?;
    for (wait, place) in listing.waits.iter().zip(1_i64..) {
        let due = wait.due.map_or_else(|| NEVER.to_owned(), moment);
        insert.execute((wait.user.as_str(), due, moment(wait.since), case, place, &*wait.why, &*wait.what))?;
    }
    Ok(())
}

/// Replaces listings.
pub(super) fn relist(connection: &Connection, listings: &[Relisting]) -> Result<(), Failing> {
    for new in listings {
        let before = before(connection, &new.case)?;
        admission::relist(new, Revision(before.as_ref().map_or(0, |before| before.end.count)))?;
        if let Some(before) = before {
            store_case(connection, &new.case, Some(&before), before.end, &new.listing)?;
        }
    }
    Ok(())
}

/// Keeps the text of a definition.
pub(super) fn define(connection: &Connection, digest: &str, text: &str) -> Result<(), Failing> {
    match definition(connection, digest)? {
        Some(kept) if *kept == *text => Ok(()),
        Some(_) => Err(StoreError::DefinitionDiffers { digest: digest.into() }.into()),
        None => {
            connection.prepare_cached("INSERT INTO definition (digest, text) VALUES (?1, ?2)")?.execute((digest, text))?;
            Ok(())
        }
    }
}
