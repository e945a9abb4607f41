//! The questions that a store answers, as SQL.
//!
//! It must not write, and no page may cost more than what it shows: each goes along an index from where it begins.

use crate::names::{CaseId, UserId, WorkflowId};
use crate::store::sqlite::columns::{Columns, EVENT, LISTING, NEVER, WAIT, limit as most, moment, number};
use crate::store::sqlite::failure::Failing;
use crate::store::walk::{End, Notes};
use crate::store::{
    Appended, CommandKey, Filter, ListCursor, Listed, Listing, Page, Position, Recorded, Revision, Verified, Wait, Work, WorkCursor,
    walk as chain,
};
use chrono::{DateTime, Utc};
use rusqlite::{Connection, Params, Row, ToSql};
use std::collections::{BTreeSet, HashMap};
use std::path::Path;
use std::sync::Arc;

/// All rows of a query.
pub(super) fn rows<T>(
    connection: &Connection,
    sql: &str,
    values: impl Params,
    mut read: impl FnMut(Columns<'_>) -> Result<T, Failing>,
) -> Result<Vec<T>, Failing> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(values)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(read(Columns::of(row))?);
    }
    Ok(found)
}

/// The one row of a query, if there is one.
pub(super) fn row<T>(
    connection: &Connection,
    sql: &str,
    values: impl Params,
    read: impl FnOnce(Columns<'_>) -> Result<T, Failing>,
) -> Result<Option<T>, Failing> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(values)?;
    rows.next()?.map(|row: &Row<'_>| read(Columns::of(row))).transpose()
}

pub(super) fn history(connection: &Connection, case: &CaseId) -> Result<Vec<Recorded>, Failing> {
    let sql =
        format!("SELECT {EVENT} FROM cases CROSS JOIN event ON event.number = cases.number WHERE cases.name = ?1 ORDER BY event.revision");
    rows(connection, &sql, [case.as_str()], |mut columns| columns.event())
}

pub(super) fn since(connection: &Connection, position: Position, limit: usize) -> Result<Vec<Recorded>, Failing> {
    let sql = format!(
        "SELECT {EVENT} FROM event CROSS JOIN cases ON cases.number = event.number \
         WHERE event.position > ?1 ORDER BY event.position LIMIT ?2"
    );
    // A place that no log can have is behind its end.
    let position = i64::try_from(position.0).unwrap_or(i64::MAX);
    rows(connection, &sql, (position, most(limit)), |mut columns| columns.event())
}

pub(super) fn find_key(connection: &Connection, case: &CaseId, key: &CommandKey) -> Result<Option<Appended>, Failing> {
    let sql = "SELECT event.revision, event.position FROM cases CROSS JOIN event ON event.number = cases.number \
               WHERE cases.name = ?1 AND event.key = ?2 ORDER BY event.revision DESC LIMIT 1";
    row(connection, sql, (case.as_str(), key.as_str()), |mut columns| {
        Ok(Appended { revision: Revision(columns.number()?), position: Position(columns.number()?), repeated: true })
    })
}

fn waits(connection: &Connection, case: u64) -> Result<Vec<Wait>, Failing> {
    let sql = format!("SELECT {WAIT} FROM wait WHERE number = ?1 ORDER BY place");
    rows(connection, &sql, [number(case)?], |mut columns| columns.wait())
}

pub(super) fn listing(connection: &Connection, case: &CaseId) -> Result<Option<Listing>, Failing> {
    let sql = format!("SELECT number, {LISTING} FROM cases WHERE name = ?1");
    let found = row(connection, &sql, [case.as_str()], |mut columns| Ok((columns.number()?, columns.listing()?)))?;
    found.map(|(case, listing)| Ok(Listing { waits: waits(connection, case)?, ..listing })).transpose()
}

pub(super) fn list(
    connection: &Connection,
    filter: &Filter,
    after: Option<&ListCursor>,
    limit: usize,
) -> Result<Page<Listed, ListCursor>, Failing> {
    let after = number(after.map_or(0, |after| after.number))?;
    let most = most(limit.saturating_add(1));
    let mut conditions = String::new();
    let mut values: Vec<(&str, &dyn ToSql)> = vec![(":after", &after), (":most", &most)];
    let texts = [
        (":parent", "cases.parent", filter.parent.as_ref().map(CaseId::as_str)),
        (":workflow", "cases.workflow", filter.workflow.as_ref().map(|workflow| workflow.as_str())),
        (":stage", "stage.stage", filter.stage.as_ref().map(|stage| stage.as_str())),
    ];
    for (name, column, text) in &texts {
        if let Some(text) = text {
            conditions.push_str(&format!(" AND {column} = {name}"));
            values.push((name, text));
        }
    }
    match filter.open {
        Some(true) => conditions.push_str(" AND cases.ended IS NULL"),
        Some(false) => conditions.push_str(" AND cases.ended IS NOT NULL"),
        None => {}
    }
    // The narrowest way in: a case has few children, a stage fewer cases than a workflow.
    let (source, key) = match (&filter.parent, &filter.stage, &filter.workflow, filter.open) {
        (None, Some(_), _, _) => ("stage CROSS JOIN cases ON cases.number = stage.number", "stage.number"),
        (Some(_), Some(_), _, _) => ("cases INDEXED BY cases_parent CROSS JOIN stage ON stage.number = cases.number", "cases.number"),
        (Some(_), None, _, _) => ("cases INDEXED BY cases_parent", "cases.number"),
        (None, None, Some(_), Some(true)) => ("cases INDEXED BY cases_open_workflow", "cases.number"),
        (None, None, Some(_), _) => ("cases INDEXED BY cases_workflow", "cases.number"),
        (None, None, None, Some(true)) => ("cases INDEXED BY cases_open", "cases.number"),
        (None, None, None, _) => ("cases", "cases.number"),
    };
    let sql = format!(
        "SELECT cases.number, cases.name, cases.revision, {LISTING} FROM {source} \
         WHERE {key} > :after{conditions} ORDER BY {key} LIMIT :most"
    );
    let found = rows(connection, &sql, values.as_slice(), |mut columns| {
        let number = columns.number()?;
        let (case, revision) = (columns.case()?, Revision(columns.number()?));
        Ok((Listed { case, revision, listing: columns.listing()? }, ListCursor { number }))
    })?;
    let mut page = Vec::with_capacity(found.len());
    for (mut listed, cursor) in found {
        listed.listing.waits = waits(connection, cursor.number)?;
        page.push((listed, cursor));
    }
    Ok(Page::cut(page, limit))
}

pub(super) fn work(
    connection: &Connection,
    user: &UserId,
    after: Option<&WorkCursor>,
    limit: usize,
) -> Result<Page<Work, WorkCursor>, Failing> {
    let sql = format!(
        "SELECT wait.number, wait.place, cases.name, cases.workflow, cases.label, {WAIT} \
         FROM wait CROSS JOIN cases ON cases.number = wait.number \
         WHERE wait.user = ?1 AND (wait.due, wait.since, wait.number, wait.place) > (?2, ?3, ?4, ?5) \
         ORDER BY wait.due, wait.since, wait.number, wait.place LIMIT ?6"
    );
    let (due, since, case, place) = match after {
        Some(after) => {
            (after.due.map_or_else(|| NEVER.to_owned(), moment), moment(after.since), number(after.number)?, number(after.place)?)
        }
        // Before all that there is.
        None => (String::new(), String::new(), 0, 0),
    };
    let values = (user.as_str(), due, since, case, place, most(limit.saturating_add(1)));
    let found = rows(connection, &sql, values, |mut columns| {
        let (number, place, case) = (columns.number()?, columns.number()?, columns.case()?);
        let (workflow, label) = columns.workflow_and_text()?;
        let wait = columns.wait()?;
        let cursor = WorkCursor { due: wait.due, since: wait.since, number, place };
        Ok((Work { case, workflow, label, wait }, cursor))
    })?;
    Ok(Page::cut(found, limit))
}

pub(super) fn due(connection: &Connection, until: DateTime<Utc>, limit: usize) -> Result<Vec<(CaseId, DateTime<Utc>)>, Failing> {
    let sql = "SELECT name, timer FROM cases INDEXED BY cases_timer WHERE timer <= ?1 ORDER BY timer, number LIMIT ?2";
    rows(connection, sql, (moment(until), most(limit)), |mut columns| Ok((columns.case()?, columns.moment()?)))
}

pub(super) fn workflows(connection: &Connection) -> Result<BTreeSet<(WorkflowId, Arc<str>)>, Failing> {
    let found = rows(connection, "SELECT DISTINCT workflow, digest FROM cases", [], |mut columns| columns.workflow_and_text())?;
    Ok(found.into_iter().collect())
}

pub(super) fn children(connection: &Connection, case: &CaseId) -> Result<Vec<CaseId>, Failing> {
    rows(connection, "SELECT name FROM cases WHERE parent = ?1 ORDER BY number", [case.as_str()], |mut columns| columns.case())
}

pub(super) fn definition(connection: &Connection, digest: &str) -> Result<Option<Arc<str>>, Failing> {
    row(connection, "SELECT text FROM definition WHERE digest = ?1", [digest], |mut columns| columns.text().map(Arc::from))
}

/// Where the log ends, as the store notes it.
pub(super) fn head(connection: &Connection) -> Result<End, Failing> {
    row(connection, "SELECT position, hash FROM head", [], |mut columns| Ok(End { count: columns.number()?, hash: columns.hash()? }))?
        .ok_or(Failing::Row("where the log ends is not noted"))
}

/// Holds that SQLite itself finds the file in order.
pub(super) fn sound(connection: &Connection) -> Result<(), Failing> {
    let said: Option<String> = row(connection, "PRAGMA integrity_check(1)", [], |mut columns| columns.text().map(str::to_owned))?;
    match said {
        Some(said) if said != "ok" => Err(Failing::Unsound(said)),
        _ => Ok(()),
    }
}

/// Walks along all events.
pub(super) fn walk(connection: &Connection, path: &Path) -> Result<Verified, Failing> {
    let ends = rows(connection, "SELECT name, revision, hash FROM cases", [], |mut columns| {
        Ok((columns.case()?, End { count: columns.number()?, hash: columns.hash()? }))
    })?;
    let notes = Notes { log: head(connection)?, cases: ends.into_iter().collect::<HashMap<_, _>>() };
    let sql = format!("SELECT {EVENT} FROM event CROSS JOIN cases ON cases.number = event.number ORDER BY event.position");
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query([])?;
    let mut events = std::iter::from_fn(|| {
        let row = rows.next().map_err(Failing::from).transpose()?;
        Some(row.and_then(|row| Columns::of(row).event()).map_err(|error| error.at(path)))
    });
    chain::walk(&mut events, &notes).map_err(Failing::from)
}
