//! The format of the file: how a store is recognised, made, and brought up to date.
//!
//! It must not change anything of a file that is not a store, or that a newer version wrote.

use crate::store::StoreError;
use crate::store::sqlite::failure::Failing;
use crate::store::sqlite::{Tuning, lock};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, TransactionBehavior};
use std::path::Path;
use std::time::Duration;

/// `tolg`: by this, `file` and SQLite know whose database it is.
const APPLICATION: i32 = 0x746F_6C67;

/// What brings a file of each format, from 0 (empty) on, to the next. A line, once released, is never changed.
const STEPS: &[&str] = &[include_str!("format/1.sql"), include_str!("format/2.sql")];

/// The format that this version writes.
pub(super) const CURRENT: u32 = STEPS.len() as u32;

/// How long a connection waits for another one before it gives up.
const PATIENCE: Duration = Duration::from_secs(5);

/// What a file was found to be.
pub(super) struct Found {
    /// 0 for a file that is absent or empty.
    pub(super) format: u32,
    /// It can only be read as something that nobody changes: its folder is read-only, and no log lies beside it.
    pub(super) immutable: bool,
}

/// Looks at a file without changing it.
pub(super) fn probe(path: &Path) -> Result<Found, StoreError> {
    if !path.exists() {
        return Ok(Found { format: 0, immutable: false });
    }
    let mut immutable = false;
    let connection = reader(path, false).and_then(|connection| version(&connection).map(|version| (connection, version)));
    let (_connection, (application, format, empty)) = match connection {
        Ok(found) => found,
        // A log that is absent cannot be made in a read-only folder, and need not be.
        Err(error) if is_unopened(&error) && !lock::beside(path, "-wal").exists() => {
            immutable = true;
            let connection = reader(path, true).map_err(|error| Failing::from(error).at(path))?;
            let found = version(&connection).map_err(|error| Failing::from(error).at(path))?;
            (connection, found)
        }
        Err(error) => return Err(Failing::from(error).at(path)),
    };
    if application != APPLICATION {
        let new = application == 0 && format == 0 && empty;
        return if new { Ok(Found { format: 0, immutable }) } else { Err(StoreError::Foreign { path: path.to_path_buf() }) };
    }
    match u32::try_from(format) {
        Ok(format) if format > CURRENT => Err(StoreError::Newer { path: path.to_path_buf(), found: format, known: CURRENT }),
        Ok(format) if format > 0 => Ok(Found { format, immutable }),
        _ => Err(StoreError::Foreign { path: path.to_path_buf() }),
    }
}

fn is_unopened(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(rusqlite::ErrorCode::CannotOpen | rusqlite::ErrorCode::ReadOnly))
}

fn version(connection: &Connection) -> Result<(i32, i32, bool), rusqlite::Error> {
    let number = |name: &str| connection.pragma_query_value(None, name, |row| row.get(0));
    let empty = connection.query_row("SELECT count(*) = 0 FROM sqlite_schema", [], |row| row.get(0))?;
    Ok((number("application_id")?, number("user_version")?, empty))
}

/// A connection that only reads.
pub(super) fn reader(path: &Path, immutable: bool) -> Result<Connection, rusqlite::Error> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = if immutable {
        Connection::open_with_flags(immutable_uri(path), flags | OpenFlags::SQLITE_OPEN_URI)?
    } else {
        Connection::open_with_flags(path, flags)?
    };
    tune(&connection)?;
    Ok(connection)
}

/// What holds for every connection.
fn tune(connection: &Connection) -> Result<(), rusqlite::Error> {
    connection.busy_timeout(PATIENCE)?;
    connection.set_prepared_statement_cache_capacity(64);
    // Else a statement is planned anew whenever a value is bound that a partial index might be about, which takes longer than to run it.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(())
}

/// The path as SQLite reads it in a URI, with all that means something there escaped.
fn immutable_uri(path: &Path) -> String {
    let mut uri = String::from("file:");
    for byte in path.as_os_str().as_encoded_bytes() {
        if byte.is_ascii_alphanumeric() || b"/-_.~".contains(byte) {
            uri.push(char::from(*byte));
        } else {
            uri.push_str(&format!("%{byte:02X}"));
        }
    }
    uri.push_str("?immutable=1");
    uri
}

/// The connection that writes, to a store that is up to date.
pub(super) fn open(path: &Path, tuning: Tuning) -> Result<Connection, StoreError> {
    prepare(path, tuning).map_err(|error| error.at(path))
}

fn prepare(path: &Path, tuning: Tuning) -> Result<Connection, Failing> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags)?;
    tune(&connection)?;
    if connection.is_readonly(rusqlite::MAIN_DB)? {
        return Err(StoreError::ReadOnly { path: path.to_path_buf() }.into());
    }
    let mode: String = connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))?;
    if mode != "wal" {
        return Err(StoreError::Unsupported("the disk cannot hold a store: it lacks what SQLite's write-ahead log needs").into());
    }
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "journal_size_limit", 64 << 20)?;
    connection.pragma_update(
        None,
        "synchronous",
        match tuning {
            Tuning::Durable => "FULL",
            Tuning::Fast => "OFF",
        },
    )?;
    upgrade(&mut connection)?;
    Ok(connection)
}

/// Goes the steps that are left, all of them or none.
fn upgrade(connection: &mut Connection) -> Result<(), Failing> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let format: u32 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let left = STEPS.get(format as usize..).unwrap_or_default();
    for step in left {
        transaction.execute_batch(step)?;
    }
    if !left.is_empty() {
        transaction.pragma_update(None, "application_id", APPLICATION)?;
        transaction.pragma_update(None, "user_version", CURRENT)?;
    }
    transaction.commit()?;
    Ok(())
}
