//! How values lie in the columns: moments as texts that sort, hashes as bytes, numbers as whole ones.
//!
//! It must not guess: what does not read is said to be damaged.

use crate::names::{CaseId, NameError, StageId, UserId, WorkflowId};
use crate::store::chain::Hash;
use crate::store::sqlite::failure::Failing;
use crate::store::{CommandKey, Entry, Listing, Position, Recorded, Revision, Wait};
use chrono::{DateTime, NaiveDateTime, Utc};
use rusqlite::Row;
use std::sync::Arc;

/// In the column of a due time: sorts behind every moment.
pub(super) const NEVER: &str = "never";

/// A moment as a text: fractions only where there are any, so that a shorter text is an earlier moment.
pub(super) fn moment(moment: DateTime<Utc>) -> String {
    // Documented to be `%Y-%m-%dT%H:%M:%S%.f`, without reading such a pattern every time.
    format!("{:?}", moment.naive_utc())
}

pub(super) fn read_moment(text: &str) -> Result<DateTime<Utc>, Failing> {
    text.parse::<NaiveDateTime>().map(|moment| moment.and_utc()).map_err(|_| Failing::Row("a moment does not read"))
}

/// A number as SQLite has them.
pub(super) fn number(number: u64) -> Result<i64, Failing> {
    i64::try_from(number).map_err(|_| Failing::Row("a number is too large"))
}

/// A limit as SQLite has them.
pub(super) fn limit(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

/// The columns of a row, one after the other.
pub(super) struct Columns<'a> {
    row: &'a Row<'a>,
    next: usize,
}

impl<'a> Columns<'a> {
    pub(super) fn of(row: &'a Row<'a>) -> Self {
        Self { row, next: 0 }
    }

    fn take(&mut self) -> usize {
        self.next += 1;
        self.next - 1
    }

    pub(super) fn text(&mut self) -> Result<&'a str, Failing> {
        let place = self.take();
        self.row.get_ref(place)?.as_str().map_err(|_| Failing::Row("a text does not read"))
    }

    pub(super) fn optional_text(&mut self) -> Result<Option<&'a str>, Failing> {
        let place = self.take();
        self.row.get_ref(place)?.as_str_or_null().map_err(|_| Failing::Row("a text does not read"))
    }

    fn shared(&mut self) -> Result<Arc<str>, Failing> {
        self.text().map(Arc::from)
    }

    pub(super) fn number(&mut self) -> Result<u64, Failing> {
        let place = self.take();
        let number: i64 = self.row.get(place)?;
        u64::try_from(number).map_err(|_| Failing::Row("a number is negative"))
    }

    pub(super) fn hash(&mut self) -> Result<Hash, Failing> {
        let place = self.take();
        Ok(Hash(self.row.get(place)?))
    }

    pub(super) fn moment(&mut self) -> Result<DateTime<Utc>, Failing> {
        self.text().and_then(read_moment)
    }

    pub(super) fn optional_moment(&mut self) -> Result<Option<DateTime<Utc>>, Failing> {
        self.optional_text()?.map(read_moment).transpose()
    }

    pub(super) fn case(&mut self) -> Result<CaseId, Failing> {
        named(CaseId::parse(self.text()?))
    }

    /// An event, in the order of [`EVENT`].
    pub(super) fn event(&mut self) -> Result<Recorded, Failing> {
        Ok(Recorded {
            position: Position(self.number()?),
            case: self.case()?,
            revision: Revision(self.number()?),
            at: self.moment()?,
            by: named(UserId::parse(self.text()?))?,
            key: self.optional_text()?.map(|key| named(CommandKey::parse(key))).transpose()?,
            entry: self.entry()?,
            hash: self.hash()?,
        })
    }

    /// What an event says, in the order of `kind, version, body`.
    pub(super) fn entry(&mut self) -> Result<Entry, Failing> {
        let kind = self.shared()?;
        let version = u32::try_from(self.number()?).map_err(|_| Failing::Row("a version is too large"))?;
        Ok(Entry { kind, version, body: self.shared()? })
    }

    /// A listing without its waits, in the order of [`LISTING`].
    pub(super) fn listing(&mut self) -> Result<Listing, Failing> {
        Ok(Listing {
            workflow: named(WorkflowId::parse(self.text()?))?,
            digest: self.shared()?,
            label: self.shared()?,
            stages: self.text()?.split_ascii_whitespace().map(|stage| named(StageId::parse(stage))).collect::<Result<_, _>>()?,
            ended: self.optional_text()?.map(Arc::from),
            since: self.moment()?,
            due: self.optional_moment()?,
            timer: self.optional_moment()?,
            parent: self.optional_text()?.map(|parent| named(CaseId::parse(parent))).transpose()?,
            waits: Vec::new(),
        })
    }

    pub(super) fn workflow_and_text(&mut self) -> Result<(WorkflowId, Arc<str>), Failing> {
        Ok((named(WorkflowId::parse(self.text()?))?, self.shared()?))
    }

    /// A wait, in the order of [`WAIT`].
    pub(super) fn wait(&mut self) -> Result<Wait, Failing> {
        Ok(Wait {
            user: named(UserId::parse(self.text()?))?,
            why: self.shared()?,
            what: self.shared()?,
            since: self.moment()?,
            due: match self.text()? {
                NEVER => None,
                due => Some(read_moment(due)?),
            },
        })
    }
}

/// The columns of an event and its case.
pub(super) const EVENT: &str =
    "event.position, cases.name, event.revision, event.at, event.author, event.key, event.kind, event.version, event.body, event.hash";

/// The columns of a listing.
pub(super) const LISTING: &str =
    "cases.workflow, cases.digest, cases.label, cases.stages, cases.ended, cases.since, cases.due, cases.timer, cases.parent";

/// The columns of a wait.
pub(super) const WAIT: &str = "wait.user, wait.why, wait.what, wait.since, wait.due";

fn named<T>(name: Result<T, NameError>) -> Result<T, Failing> {
    name.map_err(|_| Failing::Row("a name does not read"))
}
