//! The texts of a project: those on disk, and over them those that are being edited.
//!
//! It must not look at the disk a second time before it is told to: an edit costs what changed, not a look at every file.

use crate::diagnostic::{Code, Diagnostic};
use crate::source::{MAX_SOURCE_BYTES, SourceId, Sources, Span};
use std::collections::BTreeMap;
use std::fs::{self, Metadata};
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

/// Two saves of one length within this time may leave the same time on the file.
const COARSEST_TIME: Duration = Duration::from_secs(2);

/// Texts by the names of their files.
#[derive(Debug, Default)]
pub(super) struct Files {
    /// Whether there is a disk below what is edited.
    disk: bool,
    /// What is edited; `None` for a file that was taken away.
    edited: BTreeMap<String, Option<Arc<str>>>,
    /// What was seen on disk.
    seen: BTreeMap<String, Seen>,
    /// How often the disk was looked at.
    look: u64,
}

/// One file on disk as it was.
#[derive(Debug)]
struct Seen {
    look: u64,
    stamp: Option<Stamp>,
    read: Result<Read, io::ErrorKind>,
}

/// What tells that a file has changed; `None` where that cannot be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stamp {
    length: u64,
    changed: SystemTime,
}

/// What became of a file among the sources.
#[derive(Debug, Clone)]
pub(super) enum Read {
    /// Its text.
    Text(SourceId),
    /// It holds no text that can be read, which is a finding.
    Refused(Box<Diagnostic>),
}

impl Files {
    /// The disk.
    pub(super) fn on_disk() -> Self {
        Self { disk: true, ..Self::default() }
    }

    /// No disk: only what is edited is there.
    pub(super) fn in_memory() -> Self {
        Self::default()
    }

    /// Lets the disk be looked at again.
    pub(super) fn look_again(&mut self) {
        self.look += 1;
    }

    /// Puts a text over what is on disk, or takes the file away with `None`.
    pub(super) fn edit(&mut self, name: &str, text: Option<&str>) {
        self.edited.insert(name.to_owned(), text.map(Arc::from));
    }

    /// Goes back to what is on disk.
    pub(super) fn revert(&mut self, name: &str) {
        self.edited.remove(name);
        self.seen.remove(name);
    }

    /// Takes back what was seen of a file that is no longer asked for.
    pub(super) fn forget(&mut self, name: &str) {
        self.seen.remove(name);
    }

    /// Whether there is a file on disk, though it cannot be read.
    pub(super) fn is_there(&self, path: &Path) -> bool {
        self.disk && path.is_file()
    }

    /// The files that are edited and not taken away.
    pub(super) fn edited(&self) -> impl Iterator<Item = &str> {
        self.edited.iter().filter(|(_, text)| text.is_some()).map(|(name, _)| name.as_str())
    }

    /// Whether a file was taken away by an edit.
    pub(super) fn is_removed(&self, name: &str) -> bool {
        matches!(self.edited.get(name), Some(None))
    }

    /// Brings the sources up to date for one file; `path` is where it lies on disk.
    pub(super) fn read(&mut self, sources: &mut Sources, name: &str, path: &Path) -> io::Result<Read> {
        let missing = match self.edited.get(name) {
            Some(Some(text)) => return Ok(Read::Text(sources.replace(name, text))),
            Some(None) => true,
            None => !self.disk,
        };
        if missing {
            sources.remove(name);
            return Err(io::ErrorKind::NotFound.into());
        }
        if let Some(seen) = self.seen.get(name).filter(|seen| seen.look == self.look) {
            return seen.read.clone().map_err(Into::into);
        }
        let metadata = fs::metadata(path);
        let stamp = metadata.as_ref().ok().and_then(Stamp::of);
        if let Some(seen) = self.seen.get_mut(name).filter(|seen| stamp.is_some() && seen.stamp == stamp) {
            seen.look = self.look;
            return seen.read.clone().map_err(Into::into);
        }
        let read = metadata.and_then(|metadata| from_disk(sources, name, path, metadata.len()));
        if read.is_err() {
            sources.remove(name);
        }
        let noted = read.as_ref().map(Read::clone).map_err(io::Error::kind);
        self.seen.insert(name.to_owned(), Seen { look: self.look, stamp, read: noted });
        read
    }
}

impl Stamp {
    fn of(metadata: &Metadata) -> Option<Self> {
        let changed = metadata.modified().ok()?;
        let settled = SystemTime::now().duration_since(changed).is_ok_and(|age| age > COARSEST_TIME);
        settled.then_some(Self { length: metadata.len(), changed })
    }
}

fn from_disk(sources: &mut Sources, name: &str, path: &Path, length: u64) -> io::Result<Read> {
    if length > MAX_SOURCE_BYTES as u64 {
        let id = unreadable(sources, name, "");
        let message = format!("the file has {length} bytes; at most {MAX_SOURCE_BYTES} are read");
        return Ok(Read::Refused(Box::new(Diagnostic::new(Code::FileTooLarge, Span::start_of(id), message))));
    }
    match String::from_utf8(fs::read(path)?) {
        // A byte order mark is no part of the text.
        Ok(text) => Ok(Read::Text(sources.replace(name, text.strip_prefix('\u{feff}').unwrap_or(&text)))),
        Err(error) => {
            let valid = error.utf8_error().valid_up_to();
            let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
            let id = unreadable(sources, name, &text);
            let message = format!("the file is not UTF-8: byte {} cannot be read", valid + 1);
            let help = "save it as UTF-8; an export from a spreadsheet is often in a code page such as GBK or Windows-1252";
            let span = Span::new(id, valid as u32, (valid + char::REPLACEMENT_CHARACTER.len_utf8()) as u32);
            Ok(Read::Refused(Box::new(Diagnostic::new(Code::NotUtf8, span, message).help(help))))
        }
    }
}

fn unreadable(sources: &mut Sources, name: &str, text: &str) -> SourceId {
    sources.replace(name, text);
    sources.add_unreadable(name, text)
}
